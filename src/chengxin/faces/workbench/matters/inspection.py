"""Inspections on the case page: a line of the plan, a visit, and what a problem led to."""

from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.faces.workbench import inspection_visits as shown
from chengxin.faces.workbench import inspections as lines
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.inspections.queries import plans, visits
from chengxin.regulation.inspections.services import following, planning, visiting


def plan_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """What is to be looked at, where and when."""
    row = plans.plan_of_case(case.id, actor=actor, on=local_date(at))
    return {"line": lines.plan_line(row, lines.names())}


def visit_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """What was written down so far."""
    row = visits.visit_of_case(case.id, actor=actor, on=local_date(at))
    on = local_date(at)
    return {"line": shown.visit_line(row, lines.names(), on=on), "sheet": shown.sheet_of(row, on=on)}


def follow_up_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """What was found, and what had to be done about it."""
    on = local_date(at)
    return {"outcome": shown.outcome_line(visits.outcome_of_case(case.id, actor=actor, on=on), on=on)}


def take_in_plan(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step of a plan."""
    planning.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


def take_in_visit(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step of a visit with its effect."""
    visiting.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


def take_in_follow_up(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step of a follow-up with its effect."""
    following.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


PLAN = Matter("workbench/_matter_inspection_plan.html", plan_context, take=take_in_plan)
VISIT = Matter("workbench/_matter_inspection_visit.html", visit_context, take=take_in_visit)
FOLLOW_UP = Matter("workbench/_matter_inspection_follow_up.html", follow_up_context, take=take_in_follow_up)
