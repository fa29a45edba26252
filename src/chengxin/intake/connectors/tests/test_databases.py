"""Front-end databases, a real PostgreSQL and a real MySQL: what is new comes once, what is wrong goes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chengxin.base import clock
from chengxin.intake.collection.models import Submission
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import PENALTY
from chengxin.intake.connectors import pulling, queries, services
from chengxin.intake.connectors.errors import ConnectorPaused, NotConfigured
from chengxin.intake.connectors.models import PulledPart, PullRun, Standing
from chengxin.intake.connectors.sources.peers import peer_of
from chengxin.intake.connectors.tests.factories import ADDRESS, CODE, DATABASE, Installation, counts, described, pull
from chengxin.intake.connectors.tests.peers import FrontEnd, mysql_front_end, postgres_front_end
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db
WITH_FAULTS = {"feedback": {"table": "decision_faults"}}


@pytest.fixture(scope="module")
def postgres(django_db_setup: None) -> Iterator[FrontEnd]:
    with postgres_front_end(PENALTY) as made:
        yield made


@pytest.fixture(scope="module")
def mysql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontEnd]:
    with mysql_front_end(PENALTY, tmp_path_factory.mktemp("mariadb")) as made:
        yield made


@pytest.fixture(params=["postgres", "mysql"])
def front_end(request: pytest.FixtureRequest, installation: Installation) -> FrontEnd:
    return connected(request.getfixturevalue(request.param), installation)


@pytest.fixture
def on_postgres(postgres: FrontEnd, installation: Installation) -> FrontEnd:
    return connected(postgres, installation)


def connected(made: FrontEnd, installation: Installation) -> FrontEnd:
    made.run("DELETE FROM decisions", "DELETE FROM decision_faults")
    installation.put(described(DATABASE, **WITH_FAULTS), **{ADDRESS: made.address})
    return made


def test_new_rows_come_once_and_a_changed_one_is_a_correction(front_end: FrontEnd):
    for number in range(1, 6):  # three of one moment, across the border of a batch
        front_end.put(number, make.penalty(number), at="2026-05-10 09:00:00" if number < 4 else "2026-05-10 09:05:00")

    assert counts(pull()) == ("done", 5, 5, 0, 0, 0)
    assert counts(pull()) == ("done", 0, 0, 0, 0, 0)

    front_end.put(2, make.penalty(2, CF_NR_FK="3"), at="2026-05-10 09:10:00")
    assert counts(pull()) == ("done", 1, 0, 0, 0, 1)
    assert Submission.objects.filter(by_name=f"connector:{CODE}").count() == 4
    assert Standing.objects.get().current_as_of is not None


def test_faults_go_back_to_the_table_and_leave_it_when_mended(front_end: FrontEnd):
    front_end.put(1, make.penalty(1), at="2026-05-10 09:00:00")
    front_end.put(2, make.penalty(2, CF_NR="", CF_JDRQ="2026/13/01"), at="2026-05-10 09:01:00")

    assert counts(pull()) == ("done", 2, 1, 1, 0, 0)
    assert front_end.faults() == [("2", "CF_JDRQ", "type"), ("2", "CF_NR", "required")]
    assert not PulledPart.objects.filter(waits_for_feedback=True).exists()

    front_end.put(2, make.penalty(2), at="2026-05-10 09:20:00")
    assert counts(pull()) == ("done", 1, 1, 0, 0, 0)
    assert front_end.faults() == []


def test_a_row_that_became_visible_late_is_not_lost(on_postgres: FrontEnd):
    on_postgres.put(1, make.penalty(1), at="2026-05-10 09:00:30")
    pull()
    on_postgres.put(2, make.penalty(2), at="2026-05-10 09:00:10")

    assert counts(pull()) == ("done", 1, 1, 0, 0, 0)
    assert counts(pull()) == ("done", 0, 0, 0, 0, 0)


def test_a_pull_whose_process_died_goes_on_where_it_stood(on_postgres: FrontEnd, tmp_path: Path):
    for number in range(1, 6):
        on_postgres.put(number, make.penalty(number), at=f"2026-05-10 09:{number:02}:00")
    pulling_now = services.begin(CODE, asked_by="test", at=clock.now())
    part = next(peer_of(pulling_now.connector).parts(pulling_now.position, {}, tmp_path))
    services.take(pulling_now, part, at=clock.now())

    assert counts(pull()) == ("done", 3, 3, 0, 0, 0)
    assert list(PullRun.objects.order_by("id").values_list("state", flat=True)) == ["interrupted", "done"]
    assert Record.objects.count() == 5


def test_faults_that_could_not_be_told_are_told_by_the_next_pull(on_postgres: FrontEnd):
    on_postgres.run("ALTER TABLE decision_faults RENAME TO elsewhere")
    on_postgres.put(1, make.penalty(1, CF_NR=""), at="2026-05-10 09:00:00")

    assert counts(pull()) == ("done", 1, 0, 1, 0, 0)
    assert "decision_faults" in PulledPart.objects.get().feedback_fault
    on_postgres.run("ALTER TABLE elsewhere RENAME TO decision_faults")
    pull()

    assert on_postgres.faults() == [("1", "CF_NR", "required")]


def test_a_table_without_cursor_is_compared_as_a_whole(on_postgres: FrontEnd, installation: Installation):
    installation.put(described(DATABASE | {"cursor": None}), **{ADDRESS: on_postgres.address})
    for number in range(1, 4):
        on_postgres.put(number, make.penalty(number), at="2026-05-10 09:00:00")
    pull()
    on_postgres.put(2, make.penalty(2, CF_NR_FK="3"), at="2026-05-10 09:00:00")

    assert counts(pull()) == ("done", 3, 0, 0, 2, 1)


def test_constants_and_values_are_translated(on_postgres: FrontEnd, installation: Installation):
    content = described(DATABASE, constants={"CF_XDR_LB": "法人及非法人组织"}, values={"CF_CFLB": {"02": "罚款"}})
    del content["columns"]["CF_XDR_LB"]
    installation.put(content, **{ADDRESS: on_postgres.address})
    on_postgres.put(1, make.penalty(1, CF_CFLB="02", CF_XDR_LB=""), at="2026-05-10 09:00:00")

    assert counts(pull()) == ("done", 1, 1, 0, 0, 0)
    assert Record.objects.get().payload["CF_CFLB"] == "罚款"


@pytest.mark.parametrize(
    ("changed", "fault"), [({"table": "nowhere"}, "source-differs"), ({"cursor": "cf_nowhere"}, "source-differs")]
)
def test_a_source_that_differs_fails_the_pull_and_moves_nothing(
    on_postgres: FrontEnd, installation: Installation, changed: dict, fault: str
):
    installation.put(described(DATABASE | changed), **{ADDRESS: on_postgres.address})

    run = pull()

    assert (run.state, run.fault, run.parts) == ("failed", fault, 0)
    assert (Standing.objects.get().failures, Standing.objects.get().position) == (1, {})
    assert not Submission.objects.exists()


def test_a_source_that_does_not_answer_is_said_without_its_password(installation: Installation):
    installation.put(described(DATABASE), **{ADDRESS: "postgresql://department:very-secret@127.0.0.1:9/front_end"})

    run = pull()

    assert (run.state, run.fault) == ("failed", "source-unreachable")
    assert "very-secret" not in run.fault_detail


def test_a_paused_connector_is_not_pulled_and_not_due(on_postgres: FrontEnd):
    officer = make.officer()
    services.pause(CODE, by=officer, at=clock.now())

    with pytest.raises(ConnectorPaused):
        pull()
    assert queries.due(at=clock.now()) == []

    services.resume(CODE, by=officer, at=clock.now())
    assert queries.due(at=clock.now()) == [CODE]
    pull()
    assert queries.due(at=clock.now()) == []


def test_what_is_not_configured_is_neither_pulled_nor_due(installation: Installation, monkeypatch: pytest.MonkeyPatch):
    installation.put(described(DATABASE))
    monkeypatch.delenv(ADDRESS, raising=False)

    with pytest.raises(NotConfigured):
        pull()
    assert queries.due(at=clock.now()) == []


def test_trying_shows_the_first_rows_masked_and_hands_nothing_in(on_postgres: FrontEnd):
    on_postgres.put(1, make.penalty(1, CF_FRDB="甲某某", BZ="内部"), at="2026-05-10 09:00:00")

    (row,) = pulling.first_rows(CODE, by=make.officer(), at=clock.now()).rows

    assert (row["CF_WSH"], row["BZ"]) == ("虚构罚字〔2026〕1号", "**")
    assert not Submission.objects.exists()
