"""Red line 4, tried from around the application: a plain connection in its role gets nothing."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from chengxin.rights.consent import reading
from chengxin.rights.consent.tests.factories import NOON, bank, granted, penalised


@pytest.fixture
def about(committed_db: str, tmp_path: Path) -> str:
    found = penalised(tmp_path)
    reading.authorised_read(granted(found), by=bank(), door=reading.SCREEN, at=NOON)
    return found


@pytest.fixture
def plain(about: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection as the application's role that never met the application."""
    known = connection.get_connection_params()
    with psycopg.connect(
        host=known.get("host"), port=known.get("port"), user=known["user"], dbname=known["dbname"],
        password=known.get("password"),
    ) as made:  # fmt: skip
        yield made


def count(plain: "psycopg.Connection[tuple[object, ...]]", table: str, **told: str) -> object:
    with plain.transaction(force_rollback=True):
        for name, value in told.items():
            plain.execute("SELECT set_config(%s, %s, true)", [f"chengxin.{name}", value])
        row = plain.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def test_the_role_has_neither_superuser_nor_bypassrls(plain):
    row = plain.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == ("chengxin_app", False, False)


@pytest.mark.parametrize("table", ["records_personrecord", "subjects_person", "consent_accessentry"])
def test_who_states_no_purpose_gets_nothing(plain, table):
    assert count(plain, table) == 0


def test_a_purpose_without_a_subject_or_with_another_shows_no_entry(plain, about):
    assert count(plain, "consent_accessentry", purpose="curiosity") == 0
    assert count(plain, "consent_accessentry", purpose="own-access-log", about="person:999999") == 0
    assert count(plain, "consent_accessentry", about=about) == 0
    assert count(plain, "consent_accessentry", purpose="own-access-log", about=about) == 1
