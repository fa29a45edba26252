"""Releases: what stands in the files, what is gone from the next ones, and that no file outlives a public period."""

import hashlib
import io
import json
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from chengxin.intake.opendata import policy, queries, services
from chengxin.intake.opendata.errors import BeingRenewed, NotOpen
from chengxin.intake.opendata.models import OpenRecord, Release
from chengxin.intake.opendata.rules import Format
from chengxin.intake.opendata.tests.factories import (
    BY,
    ITEM,
    NOON,
    content,
    corrected,
    fine,
    key_in_files,
    later,
    released,
    repaired,
    table,
)
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.tests.factories import code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_the_three_forms_hold_the_same_record_without_what_is_not_to_go_out():
    key = fine()

    made = released()

    (row,) = table()
    (line,) = [json.loads(one) for one in content(Format.JSON_LINES).decode().splitlines()]
    (typed,) = pl.read_parquet(io.BytesIO(content(Format.PARQUET))).to_dicts()
    assert (made.rows, made.added, made.removed) == (1, 1, 0)
    assert row["key"] == line["key"] == typed["key"] == str(key_in_files(key)) != str(key)
    assert (row["subject_code"], row["CF_FRDB"], row["CF_NR_FK"]) == (code(1), "韦**", "1.500000")
    assert line["CF_NR"] == "=罚款，电话***、身份证***"
    assert row["CF_NR"] == "'" + line["CF_NR"]
    assert (line["public_until"], line["CF_JDRQ"], typed["CF_JDRQ"]) == ("2027-05-09", "2026-05-09", date(2026, 5, 9))
    assert set(row).isdisjoint({"BZ", "CF_FR_ZJHM", "CF_SY", "CF_XDR_MC"})


def test_size_and_digest_are_those_of_the_file():
    fine()
    released()

    file = queries.file_of(ITEM, Format.PARQUET, at=NOON)

    stored = content(Format.PARQUET)
    assert (file.size, file.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())


def test_a_file_is_refused_the_moment_a_record_in_it_is_repaired():
    key = fine()
    fine("2", name="南宁虚构食品厂", number=2)
    released()
    open_key = key_in_files(key)
    repaired(key, at=later())

    with pytest.raises(BeingRenewed):
        queries.file_of(ITEM, Format.CSV, at=later())
    assert queries.removals(ITEM, after=0, limit=10, at=later()).ended == [open_key]


def test_the_next_file_is_without_it_and_the_removals_name_its_key_alone():
    key = fine()
    fine("2", name="南宁虚构食品厂", number=2)
    first = released()
    open_key = key_in_files(key)
    repaired(key, at=later())

    second = released(at=later(2))

    assert (second.rows, second.added, second.removed) == (1, 0, 1)
    assert [row["subject_code"] for row in table(at=later(2))] == [code(2)]
    found = queries.removals(ITEM, after=first.cursor, limit=10, at=later(2))
    assert (found.ended, found.taken_out) == ([], [(second.cursor, open_key)])


def test_a_public_period_ends_at_midnight_by_the_query_itself():
    key = fine(until=date(2026, 9, 2))
    made = released()
    last_moment = datetime(2026, 9, 1, 15, 59, 59, tzinfo=UTC)

    assert made.valid_until == date(2026, 9, 2)
    assert queries.file_of(ITEM, Format.CSV, at=last_moment)
    midnight = last_moment + timedelta(seconds=1)
    with pytest.raises(BeingRenewed):
        queries.file_of(ITEM, Format.CSV, at=midnight)
    assert [c.record for c in queries.changes(ITEM, after=0, limit=10, at=midnight)] == [None]
    assert queries.removals(ITEM, after=0, limit=10, at=midnight).ended == [key_in_files(key)]


def test_a_change_that_was_made_before_the_release_and_seen_after_it_is_noticed():
    key = fine()
    released()

    repaired(key, at=later(-5))

    with pytest.raises(BeingRenewed):
        queries.file_of(ITEM, Format.CSV, at=later())


def test_a_correction_keeps_the_key_and_moves_to_the_end_of_the_feed():
    key = fine()
    first = released()
    old = Record.objects.get()
    open_key = key_in_files(key)
    corrected("1", old.subject_id, record_id=old.pk, at=later())
    with pytest.raises(BeingRenewed):
        queries.file_of(ITEM, Format.CSV, at=later())

    second = released(at=later(2))

    (change,) = queries.changes(ITEM, after=first.cursor, limit=10, at=later(2))
    assert (second.added, second.removed, change.key, change.cursor) == (1, 0, open_key, second.cursor)
    assert change.record is not None and change.record["CF_WSH"] == "南市监罚〔2026〕2号（虚构）"


def test_a_record_that_comes_back_is_no_longer_among_the_removals():
    key = fine()
    released()
    open_key = key_in_files(key)
    repaired(key, at=later())
    released(at=later(2))

    from chengxin.registry.records import services as records

    records.undo_repair(key, by=BY, at=later(3))
    third = released(at=later(4))

    assert (third.added, third.removed) == (1, 0)
    assert queries.removals(ITEM, after=0, limit=10, at=later(4)).taken_out == []
    (change,) = queries.changes(ITEM, after=0, limit=10, at=later(4))
    assert change.key == open_key and change.record is not None


def test_the_feed_says_what_the_file_says():
    fine()
    released()
    (line,) = [json.loads(one) for one in content(Format.JSON_LINES).decode().splitlines()]

    (change,) = queries.changes(ITEM, after=0, limit=10, at=NOON)

    assert change.record == line


def test_sole_traders_stay_out_of_the_files():
    fine(name="韦虚构", number=3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET kind = 'sole-trader'")

    assert released().rows == 0


def test_a_release_without_records_is_an_empty_table_with_its_columns():
    released()

    assert content(Format.CSV).decode("utf-8-sig").startswith("key,subject_code,")
    assert content(Format.JSON_LINES) == b""
    assert pl.read_parquet(io.BytesIO(content(Format.PARQUET))).height == 0


@pytest.mark.parametrize("item", ["penalty-person", "arrears", "no-such-item"])
def test_what_is_not_open_is_not_found_and_nothing_is_made(item: str):
    with pytest.raises(NotOpen):
        services.release(item, by=BY, at=NOON)
    with pytest.raises(NotOpen):
        queries.changes(item, after=0, limit=1, at=NOON)
    assert Release.objects.count() == 0


@pytest.mark.django_db(transaction=False)
def test_renewing_leaves_alone_what_is_current(django_capture_on_commit_callbacks):
    key = fine()
    with django_capture_on_commit_callbacks(execute=True):
        first = services.renew(by=BY, at=NOON)
        older = queries.file_of(ITEM, Format.CSV, at=NOON).stored_as
        repaired(key, at=later())
        second = services.renew(by=BY, at=later())
        third = services.renew(by=BY, at=later(2))
    assert ITEM in first and len(first) == len(queries.open_items())
    assert (second, third) == ([ITEM], [])
    assert not default_storage.exists(older)


def test_terms_that_change_end_the_file(monkeypatch):
    fine()
    released()
    import dataclasses

    other = dataclasses.replace(policy.terms_on(NOON.date()), version="open-data/terms@2027-01-01")
    monkeypatch.setattr(policy, "terms_on", lambda day: other)

    with pytest.raises(BeingRenewed):
        queries.file_of(ITEM, Format.CSV, at=NOON)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE opendata_openrecord SET key = gen_random_uuid()",
        "DELETE FROM opendata_openrecord",
        "UPDATE opendata_release SET valid_until = NULL",
        "DELETE FROM opendata_statisticrelease",
    ],
)
def test_the_application_cannot_rewrite_what_was_given_out(statement: str):
    fine()
    released()

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert OpenRecord.objects.count() == 1
