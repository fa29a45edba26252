"""An authority withdraws a record whose decision was revoked, changed or found unlawful (撤下记录).

One official proposes with the paper that says so; another decides. It does not take a dispute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chengxin.base.attachments.services import Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework import evidence as case_evidence
from chengxin.base.casework import queries as casework_queries
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.base.letters import services as letters
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import labels
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.queries import HeldRecord
from chengxin.registry.records.rules import HANDLING, Cause, RecordState, record_reference
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_person, person_of
from chengxin.registry.subjects.services import person_hash
from chengxin.rights.disputes import policy
from chengxin.rights.disputes.errors import NotWithdrawable, WithdrawalIncomplete
from chengxin.rights.disputes.models import RecordWithdrawal
from chengxin.rights.disputes.procedure import RECORD_WITHDRAWAL
from chengxin.rights.disputes.services import LETTERS

PURPOSE = "record-withdrawal"
BY_OTHERS = frozenset({"revoked-by-court", "revoked-on-review"})  # grounds of policy: not by the authority itself
CITIZEN_CARD = "身份证"  # the document type under which natural persons are registered


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a record is to go: a ground of the policy, the number of the paper that says so, and what happened."""

    ground: str
    document_number: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    """A proposal, for those who have a part in its case."""

    natural_key: UUID
    item: str
    ground: str
    document_number: str
    reason: str
    proposed_at: datetime


def found_records(item: str, number: str, document_number: str, *, by: Actor, at: datetime) -> tuple[UUID, ...]:
    """The natural keys of this authority's own records of that item, whom they are about, and document number.

    `number`: a credit code or a citizen number. Index: `record_subject`, `personrecord_person`.
    """
    declared = next((i for i in catalogue.items_of_provider(by.organisation_code) if i.code == item), None)
    if declared is None or Role.DEPARTMENT_OFFICER not in by.roles:
        raise NotFound
    keys: tuple[UUID, ...]
    if declared.subject == "person":
        keys = _of_person(item, declared.parts.document_number or "", number, document_number, by=by, at=at)
    else:
        keys = labels.records_labelled(item, number.strip().upper(), document_number.strip())
    return tuple(key for key in keys if _is_own(records.held_record(key, purpose=PURPOSE, by=by), by))


def withdrawable(natural_key: UUID, *, by: Actor) -> None:
    """Raise `NotFound` unless this official's authority provided the record, `NotWithdrawable` where it cannot go."""
    held = records.held_record(natural_key, purpose=PURPOSE, by=by)
    if Role.DEPARTMENT_OFFICER not in by.roles or not _is_own(held, by):
        raise NotFound
    reference = record_reference(natural_key)
    if held.row.state == RecordState.WITHDRAWN or casework_queries.open_about(RECORD_WITHDRAWAL.code, [reference]):
        raise NotWithdrawable


@transaction.atomic
def propose(natural_key: UUID, given: Grounds, *, papers: Sequence[Upload], by: Actor, at: datetime) -> int:
    """Propose that a record of one's own authority be withdrawn, and tell its subject; returns the case's id.

    Raises `NotFound`, `NotWithdrawable`, `WithdrawalIncomplete`, `UploadsRefused`.
    """
    queue_behind(f"record-withdrawal:{natural_key}")
    withdrawable(natural_key, by=by)
    is_known = given.ground in {g.code for g in policy.withdrawal_grounds(on=local_date(at))}
    if not (is_known and given.document_number.strip() and given.reason.strip() and papers):
        raise WithdrawalIncomplete
    held, reference = records.held_record(natural_key, purpose=PURPOSE, by=by), record_reference(natural_key)
    parties = {
        "applicant": Party(represented=held.about),
        "office": Party(organisation_id=accounts.credit_office().id),
        "provider": Party(organisation_id=held.provider_id),
    }
    case_id = casework.open_case(
        RECORD_WITHDRAWAL.code,
        about=reference,
        title=held.title,
        parties=parties,
        by=by,
        at=at,
        reason=given.reason,
    )
    RecordWithdrawal.objects.create(
        case_id=case_id,
        about=held.about,
        natural_key=natural_key,
        version=held.row.version,
        item=held.row.item,
        provider_id=held.provider_id,
        ground=given.ground,
        document_number=given.document_number.strip()[:100],
        reason=given.reason.strip(),
        proposed_at=at,
    )
    case_evidence.keep_evidence(case_id, uploads=papers, by=by, at=at)
    audit.note("disputes.withdrawal_proposed", reference, by=by, at=at, case=case_id, ground=given.ground)
    return case_id


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step; the decision to withdraw ends the record on all faces in this transaction, with a letter.

    Raises what `casework.take_step` raises.
    """
    found = _of_case(case_id)
    queue_behind(f"record-withdrawal:{found.natural_key}")
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step == "withdraw-record":
        held = records.held_record(found.natural_key, purpose=PURPOSE, by=by)
        if held.row.state != RecordState.WITHDRAWN:  # a dispute may have removed it meanwhile
            is_person = person_of(found.about) is not None
            why = Cause.COURT if found.ground in BY_OTHERS else Cause.REVOCATION
            record_changes.withdraw(found.natural_key, by=by, at=at, about_person=is_person, why=why)
        _write(found, held, by=by, at=at)
    return state


def withdrawal_of_case(case_id: int, *, actor: Actor, at: datetime) -> WithdrawalRow:
    """The proposal that a case is about, for those who have a part in it. Raises `NotFound`. Index: unique case."""
    casework_queries.case(case_id, actor=actor, on=local_date(at))
    w = _of_case(case_id)
    return WithdrawalRow(w.natural_key, w.item, w.ground, w.document_number, w.reason, w.proposed_at)


def _of_person(
    item: str, field: str, number: str, document_number: str, *, by: Actor, at: datetime
) -> tuple[UUID, ...]:
    hashed = person_hash(CITIZEN_CARD, number.strip().upper())
    person = subjects.person_hashed(hashed, by=by.name, purpose=PURPOSE, basis=HANDLING)
    if person is None or not document_number.strip():
        return ()
    rows = records.authorised_records_of(
        about_person(person), items=[item], by=by, purpose=PURPOSE, basis=HANDLING, on=local_date(at)
    )
    wanted = (field, document_number.strip())
    return tuple(row.natural_key for row in rows if wanted in {(f.code, f.value) for f in row.fields})


def _is_own(held: HeldRecord, by: Actor) -> bool:
    return held.provider_id in by.reaches


def _write(found: RecordWithdrawal, held: HeldRecord, *, by: Actor, at: datetime) -> None:
    letters.write(
        f"disputes/{LETTERS['withdraw-record']}",
        to=Party(represented=found.about),
        values={
            "case": str(found.case_id),
            "record": held.row.headline,
            "provider": held.row.source_name or held.row.authority_name,
            "day": local_date(at).isoformat(),
            "reason": f"{found.reason}（{found.document_number}）",
        },
        by=by,
        at=at,
        case_id=found.case_id,
    )


def _of_case(case_id: int) -> RecordWithdrawal:
    found = RecordWithdrawal.objects.filter(case_id=case_id).first()
    if found is None:
        raise NotFound
    return found
