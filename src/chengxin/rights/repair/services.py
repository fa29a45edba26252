"""Writes of repair: applying, each step of the case, and withdrawing a repair that was got by false materials."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
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
from chengxin.registry.records.rules import record_reference
from chengxin.registry.subjects.rules import person_of
from chengxin.rights.repair import policy, queries, rules, upward
from chengxin.rights.repair.errors import CommitmentChanged, CommitmentMissing, NotRepairable, StatementMissing
from chengxin.rights.repair.models import Application, Bar, Withdrawal
from chengxin.rights.repair.procedure import REPAIR, REPAIR_WITHDRAWAL
from chengxin.rights.repair.rules import Answer

PURPOSE = "repair"
LETTERS = {  # step -> the letter that the applicant gets
    "forward": "accepted",
    "ask": "supplement",
    "not-accept": "not-accepted",
    "extend": "extended",
    "grant": "granted",
    "refuse": "refused",
    "propose": "withdrawal-proposed",
    "withdraw-repair": "repair-withdrawn",
    "keep-repair": "repair-kept",
    "lapse": "lapsed",
    "suspend-records": "reorganisation-suspended",
    "repair-records": "reorganisation-repaired",
    "not-performed": "reorganisation-not-done",
    "propose-restoring": "reorganisation-end-proposed",
    "restore-records": "reorganisation-restored",
    "keep-suspended": "reorganisation-kept",
    "plan-over": "reorganisation-over",
}


@transaction.atomic
def apply(
    natural_key: UUID,
    *,
    about: str,
    statement: str,
    commitment_version: str,
    signed_by: str,
    by: Actor,
    at: datetime,
    evidence: Sequence[Upload] = (),
) -> int:
    """Apply for the repair of a record on behalf of `about`, with commitment and evidence; returns the case's id.

    `commitment_version` names the wording that was read. Raises `NotFound`, `NotPermitted`, `NotRepairable`,
    `StatementMissing`, `CommitmentMissing`, `CommitmentChanged`, `UploadsRefused`.
    """
    if not statement.strip():
        raise StatementMissing
    wording = _signed_wording(commitment_version, signed_by, at=at)
    signed = Signed(wording.version, wording.zh, signed_by.strip(), statement.strip())
    return open_application(natural_key, about=about, signed=signed, by=by, at=at, evidence=evidence).case_id


@dataclass(frozen=True, slots=True)
class Signed:
    """What an applicant declared: the commitment's version and text as it was read, and its own statement."""

    version: str
    text: str
    signed_by: str
    statement: str


@transaction.atomic
def open_application(
    natural_key: UUID, *, about: str, signed: Signed, by: Actor, at: datetime, evidence: Sequence[Upload] = ()
) -> Application:
    """Open the case of an application that was signed, here or at the national site. Raises as `apply`."""
    queue_behind(f"repair:{natural_key}")
    held = records.held_record(natural_key, purpose=PURPOSE, by=by)
    if held.about != about:
        raise NotFound
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    on = local_date(at)
    told = queries.eligibilities([held.row], about, on=on)[natural_key]
    if told.answer is not Answer.POSSIBLE:
        raise NotRepairable
    parties = {
        "applicant": Party(represented=about),
        "office": Party(organisation_id=accounts.credit_office().id),
        "provider": Party(organisation_id=held.provider_id),
    }
    reference = record_reference(natural_key)
    case_id = casework.open_case(REPAIR.code, about=reference, title=held.title, parties=parties, by=by, at=at)
    application = Application.objects.create(
        case_id=case_id,
        about=about,
        natural_key=natural_key,
        item=held.row.item,
        provider_id=held.provider_id,
        statement=signed.statement,
        commitment_version=signed.version,
        commitment_sha256=hashlib.sha256(signed.text.encode()).digest(),
        signed_by=signed.signed_by,
        rule=told.rule,
        possible_on=told.possible_on,
        applied_at=at,
    )
    case_evidence.keep_evidence(case_id, uploads=evidence, by=by, at=at)
    audit.note("repair.applied", reference, by=by, at=at, case=case_id, commitment=signed.version)
    return application


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in a repair's case, with its effect on the record and its letter; returns the state it leads to.

    A granted repair ends publication, sharing and use in this transaction: all faces read it from its commit on.
    Raises what `casework.take_step` raises, `NotRepairable` where the record changed meanwhile.
    """
    application, withdrawal = _of_case(case_id)
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    held = records.held_record(application.natural_key, purpose=PURPOSE, by=by)
    if (effect := EFFECTS.get(step)) is not None:
        effect(application, withdrawal, held, by, at)
    _write(step, application, held, case_id, reason, by=by, at=at)
    upward.tell(application, step=step, state=state, reason=reason, by=by, at=at)
    return state


@transaction.atomic
def propose_withdrawal(natural_key: UUID, *, by: Actor, at: datetime, reason: str) -> int:
    """Tell the subject that its repair is to be withdrawn for false materials, and hear it; returns the case's id.

    Raises `NotFound` where no repair stands or its withdrawal is proposed already, and what `open_case` raises.
    """
    queue_behind(f"repair:{natural_key}")
    application = queries.granted_application_of(natural_key)
    held = records.held_record(natural_key, purpose=PURPOSE, by=by)
    if application is None or queries.open_withdrawal_of(application) is not None or held.row.state != "repaired":
        raise NotFound
    parties = {
        "applicant": Party(represented=application.about),
        "office": Party(organisation_id=accounts.credit_office().id),
        "provider": Party(organisation_id=application.provider_id),
    }
    case_id = casework.open_case(
        REPAIR_WITHDRAWAL.code,
        about=record_reference(natural_key),
        title=held.title,
        parties=parties,
        by=by,
        at=at,
        reason=reason,
    )
    Withdrawal.objects.create(case_id=case_id, application=application, proposed_at=at)
    _write("propose", application, held, case_id, reason, by=by, at=at)
    audit.note("repair.withdrawal_proposed", record_reference(natural_key), by=by, at=at, case=case_id)
    return case_id


@transaction.atomic
def tell_end(case_id: int, *, at: datetime) -> None:
    """Write to the applicant that the platform ended the case because a time limit passed. Safe to repeat."""
    application, _withdrawal = _of_case(case_id)
    queue_behind(f"repair:{application.natural_key}")
    lapsed = casework_queries.states_of([case_id])[case_id] == "lapsed"
    if not lapsed or written.was_written(f"repair/{LETTERS['lapse']}", case_id=case_id):
        return
    held = records.held_record(application.natural_key, purpose=PURPOSE, by=PLATFORM)
    _write("lapse", application, held, case_id, "", by=PLATFORM, at=at)
    upward.tell(application, step="lapse", state="lapsed", reason="", by=PLATFORM, at=at)


Effect = Callable[[Application, Withdrawal | None, HeldRecord, Actor, datetime], None]


def _grant(application: Application, _none: Withdrawal | None, held: HeldRecord, by: Actor, at: datetime) -> None:
    if held.row.state == "repaired":
        raise NotRepairable
    is_person = person_of(application.about) is not None
    record_changes.end_by_repair(application.natural_key, by=by, at=at, about_person=is_person)


def _withdraw_repair(
    application: Application, withdrawal: Withdrawal | None, _held: HeldRecord, by: Actor, at: datetime
) -> None:
    assert withdrawal is not None
    on = local_date(at)
    is_person = person_of(application.about) is not None
    record_changes.undo_repair(application.natural_key, by=by, at=at, about_person=is_person)
    months, version = policy.bar_on(on)
    until = rules.barred_until(on, months)
    Bar.objects.create(about=application.about, until=until, withdrawal=withdrawal, policy=version)


EFFECTS: Mapping[str, Effect] = {"grant": _grant, "withdraw-repair": _withdraw_repair}


def _write(
    step: str, application: Application, held: HeldRecord, case_id: int, reason: str, *, by: audit.Who, at: datetime
) -> None:
    if (template := LETTERS.get(step)) is None:
        return
    letters.write(
        f"repair/{template}",
        to=Party(represented=application.about),
        values={
            "case": str(case_id),
            "record": held.row.headline,
            "authority": held.row.authority_name or held.row.source_name,
            "day": local_date(at).isoformat(),
            "reason": reason.strip(),
            "until": _until(application, on_step=step, at=at),
        },
        by=by,
        at=at,
        case_id=case_id,
    )


def _until(application: Application, *, on_step: str, at: datetime) -> str:
    """First day on which the subject may apply again, where the letter is about a withdrawn repair."""
    if on_step != "withdraw-repair":
        return ""
    until = queries.barred_until(application.about, on=local_date(at))
    return until.isoformat() if until else ""


def _signed_wording(version: str, signed_by: str, *, at: datetime) -> policy.CommitmentText:
    wording = policy.commitment_on(local_date(at))
    if not version or not signed_by.strip():
        raise CommitmentMissing
    if version != wording.version:
        raise CommitmentChanged
    return wording


def _of_case(case_id: int) -> tuple[Application, Withdrawal | None]:
    withdrawal = Withdrawal.objects.select_related("application").filter(case_id=case_id).first()
    if withdrawal is not None:
        return withdrawal.application, withdrawal
    application = Application.objects.filter(case_id=case_id).first()
    if application is None:
        raise NotFound
    return application, None
