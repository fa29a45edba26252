"""Reads of visits: of a department, of an inspector, of the inspected; what was written down and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from chengxin.base.casework import queries as cases
from chengxin.base.casework import standings
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Permission, Scope
from chengxin.registry.subjects.rules import code_of
from chengxin.regulation.inspections import onsite, policy
from chengxin.regulation.inspections.models import Assignment, Change, Inspector, Outcome, Visit, VisitFile
from chengxin.regulation.inspections.onsite import Entry
from chengxin.regulation.inspections.policy import Matter
from chengxin.regulation.inspections.procedure import ASSIGNED, PUBLISHED


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """An inspector of a visit."""

    assignment_id: int
    inspector_id: int
    number: str
    name: str
    organisation_id: int
    user_id: int | None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit with where it stands; `due_on` is the last day of the state that it is in."""

    id: int
    number: str
    draw_number: str
    case_id: int
    code: str
    name: str
    division: str
    part: str
    matters: tuple[Matter, ...]
    lead_id: int
    state: str
    due_on: date | None
    inspectors: tuple[AssignedRow, ...]

    def is_led_by(self, actor: Actor) -> bool:
        """Whether the actor's organisation leads the visit: its inspectors alone hand the result in."""
        return self.lead_id == actor.organisation_id


@dataclass(frozen=True, slots=True)
class FileRow:
    """A photo or signature of a visit."""

    id: UUID
    purpose: str
    attachment_id: UUID
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A published result."""

    matter: Matter
    task_number: str
    result: str
    is_problem: bool
    handling: str
    inspected_on: date
    natural_key: UUID
    follow_up_case: int | None


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit as the inspected sees it once its result is public, with what proves its place in the draw."""

    number: str
    draw_number: str
    token: str
    salt: str
    part: str
    outcomes: tuple[OutcomeRow, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits a list shows, by all of these. `mine`: with the actor on site; `late`: after their last day."""

    state: str = ""
    draw: str = ""
    matter: str = ""
    text: str = ""  # a whole number or code, or a part of the name
    mine: bool = False
    late: bool = False


ALL = Wanted()


def visits_with(actor: Actor, wanted: Wanted = ALL, *, on: date, page: int = 1, size: int = 0) -> tuple[VisitRow, ...]:
    """The visits in which the actor's organisation has a part, newest draw first; one page of `size`, or all (0).

    The device on site shows them in this order too. Index: `inspection_plan_lead` of the plan, primary keys.
    """
    rows = _wanted(actor, wanted, on=on).order_by("-draw_id", "id")
    return _rows(rows[(page - 1) * size : page * size] if size else rows)


def visits_count(actor: Actor, wanted: Wanted = ALL, *, on: date) -> int:
    """How many visits that list has on all pages."""
    return _wanted(actor, wanted, on=on).count()


def _wanted(actor: Actor, wanted: Wanted, *, on: date) -> "QuerySet[Visit]":
    rows = _seen(actor)
    if wanted.state:
        rows = rows.filter(standings.standing_in(wanted.state))
    if wanted.late:
        rows = rows.filter(standings.overdue(on=on))
    if wanted.draw:
        rows = rows.filter(draw__number=wanted.draw)
    if wanted.matter:
        rows = rows.filter(drawn__matters__contains=[wanted.matter])
    if wanted.text:
        text = wanted.text
        rows = rows.filter(Q(number=text) | Q(drawn__code=text.upper()) | Q(drawn__name__icontains=text))
    if wanted.mine:
        rows = rows.filter(pk__in=_of_user(actor))
    return rows


def visit_with(visit_id: int, *, actor: Actor) -> VisitRow:
    """One visit, for those whose organisation has a part in it. Raises `NotFound`. Index: primary key."""
    found = _rows(_seen(actor).filter(pk=visit_id))
    if not found:
        raise NotFound
    return found[0]


def visit_of_case(case_id: int, *, actor: Actor, on: date) -> VisitRow:
    """The visit that a case is about, for those who have a part in the case. Raises `NotFound`. Index: unique case."""
    cases.case(case_id, actor=actor, on=on)
    found = _rows(Visit.objects.filter(case_id=case_id))
    if not found:
        raise NotFound
    return found[0]


def is_inspector(visit_id: int, *, actor: Actor) -> bool:
    """Whether the actor's account is that of an inspector of the visit now. Index: `inspector_user`."""
    return Visit.objects.filter(pk=visit_id).filter(pk__in=_of_user(actor)).exists()


def entries_of(visit_id: int) -> list[Entry]:
    """Everything that was written down in a visit. Index: `visit_change`."""
    rows = Change.objects.filter(visit_id=visit_id).values_list("id", "field", "value", "counter")
    return [Entry(*row) for row in rows]


def files_of(visit_id: int) -> tuple[FileRow, ...]:
    """The photos and signatures of a visit, first to last. Index: `visit_file`."""
    rows = VisitFile.objects.filter(visit_id=visit_id).order_by("at", "id")
    return tuple(FileRow(r.pk, r.purpose, r.attachment_id, r.by_name, r.at) for r in rows)


def outcomes_of(visit_ids: Sequence[int]) -> dict[int, tuple[OutcomeRow, ...]]:
    """The published results of these visits. Index: `visit_outcome_once`."""
    found: dict[int, tuple[OutcomeRow, ...]] = {}
    for row in Outcome.objects.filter(visit_id__in=list(visit_ids)).order_by("id"):
        found[row.visit_id] = (*found.get(row.visit_id, ()), outcome_row(row))
    return found


def outcome_row(row: Outcome) -> OutcomeRow:
    """A result as its row holds it."""
    matter = policy.matter_named(row.matter)
    assert matter is not None
    return OutcomeRow(
        matter, row.task_number, row.result, row.is_problem, row.handling, row.inspected_on, row.natural_key,
        row.follow_up_case,
    )  # fmt: skip


def outcome_of_case(case_id: int, *, actor: Actor, on: date) -> OutcomeRow:
    """The result that a follow-up is about, for those who have a part in the case. Raises `NotFound`."""
    cases.case(case_id, actor=actor, on=on)
    row = Outcome.objects.filter(follow_up_case=case_id).first()
    if row is None:
        raise NotFound
    return outcome_row(row)


def own_visits(about: str, *, by: Actor) -> tuple[OwnVisit, ...]:
    """The visits of a subject whose results are public, newest first. Raises `NotFound` for anyone else.

    Index: `draw_object_code`.
    """
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    rows = list(Visit.objects.filter(drawn__code=code_of(about) or "").select_related("drawn", "draw").order_by("-id"))
    states, outcomes = cases.states_of(v.case_id for v in rows), outcomes_of([v.pk for v in rows])
    return tuple(
        OwnVisit(v.number, v.draw.number, v.drawn.token, v.drawn.salt, v.part, outcomes.get(v.pk, ()))
        for v in rows
        if states.get(v.case_id) == PUBLISHED
    )


def values_of(visit_id: int) -> dict[str, Any]:
    """The state that the entries of a visit come to."""
    return onsite.values_of(entries_of(visit_id))


def is_open(visit: VisitRow) -> bool:
    """Whether something may still be written down."""
    return visit.state == ASSIGNED


def matters_of(visit: Visit) -> tuple[Matter, ...]:
    """The matters that are looked at in a visit: those of the plan under which the object stands."""
    held = set(visit.drawn.matters)
    found = (policy.matter_named(version) for version in visit.draw.plan.matters)
    return tuple(m for m in found if m is not None and m.code in held)


def _seen(actor: Actor) -> "QuerySet[Visit]":
    if not actor.may(Permission.INSPECT) or actor.organisation_id is None:
        raise NotFound
    own = actor.organisation_id
    return Visit.objects.filter(Q(draw__plan__lead_id=own) | Q(draw__plan__departments__contains=[own]))


def _of_user(actor: Actor) -> "QuerySet[Assignment, int]":
    mine = Inspector.objects.filter(user_id=actor.user_id) if actor.user_id else Inspector.objects.none()
    return Assignment.objects.filter(inspector__in=mine, replaced_by__isnull=True).values_list("visit_id", flat=True)


def _rows(rows: "QuerySet[Visit]") -> tuple[VisitRow, ...]:
    found = list(rows.select_related("drawn", "draw__plan"))
    standing = standings.standings_of([v.case_id for v in found])
    people: dict[int, list[AssignedRow]] = {}
    assigned = Assignment.objects.filter(visit__in=found, replaced_by__isnull=True).select_related("inspector")
    for one in assigned.order_by("id"):
        who = one.inspector
        people.setdefault(one.visit_id, []).append(
            AssignedRow(one.pk, who.pk, who.number, who.name, who.organisation_id, who.user_id)
        )
    return tuple(
        VisitRow(
            id=v.pk,
            number=v.number,
            draw_number=v.draw.number,
            case_id=v.case_id,
            code=v.drawn.code,
            name=v.drawn.name,
            division=v.drawn.division,
            part=v.part,
            matters=matters_of(v),
            lead_id=v.draw.plan.lead_id,
            state=standing[v.case_id].state,
            due_on=standing[v.case_id].due_on,
            inspectors=tuple(people.get(v.pk, ())),
        )
        for v in found
    )
