from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction

from chengxin.base.database import embedded


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://app:p%40ss@db.example:5433/credit", ("db.example", "5433", "credit", "app", "p@ss")),
        ("postgresql://postgres:@/postgres?host=%2Ftmp%2Fdata", ("/tmp/data", "", "postgres", "postgres", "")),
    ],
)
def test_an_address_becomes_the_settings_of_a_connection(address, expected):
    found = embedded.django_settings(address, user="", database="")

    assert tuple(found[k] for k in ("HOST", "PORT", "NAME", "USER", "PASSWORD")) == expected


@pytest.mark.django_db
def test_the_application_makes_no_tables_and_no_databases():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolcreatedb, rolcreaterole, has_schema_privilege('public', 'CREATE') FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.django_db
def test_what_a_failing_statement_was_given_does_not_stand_in_the_servers_log():
    log = Path(settings.DATA_FOLDER) / "postgres" / "log"
    before = log.stat().st_size

    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT '450102-fictional-secret'::int")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO letters_counter (word, year, last) VALUES ('fictional-secret', 1, 1), (NULL, 1, 1)")

    with log.open(encoding="utf-8", errors="replace") as file:
        file.seek(before)
        assert "fictional-secret" not in file.read()


@pytest.mark.django_db
def test_preparing_again_changes_nothing():
    with psycopg.connect(settings.EMBEDDED_ADDRESS) as server:
        before = server.execute("SELECT rolname, rolcreatedb FROM pg_roles ORDER BY 1").fetchall()

    embedded.prepare(settings.EMBEDDED_ADDRESS, database=connection.settings_dict["NAME"])

    with psycopg.connect(settings.EMBEDDED_ADDRESS) as server:
        assert server.execute("SELECT rolname, rolcreatedb FROM pg_roles ORDER BY 1").fetchall() == before


@pytest.mark.django_db
def test_processes_that_start_together_prepare_without_disturbing_each_other():
    name = connection.settings_dict["NAME"]

    with ThreadPoolExecutor(4) as together:
        done = [together.submit(embedded.prepare, settings.EMBEDDED_ADDRESS, database=name) for _ in range(24)]

    assert [one.exception() for one in done] == [None] * 24
