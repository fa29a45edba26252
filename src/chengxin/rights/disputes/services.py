"""Writes of disputes: filing one, each step of its case with the effect on the record, and what silence leads to."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chengxin.base.attachments.services import Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework import evidence as case_evidence
from chengxin.base.casework import queries as casework_queries
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.letters import queries as written
from chengxin.base.letters import services as letters
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.queries import HeldRecord
from chengxin.registry.records.rules import Cause, RecordState, record_reference
from chengxin.registry.subjects.rules import person_of
from chengxin.rights.disputes import correcting, naming, policy, queries, rules
from chengxin.rights.disputes.correcting import PURPOSE
from chengxin.rights.disputes.errors import GroundMissing, NotDisputable, NothingChanged, StatementMissing
from chengxin.rights.disputes.models import Answer, Dispute
from chengxin.rights.disputes.procedure import DISPUTE
from chengxin.rights.disputes.rules import Outcome

LETTERS = {  # step -> the letter that the applicant gets
    "accept": "accepted",
    "ask": "supplement",
    "not-accept": "not-accepted",
    "correct": "corrected",
    "correct-own": "corrected",
    "remove": "removed",
    "remove-own": "removed",
    "keep": "kept",
    "uphold": "upheld",
    "reopen": "reopened",
    "suspend": "suspended",
    "lapse": "lapsed",
    "rest": "rested",
    "withdraw-record": "record-withdrawn",  # of a record whose decision fell (withdrawing.py)
}
ENDS = {"lapsed": "lapse", "upheld": "rest"}  # states that the platform brings about -> the step that did
ANSWERS = {
    "propose-correction": Outcome.CORRECT,
    "correct-own": Outcome.CORRECT,
    "propose-removal": Outcome.REMOVE,
    "propose-keeping": Outcome.KEEP,
}


@transaction.atomic
def file_dispute(
    natural_key: UUID,
    *,
    about: str,
    ground: str,
    statement: str,
    by: Actor,
    at: datetime,
    evidence: Sequence[Upload] = (),
) -> int:
    """Dispute a record on behalf of `about`, on a ground of the policy, with evidence; returns the case's id.

    `about` is the record's subject, or a natural person whom it names otherwise, e.g. the legal representative.
    Raises `NotFound`, `NotPermitted`, `NotDisputable`, `GroundMissing`, `StatementMissing`, `UploadsRefused`.
    """
    queue_behind(f"dispute:{natural_key}")
    held = records.held_record(natural_key, purpose=PURPOSE, by=by)
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted if held.about == about else NotFound
    if held.about != about and not naming.names(natural_key, about, by=by):
        raise NotFound
    if not rules.is_disputable(held.row.state) or queries.open_dispute_about(natural_key) is not None:
        raise NotDisputable
    if policy.ground(ground, on=local_date(at)) is None:
        raise GroundMissing
    if not statement.strip():
        raise StatementMissing
    parties = {
        "applicant": Party(represented=about),
        "office": Party(organisation_id=accounts.credit_office().id),
        "provider": Party(organisation_id=held.provider_id),
    }
    reference = record_reference(natural_key)
    case_id = casework.open_case(DISPUTE.code, about=reference, title=held.title, parties=parties, by=by, at=at)
    Dispute.objects.create(
        case_id=case_id,
        about=about,
        natural_key=natural_key,
        version=held.row.version,
        item=held.row.item,
        provider_id=held.provider_id,
        ground=ground,
        statement=statement.strip(),
        filed_at=at,
    )
    case_evidence.keep_evidence(case_id, uploads=evidence, by=by, at=at)
    audit.note("disputes.filed", reference, by=by, at=at, case=case_id, ground=ground)
    return case_id


@transaction.atomic
def take(
    case_id: int,
    step: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    values: Mapping[str, str] | None = None,
) -> str:
    """Take a step in a dispute, with its effect on the record and its letter; returns the state it leads to.

    `values`: for `propose-correction` and `correct-own`, the content that the record should have, by field code.
    Raises what `casework.take_step` raises, `NotDisputable`, `NothingChanged`, `CorrectionRejected`.
    """
    dispute = _of_case(case_id)
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    held = records.held_record(dispute.natural_key, purpose=PURPOSE, by=by)
    if (outcome := ANSWERS.get(step)) is not None:
        _keep_answer(dispute, outcome, values or {}, reason, by=by, at=at)
    if (effect := EFFECTS.get(step)) is not None:
        effect(dispute, held, by, at)
    _write(step, dispute, held, reason, by=by, at=at)
    return state


@transaction.atomic
def suspend(case_id: int, *, at: datetime) -> bool:
    """Hide the record whose provider let its time pass, where policy says so; whether it was. Safe to repeat."""
    dispute = _of_case(case_id)
    queue_behind(f"dispute:{dispute.natural_key}")
    if not queries.waits_in_silence(case_id) or not policy.silence_suspends(local_date(at)):
        return False
    held = records.held_record(dispute.natural_key, purpose=PURPOSE, by=PLATFORM)
    if held.row.state != RecordState.DISPUTED:
        return False
    record_changes.suspend(dispute.natural_key, why=Cause.DISPUTE, by=PLATFORM, at=at, about_person=_is_person(held))
    _write("suspend", dispute, held, "", by=PLATFORM, at=at)
    return True


@transaction.atomic
def tell_end(case_id: int, *, at: datetime) -> None:
    """Write to the applicant that the platform ended the case because a time limit passed. Safe to repeat."""
    dispute = _of_case(case_id)
    queue_behind(f"dispute:{dispute.natural_key}")
    step = ENDS.get(casework_queries.states_of([case_id])[case_id], "")
    if not step or written.was_written(f"disputes/{LETTERS[step]}", case_id=case_id):
        return
    held = records.held_record(dispute.natural_key, purpose=PURPOSE, by=PLATFORM)
    _write(step, dispute, held, "", by=PLATFORM, at=at)


def _keep_answer(
    dispute: Dispute, outcome: Outcome, values: Mapping[str, str], reason: str, *, by: Actor, at: datetime
) -> None:
    changes: dict[str, str] = {}
    old: dict[str, str] = {}
    if outcome is Outcome.CORRECT:
        present = correcting.open_payload(dispute, by=by)
        changes = rules.changed_fields(present, correcting.given_values(values, dispute.item))
        if not changes:
            raise NothingChanged
        correcting.try_correction(dispute, changes, by=by, at=at)
        old = correcting.sealed_changes({code: present.get(code, "") for code in changes}, dispute)
    Answer.objects.create(
        dispute=dispute,
        outcome=outcome.value,
        changes=correcting.sealed_changes(changes, dispute),
        old=old,
        reason=reason.strip(),
        by_name=by.name,
        at=at,
    )
    audit.note("disputes.answered", str(dispute), by=by, at=at, outcome=outcome.value, fields=sorted(changes))


Effect = Callable[[Dispute, HeldRecord, Actor, datetime], None]


def _mark(dispute: Dispute, held: HeldRecord, by: Actor, at: datetime) -> None:
    if held.row.state == RecordState.SUSPENDED:
        return  # hidden since by another matter: nobody sees it, and nothing is to be marked
    if not rules.is_disputable(held.row.state):
        raise NotDisputable
    record_changes.mark_disputed(dispute.natural_key, by=by, at=at, about_person=_is_person(held))


def _mark_again(dispute: Dispute, held: HeldRecord, by: Actor, at: datetime) -> None:
    if rules.is_disputable(held.row.state):
        _mark(dispute, held, by, at)


def _clear(dispute: Dispute, held: HeldRecord, by: Actor, at: datetime) -> None:
    if held.row.state == RecordState.DISPUTED or (held.row.state == RecordState.SUSPENDED and _hid_it(dispute)):
        record_changes.clear_dispute(dispute.natural_key, by=by, at=at, about_person=_is_person(held))


def _hid_it(dispute: Dispute) -> bool:
    """Whether the record was hidden because this dispute's provider stayed silent, and not by another matter."""
    return written.was_written(f"disputes/{LETTERS['suspend']}", case_id=dispute.case_id)


def _remove(dispute: Dispute, held: HeldRecord, by: Actor, at: datetime) -> None:
    if held.row.state != RecordState.WITHDRAWN:
        record_changes.withdraw(dispute.natural_key, by=by, at=at, about_person=_is_person(held))


def _correct(dispute: Dispute, held: HeldRecord, by: Actor, at: datetime) -> None:
    answer = dispute.answers.filter(outcome=Outcome.CORRECT.value).order_by("-at", "-id").first()
    assert answer is not None
    is_same_record = correcting.hand_in_correction(dispute, answer.changes, by=by, at=at)
    (_clear if is_same_record else _remove)(dispute, held, by, at)


EFFECTS: Mapping[str, Effect] = {
    "accept": _mark,
    "reopen": _mark_again,
    "correct": _correct,
    "correct-own": _correct,
    "remove": _remove,
    "remove-own": _remove,
    "keep": _clear,
    "withdraw": _clear,
}


def _is_person(held: HeldRecord) -> bool:
    return person_of(held.about) is not None


def _write(step: str, dispute: Dispute, held: HeldRecord, reason: str, *, by: audit.Who, at: datetime) -> None:
    if (template := LETTERS.get(step)) is None:
        return
    answer = dispute.answers.order_by("-at", "-id").first()
    letters.write(
        f"disputes/{template}",
        to=Party(represented=dispute.about),
        values={
            "case": str(dispute.case_id),
            "record": held.row.headline,
            "provider": held.row.source_name or held.row.authority_name,
            "day": local_date(at).isoformat(),
            "reason": reason.strip() or (answer.reason if answer else ""),
        },
        by=by,
        at=at,
        case_id=dispute.case_id,
    )


def _of_case(case_id: int) -> Dispute:
    found = Dispute.objects.filter(case_id=case_id).first()
    if found is None:
        raise NotFound
    return found
