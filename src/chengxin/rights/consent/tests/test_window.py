"""Consents on paper: recorded by one officer, confirmed by another, and only then worth anything."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from chengxin.base.attachments.errors import FileEmpty, FileTooLarge, HeldBack, KindNotAllowed
from chengxin.base.attachments.models import Attachment
from chengxin.base.attachments.tests.factories import pdf, upload
from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.rights.consent import queries, reading, receipts, services, window
from chengxin.rights.consent.errors import (
    AlreadyAnswered,
    ConsentEnded,
    FormIncomplete,
    FormNumberTaken,
    FormPending,
    NotTheSubject,
    ReasonMissing,
    SecondOfficerNeeded,
)
from chengxin.rights.consent.models import Consent, WindowCheck, WindowForm
from chengxin.rights.consent.rules import Method, Standing
from chengxin.rights.consent.tests.factories import (
    NAME,
    NOON,
    TODAY,
    asked,
    bank,
    clerk,
    count,
    penalised,
    resident,
)

pytestmark = pytest.mark.django_db
OFFICE = "11450100007548888T"


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


def at_desk(user_id: int, role: Role = Role.CREDIT_OFFICE_OPERATOR) -> Actor:
    return clerk(files.MARKET, role, user_id)


FIRST, SECOND = 811, 812


def recorded(request_id: int, **changed) -> int:
    given = {
        "identity": files.citizen(1), "number": "授〔2026〕1号（虚构）", "signed_by": NAME,
        "scan": upload(pdf(), "form.pdf"), "by": at_desk(FIRST), "at": NOON,
    }  # fmt: skip
    return window.record_form(request_id, **(given | changed))


def test_a_recorded_form_alone_carries_no_query(about):
    request_id = asked(about)
    recorded(request_id)

    with pytest.raises(NotFound):
        reading.authorised_read(request_id, by=bank(), door=reading.SCREEN, at=NOON)
    assert count(Consent) == 0


def test_a_second_officer_makes_it_count_and_the_subject_sees_it_as_given_on_paper(about):
    request_id = asked(about)
    before = len(told_to(about))

    window.confirm_form(recorded(request_id), by=at_desk(SECOND), at=NOON)

    [row] = queries.requests_to(about, by=resident(about), on=TODAY)
    assert (row.standing, row.method, row.form_number) == (Standing.GRANTED, Method.WINDOW, "授〔2026〕1号（虚构）")
    receipt = queries.receipt_of(request_id, about, by=resident(about))
    assert receipts.is_genuine(receipt, at=NOON)
    assert len(told_to(about)) == before + 1
    assert len(reading.authorised_read(request_id, by=bank(), door=reading.SCREEN, at=NOON)) == 1


def test_the_subject_withdraws_what_was_given_on_paper_with_one_click(about):
    request_id = asked(about)
    window.confirm_form(recorded(request_id), by=at_desk(SECOND), at=NOON)

    services.revoke(request_id, about=about, by=resident(about), at=NOON)

    with pytest.raises(ConsentEnded):
        reading.authorised_read(request_id, by=bank(), door=reading.SCREEN, at=NOON)


def test_who_recorded_a_form_neither_confirms_nor_rejects_it(about):
    form_id = recorded(asked(about))

    with pytest.raises(SecondOfficerNeeded):
        window.confirm_form(form_id, by=at_desk(FIRST), at=NOON)
    with pytest.raises(SecondOfficerNeeded):
        window.reject_form(form_id, reason="看不清", by=at_desk(FIRST), at=NOON)
    assert (count(Consent), count(WindowCheck)) == (0, 0)


@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.BANK_CLERK])
def test_a_wrong_role_records_checks_and_sees_nothing(about, role):
    request_id = asked(about)
    form_id = recorded(request_id)
    stranger = at_desk(813, role)

    for act in (
        lambda: recorded(request_id, by=stranger, number="2"),
        lambda: window.confirm_form(form_id, by=stranger, at=NOON),
        lambda: window.reject_form(form_id, reason="x", by=stranger, at=NOON),
        lambda: window.scan_of(form_id, by=stranger, at=NOON),
        lambda: window.request_at_window(request_id, by=stranger, at=NOON),
        lambda: queries.forms_to_check(stranger, on=TODAY),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert (count(WindowForm), count(WindowCheck), count(Consent)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"identity": files.citizen(2)}, NotTheSubject),
        ({"identity": ""}, NotTheSubject),
        ({"number": " "}, FormIncomplete),
        ({"signed_by": ""}, FormIncomplete),
        ({"scan": b"MZ not a scan"}, KindNotAllowed),
        ({"scan": b"<script>alert(1)</script>"}, KindNotAllowed),
        ({"scan": pdf() + b"0" * (10 * 1024 * 1024)}, FileTooLarge),
        ({"scan": b""}, FileEmpty),
    ],
)
def test_a_form_that_does_not_fit_is_refused_and_nothing_is_kept(about, changed, error):
    request_id = asked(about)
    notes = AuditEntry.objects.count()

    if "scan" in changed:
        changed = {"scan": upload(changed["scan"], "form.pdf")}

    with pytest.raises(error):
        recorded(request_id, **changed)
    assert (count(WindowForm), Attachment.objects.count()) == (0, 0)
    assert AuditEntry.objects.count() == notes


def test_a_request_to_nobody_takes_no_form(about):
    with pytest.raises(NotTheSubject):
        recorded(asked(""))
    assert count(WindowForm) == 0


def test_a_rejected_form_is_recorded_anew_under_another_number(about):
    request_id = asked(about)
    form_id = recorded(request_id)
    with pytest.raises(FormPending):
        recorded(request_id, number="2")
    with pytest.raises(ReasonMissing):
        window.reject_form(form_id, reason=" ", by=at_desk(SECOND), at=NOON)

    window.reject_form(form_id, reason="扫描件看不清", by=at_desk(SECOND), at=NOON)

    assert queries.request_of(request_id, by=bank(), on=TODAY).standing is Standing.WAITING
    with pytest.raises(NotFound):
        window.confirm_form(form_id, by=at_desk(SECOND), at=NOON)
    with pytest.raises(FormNumberTaken):
        recorded(request_id)
    window.confirm_form(recorded(request_id, number="2"), by=at_desk(SECOND), at=NOON)
    assert count(Consent) == 1


def test_what_the_subject_refused_meanwhile_is_not_confirmed(about):
    request_id = asked(about)
    form_id = recorded(request_id)
    services.refuse(request_id, about=about, by=resident(about), at=NOON)

    with pytest.raises(AlreadyAnswered):
        window.confirm_form(form_id, by=at_desk(SECOND), at=NOON)
    assert count(Consent) == 0
    assert queries.forms_to_check(at_desk(SECOND), on=TODAY) == ()


def test_a_scan_that_the_scanner_holds_back_is_neither_opened_nor_confirmed(about, settings):
    settings.SCANNER = "unix:/nowhere"
    form_id = recorded(asked(about))

    with pytest.raises(HeldBack):
        window.scan_of(form_id, by=at_desk(SECOND), at=NOON)
    with pytest.raises(HeldBack):
        window.confirm_form(form_id, by=at_desk(SECOND), at=NOON)
    assert count(Consent) == 0


def test_the_scan_is_sealed_at_rest_and_each_look_at_it_stands_in_the_log(about):
    form_id = recorded(asked(about))
    stored = Attachment.objects.get()
    assert b"%PDF" not in default_storage.open(stored.stored_as).read()

    assert window.scan_of(form_id, by=at_desk(SECOND), at=NOON).content == pdf()

    [entry] = queries.access_log_of(about, by=resident(about))
    assert (entry.purpose, dict(entry.fields)) == (queries.WINDOW, {window.FORM: ["scan"]})
