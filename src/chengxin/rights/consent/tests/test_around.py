"""Red line 4, tried from around the application: a plain connection in its role gets nothing."""

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from chengxin.base import clock
from chengxin.base.attachments.tests.factories import pdf, upload
from chengxin.base.casework.models import Notice
from chengxin.base.casework.tests.factories import told_to
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Role
from chengxin.rights.consent import queries, reading, services, window
from chengxin.rights.consent.models import AccessEntry
from chengxin.rights.consent.tests.factories import (
    NAME,
    NOON,
    agency,
    asked,
    bank,
    clerk,
    granted,
    officer,
    penalised,
    resident,
)

ASKED = ("consent_request", "consent_consent", "consent_refusal", "consent_revocation")
WINDOW = ("consent_windowform", "consent_windowcheck")
SUBJECTS_OWN = ("consent_noticewish", "consent_accessentry")
TABLES = ("records_personrecord", "subjects_person", *ASKED, *WINDOW, *SUBJECTS_OWN)


@pytest.fixture
def about(committed_db: str, tmp_path: Path) -> str:
    """A resident about whom every table has a row."""
    found = penalised(tmp_path)
    first, second, third = granted(found), asked(found), asked(found)
    reading.authorised_read(first, by=bank(), door=reading.SCREEN, at=NOON)
    services.revoke(first, about=found, by=resident(found), at=NOON)
    services.refuse(second, about=found, by=resident(found), at=NOON)
    services.wish_notices(found, wanted=True, by=resident(found), at=NOON)
    desk = {n: clerk(files.MARKET, Role.CREDIT_OFFICE_OPERATOR, n) for n in (811, 812)}
    form = window.record_form(
        third,
        identity=files.citizen(1),
        number="1",
        signed_by=NAME,
        scan=upload(pdf(), "form.pdf"),
        by=desk[811],
        at=NOON,
    )
    window.confirm_form(form, by=desk[812], at=NOON)
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


def tell(plain: "psycopg.Connection[tuple[object, ...]]", told: Mapping[str, str]) -> None:
    for name, value in told.items():
        plain.execute("SELECT set_config(%s, %s, true)", [f"chengxin.{name}", value])


def count(plain: "psycopg.Connection[tuple[object, ...]]", table: str, **told: str) -> object:
    with plain.transaction(force_rollback=True):
        tell(plain, told)
        row = plain.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def notices_of(plain: "psycopg.Connection[tuple[object, ...]]", **told: str) -> list[object]:
    with plain.transaction(force_rollback=True):
        tell(plain, told)
        return [pk for (pk,) in plain.execute("SELECT id FROM casework_notice ORDER BY id").fetchall()]


def marked_read(plain: "psycopg.Connection[tuple[object, ...]]", **told: str) -> int:
    with plain.transaction(force_rollback=True):
        tell(plain, told)
        return plain.execute("UPDATE casework_notice SET read_by = 'x'").rowcount


def test_the_role_has_neither_superuser_nor_bypassrls(plain):
    row = plain.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == ("chengxin_app", False, False)


def test_who_states_no_purpose_gets_nothing(plain, about):
    assert {table: count(plain, table, about=about) for table in TABLES} == dict.fromkeys(TABLES, 0)
    audit = {table: count(plain, table, purpose="audit") for table in TABLES}
    assert [table for table, seen in audit.items() if not seen] == []


def test_a_notice_is_seen_by_its_addressee_its_writer_and_the_proof_of_itself_and_by_nobody_else(plain, about):
    mine, own = f"represented:{about}", {"purpose": "own-notices"}
    [notice_id] = notices_of(plain, about=mine, **own)[:1]
    others = f"organisation:{bank().organisation_id},user:811,represented:person:999999"

    assert len(notices_of(plain, about=f"user:811,{mine}", **own)) == len(told_to(about)) > 1
    assert notices_of(plain, about=mine, purpose="notice-sending") == notices_of(plain, about=mine, **own)
    assert notices_of(plain, about=f"notice:{notice_id}", purpose="notice-proof") == [notice_id]
    assert notices_of(plain) == notices_of(plain, purpose="audit") == notices_of(plain, purpose="own-notices") == []
    assert notices_of(plain, about=about, **own) == notices_of(plain, about=others, **own) == []
    assert notices_of(plain, about=mine, purpose="notice-proof") == notices_of(plain, about=mine) == []
    assert marked_read(plain, about=mine, purpose="notice-sending") == marked_read(plain, about=others, **own) == 0
    assert marked_read(plain, about=mine, **own) == len(told_to(about))
    assert Notice.objects.count() == 0


def test_another_subject_sees_no_row_of_what_was_asked_answered_signed_or_looked_at(plain):
    told = {"purpose": queries.ANSWERING, "about": "person:999999"}
    tables = (*ASKED, *WINDOW, *SUBJECTS_OWN)
    assert {table: count(plain, table, **told) for table in tables} == dict.fromkeys(tables, 0)


def test_an_asker_sees_its_own_requests_and_answers_and_no_scan_and_another_organisation_none(plain):
    own = {"purpose": queries.ASKING, "organisation": str(bank().organisation_id)}
    others = {"purpose": queries.ASKING, "organisation": str(agency().organisation_id)}
    assert all(count(plain, table, **own) for table in ASKED)
    assert [table for table in (*WINDOW, *SUBJECTS_OWN) if count(plain, table, **own)] == []
    assert [table for table in (*ASKED, *WINDOW, *SUBJECTS_OWN) if count(plain, table, **others)] == []


def test_every_table_of_this_room_is_under_row_level_security_even_for_its_owner(plain):
    tables = [model._meta.db_table for model in apps.get_app_config("consent").get_models()]
    found = plain.execute(
        "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relrowsecurity AND relforcerowsecurity", [tables]
    ).fetchall()
    assert sorted(name for (name,) in found) == sorted(tables)


def test_a_sealed_entry_opens_by_itself_at_its_end_by_the_clock_of_the_database(plain, about):
    told = {"purpose": queries.LOOKING, "about": about}
    before = count(plain, "consent_accessentry", **told)
    ends = clock.now() + timedelta(seconds=2)
    reading.statutory_read(
        about, purpose="case-investigation", items=["penalty-person"], by=officer(), door=reading.SCREEN,
        at=ends - timedelta(days=90), matter="立〔2026〕1号（虚构）",
    )  # fmt: skip

    is_over = False
    while not is_over:
        with plain.transaction(force_rollback=True):
            tell(plain, told)
            row = plain.execute("SELECT count(*), now() >= %s FROM consent_accessentry", [ends]).fetchone()
        seen, is_over = row
        assert seen == before + is_over
        time.sleep(0.1)


def test_a_purpose_without_a_subject_or_with_another_shows_no_entry(plain, about):
    assert count(plain, "consent_accessentry", purpose="curiosity") == 0
    assert count(plain, "consent_accessentry", purpose="own-access-log", about="person:999999") == 0
    assert count(plain, "consent_accessentry", about=about) == 0
    assert count(plain, "consent_accessentry", purpose="own-access-log", about=about) == 1
    assert AccessEntry.objects.count() == 0
