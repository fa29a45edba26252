"""Writes of the green channel of enterprises in reorganisation: hidden on a ruling, then repaired or shown again."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from chengxin.base import tasks
from chengxin.base.attachments.services import Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework import evidence as case_evidence
from chengxin.base.casework import queries as casework_queries
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.letters import queries as written
from chengxin.base.letters import services as letters
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.rules import Cause
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import code_of
from chengxin.rights.repair import policy, reorganised, rules
from chengxin.rights.repair.errors import (
    CommitmentChanged,
    CommitmentMissing,
    NotInReorganisation,
    PlanNotFitting,
    RulingIncomplete,
)
from chengxin.rights.repair.models import HiddenRecord, Reorganisation, ReorganisationStep
from chengxin.rights.repair.procedure import FAILURE, PERFORMANCE, REORGANISATION
from chengxin.rights.repair.services import LETTERS

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the court decided: `kind` as policy names it, `plan_until` the last day of the plan's performance."""

    court: str
    kind: str
    number: str
    ruled_on: date
    plan_until: date


@transaction.atomic
def apply(
    about: str,
    ruling: Ruling | None,
    *,
    statement: str,
    commitment_version: str,
    signed_by: str,
    by: Actor,
    at: datetime,
    evidence: Sequence[Upload],
) -> int:
    """Apply for an enterprise by the green channel, with the ruling and the commitment; returns the case's id.

    Raises `NotFound`, `NotPermitted`, `NotInReorganisation`, `RulingIncomplete`, `PlanNotFitting`,
    `CommitmentMissing`, `CommitmentChanged`, `UploadsRefused`.
    """
    queue_behind(f"reorganisation:{about}")
    code, on = code_of(about), local_date(at)
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    if code is None:
        raise NotFound
    terms, wording = policy.reorganisation_on(on), policy.commitment_on(on, code=policy.PLAN_COMMITMENT)
    if ruling is None or ruling.kind not in terms.rulings or not evidence or not statement.strip():
        raise RulingIncomplete
    if not (ruling.court.strip() and ruling.number.strip()):
        raise RulingIncomplete
    if not rules.plan_fits(ruling.ruled_on, ruling.plan_until, on=on, most_months=terms.most_months):
        raise PlanNotFitting(months=terms.most_months)
    if not commitment_version or not signed_by.strip():
        raise CommitmentMissing
    if commitment_version != wording.version:
        raise CommitmentChanged
    if reorganised.is_under_way(about) or not reorganised.coverable(about, on=on):
        raise NotInReorganisation
    found = subjects.by_code(code, on=on)
    parties = {"applicant": Party(represented=about), "office": Party(organisation_id=accounts.credit_office().id)}
    title = f"{found.name if found else code} {ruling.number.strip()}"[:200]
    case_id = casework.open_case(
        REORGANISATION.code, about=reorganised.reference(about), title=title, parties=parties, by=by, at=at
    )
    Reorganisation.objects.create(
        case_id=case_id,
        about=about,
        court=ruling.court.strip()[:100],
        ruling=ruling.kind,
        ruling_number=ruling.number.strip()[:100],
        ruled_on=ruling.ruled_on,
        plan_until=ruling.plan_until,
        statement=statement.strip(),
        commitment_version=wording.version,
        commitment_sha256=hashlib.sha256(wording.zh.encode()).digest(),
        signed_by=signed_by.strip(),
        policy=terms.version,
        applied_at=at,
    )
    case_evidence.keep_evidence(case_id, uploads=evidence, by=by, at=at)
    audit.note("repair.reorganisation_applied", about, by=by, at=at, case=case_id, commitment=wording.version)
    return case_id


@transaction.atomic
def report_performed(
    reorganisation_id: int, *, statement: str, by: Actor, at: datetime, evidence: Sequence[Upload]
) -> int:
    """Report that the plan has been performed, with the court's or administrator's paper; returns the case's id.

    Raises `NotFound`, `RulingIncomplete`, `NotInReorganisation`, `UploadsRefused`.
    """
    found = _locked(reorganisation_id)
    if not by.may_for(found.about, Scope.APPLY):
        raise NotFound
    if not evidence:
        raise RulingIncomplete
    case_id = _open_later(PERFORMANCE.code, found, by=by, at=at, reason=statement)
    case_evidence.keep_evidence(case_id, uploads=evidence, by=by, at=at)
    return case_id


@transaction.atomic
def propose_restoring(reorganisation_id: int, *, by: Actor, at: datetime, reason: str) -> int:
    """Tell the enterprise that its records are to be shown again, and hear it; returns the case's id.

    Raises `NotFound`, `NotYourStep`, `NotInReorganisation`.
    """
    found = _locked(reorganisation_id)
    case_id = _open_later(FAILURE.code, found, by=by, at=at, reason=reason)
    _write("propose-restoring", found, case_id, reason, by=by, at=at)
    return case_id


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in a case of the green channel, with its effect on the records and its letter; the state it leads to.

    Raises what `casework.take_step` raises, `PlanNotFitting` where the plan is over meanwhile.
    """
    found = reorganised.of_case(case_id)
    queue_behind(f"reorganisation:{found.about}")
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if (effect := EFFECTS.get(step)) is not None:
        effect(found, by, at)
    _write(step, found, case_id, reason, by=by, at=at)
    if step == "not-performed":
        end_by_time(found.pk, at=at)
    return state


@transaction.atomic
def end_by_time(reorganisation_id: int, *, at: datetime) -> bool:
    """Show the records again where the plan's time is over and no report of its performance waits; whether it did.

    Safe to repeat.
    """
    found = _locked(reorganisation_id)
    if local_date(at) <= found.plan_until or not reorganised.is_active(found):
        return False
    if reorganised.open_cases(found, PERFORMANCE.code):
        return False  # reported in time: who is late with the answer is not the enterprise
    ReorganisationStep.objects.create(reorganisation=found, over_at=at)
    _restore(found, PLATFORM, at)
    _write("plan-over", found, found.case_id, "", by=PLATFORM, at=at)
    audit.note("repair.reorganisation_over", found.about, by=PLATFORM, at=at, case=found.case_id)
    return True


@transaction.atomic
def tell_end(case_id: int, *, at: datetime) -> None:
    """Write that an application ended because what was asked for did not come in time. Safe to repeat."""
    found = reorganised.of_case(case_id)
    queue_behind(f"reorganisation:{found.about}")
    lapsed = casework_queries.states_of([case_id])[case_id] == "lapsed"
    if lapsed and not written.was_written(f"repair/{LETTERS['lapse']}", case_id=case_id):
        _write("lapse", found, case_id, "", by=PLATFORM, at=at)


def _locked(reorganisation_id: int) -> Reorganisation:
    found = Reorganisation.objects.filter(pk=reorganisation_id).first()
    if found is None:
        raise NotFound
    queue_behind(f"reorganisation:{found.about}")
    return found


def _open_later(procedure: str, found: Reorganisation, *, by: Actor, at: datetime, reason: str) -> int:
    if not reorganised.is_active(found) or reorganised.open_cases(found, procedure):
        raise NotInReorganisation
    parties = {
        "applicant": Party(represented=found.about),
        "office": Party(organisation_id=accounts.credit_office().id),
    }
    case_id = casework.open_case(
        procedure,
        about=reorganised.reference(found.about),
        title=casework_queries.titles_of([found.case_id])[found.case_id],
        parties=parties,
        by=by,
        at=at,
        reason=reason,
    )
    ReorganisationStep.objects.create(case_id=case_id, reorganisation=found)
    audit.note("repair.reorganisation_step", found.about, by=by, at=at, case=case_id, procedure=procedure)
    return case_id


def _suspend(found: Reorganisation, by: audit.Who, at: datetime) -> None:
    on = local_date(at)
    if found.plan_until < on:
        raise PlanNotFitting(months=policy.reorganisation_on(on).most_months)
    keys = reorganised.coverable(found.about, on=on)
    for key in keys:
        record_changes.suspend(key, why=Cause.REORGANISATION, by=by, at=at)
    HiddenRecord.objects.bulk_create(HiddenRecord(reorganisation=found, natural_key=key) for key in keys)
    over = datetime.combine(found.plan_until + ONE_DAY, time.min, tzinfo=CITY_TIME)
    tasks.defer("repair.end_reorganisation", not_before=over, reorganisation_id=found.pk)


def _repair(found: Reorganisation, by: audit.Who, at: datetime) -> None:
    for key in _still_hidden(found):
        record_changes.end_by_repair(key, by=by, at=at)


def _restore(found: Reorganisation, by: audit.Who, at: datetime) -> None:
    for key in _still_hidden(found):
        record_changes.resume(key, by=by, at=at)


def _still_hidden(found: Reorganisation) -> tuple[UUID, ...]:
    return reorganised.still_hidden([found])[found.pk]


EFFECTS: Mapping[str, Callable[[Reorganisation, audit.Who, datetime], None]] = {
    "suspend-records": _suspend,
    "repair-records": _repair,
    "restore-records": _restore,
}


def _write(step: str, found: Reorganisation, case_id: int, reason: str, *, by: audit.Who, at: datetime) -> None:
    if (template := LETTERS.get(step)) is None:
        return
    letters.write(
        f"repair/{template}",
        to=Party(represented=found.about),
        values={
            "case": str(case_id),
            "record": f"{found.court}{found.ruling_number}",
            "authority": accounts.credit_office().name_zh,
            "day": local_date(at).isoformat(),
            "reason": reason.strip(),
            "until": found.plan_until.isoformat(),
        },
        by=by,
        at=at,
        case_id=case_id,
    )
