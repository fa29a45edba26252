"""Asking, signing, withdrawing, querying; and who looked."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base import clock
from chengxin.base.casework.models import Case
from chengxin.base.casework.services import PLATFORM
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts.rules import Role, Scope
from chengxin.rights.consent import policy, queries, reading, receipts, services
from chengxin.rights.consent.errors import (
    AlreadyAnswered,
    ConsentEnded,
    MatterMissing,
    PurposeNotOpen,
    QueriesUsed,
    SignatureMissing,
    WordingChanged,
)
from chengxin.rights.consent.models import AccessEntry, Consent, Request, Revocation
from chengxin.rights.consent.rules import Standing
from chengxin.rights.consent.tests.factories import (
    ITEM,
    NAME,
    NOON,
    TODAY,
    agency,
    asked,
    bank,
    clerk,
    count,
    everything,
    granted,
    officer,
    penalised,
    resident,
)

pytestmark = pytest.mark.django_db
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


def read(request_id: int, *, by=None, at=NOON):
    return reading.authorised_read(request_id, by=by or bank(), door=reading.SCREEN, at=at)


def log(about: str):
    return queries.access_log_of(about, by=resident(about))


def test_the_subject_is_told_of_a_request_and_finds_it(about):
    request_id = asked(about)

    assert len(told_to(about)) == 1
    [row] = queries.requests_to(about, by=resident(about), on=TODAY)
    assert (row.id, row.standing, row.items) == (request_id, Standing.WAITING, (ITEM,))


def test_a_request_to_nobody_looks_like_any_other_to_the_asker():
    request_id = asked("")

    assert queries.request_of(request_id, by=bank(), on=TODAY).standing is Standing.WAITING


def test_a_wrong_role_asks_for_nothing(about):
    with pytest.raises(NotPermitted):
        asked(about, by=clerk(bank().organisation_code, Role.AUDITOR))

    assert count(Request) == 0


def test_a_consent_carries_the_query_and_the_subject_sees_who_looked(about):
    request_id = granted(about)

    [record] = read(request_id)

    assert record.item == ITEM
    [entry] = log(about)
    assert (entry.organisation_zh, entry.purpose, entry.records) == ("演示银行（虚构）", "loan", 1)
    assert "CF_WSH" in entry.fields[ITEM]


def test_a_query_a_second_after_the_withdrawal_is_refused(about):
    request_id = granted(about)
    read(request_id)

    services.revoke(request_id, about=about, by=resident(about), at=NOON)

    with pytest.raises(ConsentEnded):
        read(request_id, at=NOON + A_SECOND)
    assert len(log(about)) == 1


def test_no_more_queries_than_were_consented_to(about):
    request_id = granted(about, queries=1)
    read(request_id)

    with pytest.raises(QueriesUsed):
        read(request_id)
    assert len(log(about)) == 1


def test_another_organisation_cannot_use_the_consent(about):
    request_id = granted(about)

    with pytest.raises(NotFound):
        read(request_id, by=agency())
    assert log(about) == ()


def test_without_an_answer_or_after_a_refusal_nothing_is_read(about):
    request_id = asked(about)
    with pytest.raises(NotFound):
        read(request_id)

    services.refuse(request_id, about=about, by=resident(about), at=NOON)
    with pytest.raises(NotFound):
        read(request_id)
    assert log(about) == ()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"signed_by": " "}, SignatureMissing),
        ({"wording_version": ""}, SignatureMissing),
        ({"wording_version": "x"}, WordingChanged),
    ],
)
def test_nothing_counts_that_was_not_read_and_signed(about, changed, error):
    request_id = asked(about)
    given = {"signed_by": NAME, "wording_version": policy.wording_on(TODAY).version} | changed

    with pytest.raises(error):
        services.grant(request_id, about=about, by=resident(about), at=NOON, **given)
    assert count(Consent) == 0


def test_who_is_called_like_the_platform_withdraws_for_themselves(about):
    request_id, namesake = granted(about), replace(resident(about), name=PLATFORM.name)

    services.revoke(request_id, about=about, by=namesake, at=NOON)

    [row] = queries.requests_to(about, by=resident(about), on=TODAY)
    assert (row.standing, row.is_closed) == (Standing.REVOKED, False)


def test_nobody_else_grants_refuses_or_withdraws(about):
    request_id, stranger = granted(about), resident("person:999999")
    for act in (services.refuse, services.revoke):
        with pytest.raises(NotFound):
            act(request_id, about=about, by=stranger, at=NOON)
    with pytest.raises(NotFound):
        services.revoke(request_id, about=about, by=resident(about, Scope.SEE), at=NOON)
    assert count(Revocation) == 0


def test_a_request_is_answered_once(about):
    request_id = granted(about)

    with pytest.raises(AlreadyAnswered):
        services.refuse(request_id, about=about, by=resident(about), at=NOON)


def test_the_receipt_is_signed_and_a_changed_one_is_not_genuine(about):
    receipt = queries.receipt_of(granted(about), about, by=resident(about))

    assert receipt["schema_version"] == "ISO/IEC TS 27560:2023"
    assert {"record_id", "receipt_id", "pii_principal_id", "processing", "parties", "event"} <= set(receipt)
    [purpose] = receipt["processing"]["purposes"]
    assert purpose["pii_information"] == [{"pii_type": ITEM, "pii_optional": False}]
    assert {"purpose", "lawful_basis", "pii_controllers", "recipient_third_parties", "processing_method"} <= set(
        purpose
    )
    assert {"withdrawal_method", "privacy_rights", "jurisdiction", "storage_locations"} <= set(purpose)
    assert {"event_time", "event_type", "event_state", "validity_duration", "entity_id"} <= set(receipt["event"])
    assert receipts.is_genuine(receipt, at=NOON)
    assert not receipts.is_genuine({**receipt, "pii_principal_id": "person:0"}, at=NOON)
    assert not receipts.is_genuine({k: v for k, v in receipt.items() if k != "signature"}, at=NOON)


def statutory(about: str, purpose: str, *, by=None, at=NOON, matter="南市监立〔2026〕7号（虚构）"):
    return reading.statutory_read(
        about, purpose=purpose, items=[ITEM], by=by or officer(), door=reading.SCREEN, at=at, matter=matter
    )


def test_a_statutory_purpose_opens_to_its_role_and_is_logged(about):
    assert len(statutory(about, "licence-qualification")) == 1
    assert [e.purpose for e in log(about)] == ["licence-qualification"]


@pytest.mark.parametrize("purpose", ["licence-qualification", "loan", "curiosity"])
def test_a_bank_reads_nothing_without_consent(about, purpose):
    with pytest.raises(PurposeNotOpen):
        statutory(about, purpose, by=bank())
    assert log(about) == ()


@pytest.mark.parametrize("matter", ["", "  "])
def test_a_statutory_purpose_without_the_number_of_its_matter_reads_nothing(about, matter):
    with pytest.raises(MatterMissing):
        statutory(about, "licence-qualification", matter=matter)
    assert log(about) == ()


def test_the_number_of_the_matter_is_kept_for_the_audit_and_not_told_to_the_subject(about):
    statutory(about, "licence-qualification")

    [entry] = log(about)
    assert "南市监立" not in repr(entry)
    with everything():
        assert AccessEntry.objects.get().matter == "南市监立〔2026〕7号（虚构）"


def test_a_number_that_nobody_has_reads_nothing_and_leaves_no_entry(tmp_path):
    assert statutory("", "licence-qualification") == ()
    assert count(AccessEntry) == 0


def test_a_sealed_entry_is_hidden_from_the_subject_until_its_end(about):
    now = clock.now()
    statutory(about, "case-investigation", at=now)
    assert log(about) == ()

    statutory(about, "case-investigation", at=now - timedelta(days=91))
    assert len(log(about)) == 1


def test_a_notice_is_sent_of_each_read_to_those_who_want_it(about):
    request_id = granted(about)
    before = len(told_to(about))
    read(request_id)
    assert len(told_to(about)) == before

    services.wish_notices(about, wanted=True, by=resident(about), at=NOON)
    read(request_id)
    assert len(told_to(about)) == before + 1


def test_a_complaint_about_an_entry_opens_a_case_for_the_credit_office(about):
    read(granted(about))
    [entry] = log(about)

    case_id = services.complain(entry.id, about=about, statement="没有申请过贷款（虚构）", by=resident(about), at=NOON)

    case = Case.objects.get(pk=case_id)
    assert (case.procedure, case.state) == ("access-complaint", "submitted")


def test_nobody_else_sees_or_complains(about):
    read(granted(about))
    [entry] = log(about)
    stranger = resident("person:999999")

    with pytest.raises(NotFound):
        queries.access_log_of(about, by=stranger)
    with pytest.raises(NotFound):
        services.complain(entry.id, about=about, statement="x", by=stranger, at=NOON)
    assert Case.objects.count() == 0


@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize(
    "table", ["request", "consent", "refusal", "revocation", "windowform", "windowcheck", "noticewish", "accessentry"]
)
def test_what_was_signed_and_who_looked_cannot_be_rewritten(verb, table):
    from django.db import connection

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(f"consent_{table}"))
