"""A record whose decision fell: its authority withdraws it, by two officials, and its subject learns why."""

from pathlib import Path
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.attachments.tests.factories import pdf, upload
from chengxin.base.casework.errors import NotYourStep, SamePersonTwice
from chengxin.base.casework.models import Case
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import NotFound
from chengxin.base.letters.tests.factories import letters
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records.models import Record
from chengxin.rights.disputes import services, withdrawing
from chengxin.rights.disputes.errors import NotWithdrawable, WithdrawalIncomplete
from chengxin.rights.disputes.models import RecordWithdrawal
from chengxin.rights.disputes.tests.factories import (
    APPROVAL_BUREAU,
    COMPANY,
    NOON,
    filed,
    handed_in,
    officer,
    operator,
    penalised,
    representative,
    reviewer,
)
from chengxin.rights.disputes.withdrawing import Grounds

pytestmark = pytest.mark.django_db
REVOKED = Grounds("revoked-on-review", "南府复决〔2026〕9号（虚构）", "复议机关撤销了处罚决定（虚构）")


@pytest.fixture
def key(tmp_path: Path, settings) -> UUID:
    settings.MEDIA_ROOT = tmp_path / "files"
    return penalised(tmp_path)


def propose(key: UUID, given: Grounds = REVOKED, *, by: Actor | None = None) -> int:
    return withdrawing.propose(key, given, papers=[upload(pdf())], by=by or officer(), at=NOON)


def state(key: UUID) -> str:
    return str(Record.objects.get(natural_key=key, known_until__isnull=True).state)


def document_number(key: UUID) -> str:
    return str(Record.objects.get(natural_key=key).payload["CF_WSH"])


def test_two_officials_withdraw_a_record_and_its_subject_gets_the_reason_and_the_papers_number(key: UUID):
    case_id = propose(key)
    assert state(key) == "in-force"
    assert len(told_to(COMPANY)) == 1

    withdrawing.take(case_id, "withdraw-record", by=reviewer(), at=NOON)

    assert state(key) == "withdrawn"
    (letter,) = letters(case_id=case_id)
    assert (letter.title_zh, letter.represented) == ("信用信息撤下通知书", COMPANY)
    assert REVOKED.reason in letter.body_zh
    assert REVOKED.document_number in letter.body_zh


def test_the_subject_may_state_its_view_and_a_record_that_is_kept_stays(key: UUID):
    case_id = propose(key)
    withdrawing.take(case_id, "object", by=representative(), at=NOON, reason="请尽快撤下（虚构）")

    withdrawing.take(case_id, "keep-record", by=reviewer(), at=NOON, reason="复议决定尚未生效（虚构）")

    assert state(key) == "in-force"
    assert len(told_to(COMPANY)) == 2
    assert propose(key), "a later paper can be proposed again"


def test_a_record_is_found_by_item_code_and_document_number_by_its_own_authority_alone(key: UUID):
    code, no = files.company(1), document_number(key)

    assert withdrawing.found_records(files.PENALTY, code, no, by=officer(), at=NOON) == (key,)
    assert withdrawing.found_records(files.PENALTY, code, "没有这个号", by=officer(), at=NOON) == ()
    assert withdrawing.found_records(files.PENALTY, code, no, by=officer(APPROVAL_BUREAU), at=NOON) == ()


def test_a_persons_record_is_found_by_the_citizen_number_and_withdrawn(tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    row = files.person_penalty(1)
    handed_in(tmp_path, row, files.PERSON_PENALTY)

    (key,) = withdrawing.found_records(files.PERSON_PENALTY, files.citizen(1), row["CF_WSH"], by=officer(), at=NOON)
    case_id = propose(key)
    withdrawing.take(case_id, "withdraw-record", by=reviewer(), at=NOON)

    assert withdrawing.found_records(files.PERSON_PENALTY, files.citizen(1), row["CF_WSH"], by=officer(), at=NOON) == ()


@pytest.mark.parametrize("by", [lambda: officer(APPROVAL_BUREAU), reviewer, operator, representative])
def test_only_an_officer_of_the_authority_proposes(key: UUID, by):
    with pytest.raises(NotFound):
        propose(key, by=by())

    assert not Case.objects.exists()
    assert state(key) == "in-force"


def test_who_proposed_does_not_decide_and_no_other_authority_does(key: UUID):
    case_id = propose(key)
    both = officer()
    both = Actor(
        both.name,
        both.organisation_id,
        both.organisation_code,
        frozenset({Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_REVIEWER}),
        both.reaches,
        both.user_id,
    )

    for by, refusal in ((both, SamePersonTwice), (officer(), NotYourStep), (reviewer(APPROVAL_BUREAU), NotFound)):
        with pytest.raises(refusal):
            withdrawing.take(case_id, "withdraw-record", by=by, at=NOON)

    assert state(key) == "in-force"


@pytest.mark.parametrize(
    ("ground", "number", "reason"),
    [("unknown", "1", "x"), ("revoked-on-review", " ", "x"), ("revoked-on-review", "1", "")],
)
def test_a_proposal_without_ground_number_or_reason_is_refused(key: UUID, ground: str, number: str, reason: str):
    with pytest.raises(WithdrawalIncomplete):
        propose(key, Grounds(ground, number, reason))

    assert not Case.objects.exists()


def test_without_the_paper_nothing_is_proposed(key: UUID):
    with pytest.raises(WithdrawalIncomplete):
        withdrawing.propose(key, REVOKED, papers=[], by=officer(), at=NOON)


def test_a_record_is_proposed_once_and_not_after_it_went(key: UUID):
    case_id = propose(key)
    with pytest.raises(NotWithdrawable):
        propose(key)

    withdrawing.take(case_id, "withdraw-record", by=reviewer(), at=NOON)

    with pytest.raises(NotWithdrawable):
        propose(key)


def test_a_dispute_that_is_open_meanwhile_can_still_be_ended(key: UUID):
    dispute = filed(key)
    services.take(dispute, "accept", by=operator(), at=NOON)

    withdrawing.take(propose(key), "withdraw-record", by=reviewer(), at=NOON)
    services.take(dispute, "withdraw", by=representative(), at=NOON)

    assert state(key) == "withdrawn"


def test_a_proposal_cannot_be_rewritten(key: UUID):
    propose(key)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        RecordWithdrawal.objects.update(ground="revoked-by-court")
