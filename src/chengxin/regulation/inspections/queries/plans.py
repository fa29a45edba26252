"""Reads of plans: for those who have a part in them, and for everyone once they are approved."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from chengxin.base.casework import queries as cases
from chengxin.base.errors import NotFound
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.regulation.inspections import policy
from chengxin.regulation.inspections.models import Plan
from chengxin.regulation.inspections.policy import Matter

SHOWN = ("approved", "closed")  # states of a plan that everyone sees


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line of the year's plan with the state of its case; `[starts_on, ends_on)`."""

    id: int
    case_id: int
    number: str
    year: int
    title: str
    lead_id: int
    departments: tuple[int, ...]
    matters: tuple[Matter, ...]
    divisions: tuple[str, ...]
    starts_on: date
    ends_on: date
    state: str
    draws: int


def plans_of(actor: Actor, *, page: int, size: int) -> tuple[PlanRow, ...]:
    """One page of the plans in which the actor's organisation has a part, all for the credit office; newest first."""
    return _plans(_plans_for(actor).order_by("-id")[(page - 1) * size : page * size])


def plans_count(actor: Actor) -> int:
    """How many plans that list has on all pages."""
    return _plans_for(actor).count()


def plan_of(plan_id: int, *, actor: Actor) -> PlanRow:
    """One plan, for those who have a part in it. Raises `NotFound`. Index: primary key."""
    found = _plans(_plans_for(actor).filter(pk=plan_id))
    if not found:
        raise NotFound
    return found[0]


def _plans_for(actor: Actor) -> "QuerySet[Plan]":
    office = accounts.credit_office().id
    if office in actor.reaches and actor.may(Permission.MANAGE_CASES):
        return Plan.objects.all()
    return Plan.objects.filter(Q(lead_id__in=actor.reaches) | Q(departments__overlap=list(actor.reaches)))


def plan_of_case(case_id: int, *, actor: Actor, on: date) -> PlanRow:
    """The plan that a case is about, for those who have a part in the case. Raises `NotFound`. Index: unique case."""
    cases.case(case_id, actor=actor, on=on)
    found = _plans(Plan.objects.filter(case_id=case_id))
    if not found:
        raise NotFound
    return found[0]


def public_plans(year: int) -> tuple[PlanRow, ...]:
    """The approved lines of a year's plan, as they were drawn up."""
    return tuple(p for p in _plans(Plan.objects.filter(year=year).order_by("id")) if p.state in SHOWN)


def plan_years() -> list[int]:
    """The years that have plans, newest first."""
    return list(Plan.objects.order_by("-year").values_list("year", flat=True).distinct())


def _plans(rows: Any) -> tuple[PlanRow, ...]:
    found = list(rows.annotate(n=Count("draws")))
    states = cases.states_of(p.case_id for p in found)
    return tuple(
        PlanRow(
            id=p.pk,
            case_id=p.case_id,
            number=p.number,
            year=p.year,
            title=p.title,
            lead_id=p.lead_id,
            departments=tuple(p.departments),
            matters=tuple(m for v in p.matters if (m := policy.matter_named(v))),
            divisions=tuple(p.divisions),
            starts_on=p.starts_on,
            ends_on=p.ends_on,
            state=states[p.case_id],
            draws=p.n,
        )
        for p in found
    )
