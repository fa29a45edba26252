"""Writes of plans: a line of the year's plan is proposed, and approved by the credit office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.catalogue import queries as catalogue
from chengxin.regulation.inspections import policy
from chengxin.regulation.inspections.errors import MattersMissing, PlanIncomplete
from chengxin.regulation.inspections.models import Plan
from chengxin.regulation.inspections.procedure import PLAN


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """What a line of the plan is to be: `matters` by code, `[starts_on, ends_on)`; no division: the whole city."""

    title: str
    matters: Sequence[str]
    divisions: Sequence[str]
    starts_on: date | None
    ends_on: date | None


@transaction.atomic
def propose(given: PlanGiven, *, by: Actor, at: datetime) -> int:
    """Propose a line of the year's plan; matters of several departments make it a joint inspection. Returns its id.

    Raises `PlanIncomplete`, `MattersMissing`, `NotPermitted`, `NotYourStep`.
    """
    require(by, Permission.INSPECT)
    if by.organisation_id is None:
        raise NotPermitted
    if not given.title.strip() or not given.starts_on or not given.ends_on or given.ends_on <= given.starts_on:
        raise PlanIncomplete
    if not set(given.divisions) <= set(catalogue.code_list("division").meanings):
        raise PlanIncomplete
    known = {m.code: m for m in policy.matters(local_date(at))}
    if not given.matters or not set(given.matters) <= set(known):
        raise MattersMissing
    chosen = [known[code] for code in sorted(set(given.matters))]
    if by.organisation_code not in {m.department for m in chosen}:
        raise MattersMissing
    departments = {o.id for o in accounts.organisations() if o.code in {m.department for m in chosen}}
    queue_behind("inspection-plans")
    number = f"CC{given.starts_on.year}-{Plan.objects.filter(year=given.starts_on.year).count() + 1:04d}"
    title = given.title.strip()[:120]
    parties = {
        "lead": Party(organisation_id=by.organisation_id),
        "office": Party(organisation_id=accounts.credit_office().id),
    }
    case_id = casework.open_case(
        PLAN.code, about=f"inspection-plan:{number}", title=title, parties=parties, by=by, at=at
    )
    plan = Plan.objects.create(
        case_id=case_id,
        number=number,
        year=given.starts_on.year,
        title=title,
        lead_id=by.organisation_id,
        departments=sorted(departments),
        matters=[m.version for m in chosen],
        divisions=sorted(set(given.divisions)),
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        proposed_by=by.user_id,
        proposed_at=at,
    )
    audit.note("inspections.plan_proposed", str(plan), by=by, at=at, case=case_id)
    return plan.pk


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in the case of a plan; returns the state it leads to. Raises what `casework.take_step` raises."""
    if not Plan.objects.filter(case_id=case_id).exists():
        raise NotFound
    return casework.take_step(case_id, step, by=by, at=at, reason=reason)
