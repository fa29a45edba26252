"""One pull at a time, across processes and machines."""

from threading import Thread

from django.db import connection

from chengxin.intake.connectors import services
from chengxin.intake.connectors.errors import AlreadyRunning
from chengxin.intake.connectors.tests.factories import CODE


def test_two_pulls_of_one_connector_never_run_at_once(committed_db: str):
    found = []

    def beside() -> None:
        try:
            with services.alone(CODE):
                found.append("ran")
        except AlreadyRunning:
            found.append("refused")
        finally:
            connection.close()

    with services.alone(CODE):
        other = Thread(target=beside)
        other.start()
        other.join()

    assert found == ["refused"]
