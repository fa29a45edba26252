from datetime import date, timedelta

import pytest

from chengxin.base.documents import keys, signing
from chengxin.base.documents.tests.factories import pdf as plain_pdf
from chengxin.offerings.reports import rules
from chengxin.offerings.reports.rules import ChangeKind
from chengxin.offerings.reports.services import IssuedReport, issue
from chengxin.offerings.reports.tests.factories import (
    COMPANY,
    NAME,
    NOW,
    PENALTY,
    TODAY,
    record,
    rich_subject,
    subject,
    supersede,
)
from chengxin.offerings.reports.verification import Outcome, verify_number, verify_pdf
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db


def issued() -> IssuedReport:
    return issue(COMPANY, at=NOW, language="zh-hans", by=None)


def penalty(number: str = "118") -> Record:
    return Record.objects.get(item="penalty-organisation", payload__CF_WSH=f"南市监处罚〔2026〕{number}号")


def test_a_fresh_report_is_genuine_and_unchanged():
    rich_subject()
    report = issued()

    found = verify_pdf(report.pdf, at=NOW)

    assert found.outcome == Outcome.GENUINE
    assert (found.number, found.subject_name, found.records) == (report.number, NAME, 8)
    assert not found.changed


def test_the_number_alone_attests_the_report_and_with_the_code_its_changes():
    rich_subject()
    report = issued()
    supersede(penalty(), at=NOW, state="disputed")

    bare = verify_number(report.number.lower(), on=TODAY)
    held = verify_number(report.number, on=TODAY, code=report.check_code)

    assert (bare.outcome, bare.changed, bare.held, bare.differences) == (Outcome.GENUINE, True, False, ())
    (difference,) = held.differences
    assert (difference.kind, difference.place, difference.category.zh) == (ChangeKind.CHANGED, "4.2", "行政处罚信息")


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("", Outcome.NOT_A_NUMBER),
        ("hello", Outcome.NOT_A_NUMBER),
        ("XY20261123-8HJ2-K7QM-0", Outcome.NOT_A_NUMBER),
        (rules.report_number(TODAY, "8HJ2K7QM"), Outcome.UNKNOWN),
    ],
)
def test_other_numbers_are_not_attested(number: str, outcome: Outcome):
    assert verify_number(number, on=TODAY).outcome == outcome


def test_a_wrong_code_attests_nothing():
    subject()
    report = issued()

    found = verify_number(report.number, on=TODAY, code="00000000")

    assert (found.outcome, found.subject_name, found.issued_at) == (Outcome.WRONG_CODE, "", None)


def test_what_left_the_public_is_told_by_its_place_only():
    rich_subject()
    report = issued()
    supersede(penalty(), at=NOW, state="repaired")

    (difference,) = verify_pdf(report.pdf, at=NOW).differences

    assert (difference.kind, difference.place, difference.headline.zh) == (ChangeKind.REMOVED, "4.2", "")


def test_the_end_of_a_public_period_is_a_change_without_any_write():
    rich_subject()
    report = issued()

    later = verify_pdf(report.pdf, at=NOW + timedelta(days=200))

    assert [(d.kind, d.place) for d in later.differences] == [
        (ChangeKind.REMOVED, "4.1"),
        (ChangeKind.REMOVED, "4.2"),
    ]


def test_what_is_new_is_told_with_its_headline():
    rich = rich_subject()
    report = issued()
    record(rich, key="new", payload=PENALTY | {"CF_WSH": "新", "CF_WFXW": "新的行为"})

    (difference,) = verify_pdf(report.pdf, at=NOW).differences

    assert (difference.kind, difference.place) == (ChangeKind.ADDED, "")
    assert "新的行为" in difference.headline.zh


def test_what_is_new_but_not_public_is_not_told():
    rich = rich_subject()
    report = issued()
    record(rich, key="new", public=None)

    assert not verify_pdf(report.pdf, at=NOW).changed


def test_another_name_of_the_subject_is_told():
    about = subject()
    report = issued()
    about.name = "南宁虚构新名贸易有限公司"
    about.save()

    assert [d.kind for d in verify_pdf(report.pdf, at=NOW).differences] == [ChangeKind.SUBJECT]


def test_a_subject_that_may_no_longer_be_seen_is_named_to_holders_only():
    record(subject(registered=False), public=(date(2026, 5, 9), TODAY + timedelta(days=1)))
    report = issued()
    later = TODAY + timedelta(days=2)

    bare = verify_number(report.number, on=later)
    held = verify_number(report.number, on=later, code=report.check_code)

    assert (bare.outcome, bare.subject_name, bare.subject_code) == (Outcome.GENUINE, "", "")
    assert (held.subject_name, held.subject_visible) == (NAME, False)


def test_a_changed_byte_makes_it_altered():
    subject()
    changed = bytearray(issued().pdf)
    changed[changed.index(b"stream") + 30] ^= 1

    assert verify_pdf(bytes(changed), at=NOW).outcome == Outcome.ALTERED


def test_bytes_added_behind_make_it_altered():
    subject()

    assert verify_pdf(issued().pdf + b"\n%", at=NOW).outcome == Outcome.ALTERED


def test_a_document_of_ours_that_was_never_entered_is_unknown():
    assert verify_pdf(signing.sign_pdf(plain_pdf(), reason="x", at=NOW), at=NOW).outcome == Outcome.UNKNOWN


def test_a_document_that_someone_else_signed_is_foreign(tmp_path, settings):
    keys.make(tmp_path / "foreign", at=NOW)
    settings.SIGNING_FOLDER = str(tmp_path / "foreign")
    foreign = signing.sign_pdf(plain_pdf(), reason="x", at=NOW)
    settings.SIGNING_FOLDER = ""

    assert verify_pdf(foreign, at=NOW).outcome == Outcome.FOREIGN


def test_a_report_stays_attested_after_the_certificate_has_ended():
    subject()

    found = verify_pdf(issued().pdf, at=NOW + timedelta(days=366 * keys.CERTIFICATE_YEARS))

    assert found.outcome == Outcome.GENUINE
    assert not found.seal.trusted


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"", Outcome.NOT_A_PDF),
        (b"PK\x03\x04 a spreadsheet", Outcome.NOT_A_PDF),
        (b"%PDF-1.7 nothing else", Outcome.UNSIGNED),
        (b"%PDF-1.7" + bytes(rules.LARGEST_PDF), Outcome.TOO_LARGE),
    ],
)
def test_other_files_are_told_apart(content: bytes, outcome: Outcome):
    assert verify_pdf(content, at=NOW).outcome == outcome
