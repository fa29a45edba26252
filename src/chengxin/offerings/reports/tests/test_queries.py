import json
from datetime import date, timedelta

import pytest

from chengxin.offerings.reports import queries, rules
from chengxin.offerings.reports.tests.factories import (
    COMPANY,
    NOW,
    OTHER,
    PENALTY,
    TODAY,
    record,
    rich_subject,
    subject,
    supersede,
)

pytestmark = pytest.mark.django_db


def said(code: str = COMPANY, on: date = TODAY) -> str:
    content = queries.report_content(code, on=on)
    assert content is not None
    return json.dumps(queries.as_json(content), ensure_ascii=False)


def places(code: str = COMPANY, on: date = TODAY) -> list[str]:
    content = queries.report_content(code, on=on)
    return [e.place for e in content.entries] if content else []


def test_records_stand_in_their_sections_and_are_numbered():
    rich_subject()

    assert places() == ["1.1", "2.1", "3.1", "3.2", "4.1", "4.2", "5.1", "6.1"]


def test_the_summary_counts_every_heading_also_those_without_records():
    rich_subject()

    counts = {c.category.code: c.number for c in queries.report_content(COMPANY, on=TODAY).counts}

    assert counts["penalty"] == 2
    assert counts["serious-list"] == 0
    assert sum(counts.values()) == 8


def test_a_record_tells_source_basis_and_until_when_it_is_public():
    record(subject())

    (told,) = [s["records"][0] for s in json.loads(said())["sections"] if s["records"]]

    assert told["source"] == "南宁市市场监督管理局"
    assert told["public_until"] == "2027-05-09"
    assert told["legal_basis"][0]["law"] == "中华人民共和国行政处罚法"
    assert told["headline"] == {
        "zh": "罚款；没收违法所得 · 违反广告管理规定",
        "en": "Fine; Confiscation of unlawful gains · 违反广告管理规定",
    }


@pytest.mark.parametrize(
    "hidden",
    [
        {"public": None},
        {"public": (date(2025, 1, 1), TODAY)},
        {"public": (TODAY + timedelta(days=1), None)},
        {"state": "repaired"},
        {"state": "withdrawn"},
        {"known_until": NOW},
    ],
    ids=["shared only", "public until yesterday", "public from tomorrow", "repaired", "withdrawn", "superseded"],
)
def test_what_is_not_public_leaves_no_trace(hidden):
    about = subject()
    without = said()

    record(about, payload=PENALTY | {"CF_WSH": "秘密文号"}, **hidden)

    assert said() == without


def test_non_public_and_sealed_fields_leave_no_trace():
    record(subject())

    told = said()

    assert "sealed" not in told
    assert "SEALED-NUMBER" not in told
    assert "CF_FR_ZJLX" not in told
    assert "内部备注" not in told


def test_a_subject_known_only_from_hidden_records_is_as_unknown_as_one_that_does_not_exist():
    record(subject(registered=False), public=None)

    assert queries.report_content(COMPANY, on=TODAY) is None
    assert queries.report_content(OTHER, on=TODAY) is None


@pytest.mark.parametrize("code", ["", " ", "x", "\x00", "9" * 200, "'; --"])
def test_nonsense_is_no_subject(code: str):
    assert queries.report_content(code, on=TODAY) is None


def test_a_code_is_taken_in_lower_case_as_well():
    subject()

    assert queries.report_content(COMPANY.lower(), on=TODAY) is not None


def test_a_snapshot_keeps_digests_and_nothing_of_what_records_say():
    rich_subject()

    kept = queries.snapshot(queries.report_content(COMPANY, on=TODAY))

    assert {frozenset(r) for r in kept["records"]} == {frozenset({"key", "place", "category", "digest"})}
    assert all(len(digest) == 64 for digest in [kept["subject"], *(r["digest"] for r in kept["records"])])


def test_the_mark_of_a_dispute_is_a_change():
    made = record(subject())
    before = queries.snapshot(queries.report_content(COMPANY, on=TODAY))
    supersede(made, at=NOW, state="disputed")

    changes = rules.changes_between(before, queries.snapshot(queries.report_content(COMPANY, on=TODAY)))

    assert [(c.kind, c.place) for c in changes] == [(rules.ChangeKind.CHANGED, "4.1")]
