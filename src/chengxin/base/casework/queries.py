"""Reads of cases: who has to do what, and what happened. Reads of notices are in `notices`.

A case that is not one's own and a case that does not exist give the same answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import policy, rules, stages
from chengxin.base.casework.models import Case, CaseAlert, CaseEvent, CaseParty
from chengxin.base.casework.procedures import procedure, procedures
from chengxin.base.casework.rules import Handler, Party, Procedure, Taken
from chengxin.base.casework.stages import ESCALATED, Stage
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth

MOST_COUNTED = 10_000  # beyond it a list says "more than"


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that the reader can take now; `name` in the language that is active."""

    code: str
    name: str
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as its parties see it. `due_on` is the last day in time; title and names in the language active."""

    id: int
    procedure: str
    procedure_name: str
    about: str
    title: str
    state: str
    state_name: str
    state_since: datetime
    due_on: date | None
    due_working_days: int | None
    due_policy: str
    is_overdue: bool
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """A step that was taken."""

    number: int
    step: str
    step_name: str
    to_state: str
    to_state_name: str
    at: datetime
    by_name: str
    by_organisation_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A stage that a deadline reached, and whom it went to: organisations by id, and how many people."""

    stage: Stage
    due_on: date
    at: datetime
    organisation_ids: tuple[int, ...]
    people: int


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """An open case with a last day; `done`: the stages of this deadline that were sent."""

    id: int
    procedure: str
    state: str
    state_since: datetime
    due_on: date
    steps_taken: int
    done: frozenset[str]


class DueFilter(StrEnum):
    """Which deadlines an inbox shows."""

    SOON = "soon"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Cases on a page; `total` and `overdue` are of the whole list. Unless `is_exact`, `total` stopped counting."""

    items: tuple[CaseRow, ...]
    total: int
    overdue: int
    is_exact: bool = True


def inbox_of(
    actor: Handler, *, on: date, page: int = 1, size: int = 20, due: DueFilter | None = None, matter: str = ""
) -> InboxPage:
    """The open cases in which a step waits for `actor`, overdue first. Index: `case_waiting`, `case_party_once`.

    A case whose only steps are barred to this person by the separation of duties does not wait for them. `due` shows
    those alone whose deadline is soon or over, or went up the line, `matter` those of that procedure.
    """
    waiting = _due(_waiting_for(actor, matter), due, on=on)
    rows = waiting.order_by(F("due_on").asc(nulls_last=True), "opened_at", "id")
    counted = waiting.aggregate(total=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)))
    return InboxPage(_one_page(rows, page, size, on=on), counted["total"], counted["overdue"])


def cases_of(
    actor: Handler,
    *,
    on: date,
    page: int = 1,
    size: int = 20,
    due: DueFilter | None = None,
    matter: str = "",
    is_open: bool | None = None,
) -> InboxPage:
    """All cases that `actor` may see, newest first; `due`, `matter` as in `inbox_of`, `is_open`: open or closed ones.

    Index: `case_party_once`, primary key.
    """
    mine = _due(Case.objects.filter(_seen_by(actor)), due, on=on)
    if matter:
        mine = mine.filter(procedure=matter)
    if is_open is not None:
        mine = mine.filter(closed_at__isnull=is_open)
    counted = mine[: MOST_COUNTED + 1].count()
    return InboxPage(
        items=_one_page(mine.order_by("-id"), page, size, on=on),
        total=min(counted, MOST_COUNTED),
        overdue=mine.filter(closed_at__isnull=True, due_on__lt=on).count(),
        is_exact=counted <= MOST_COUNTED,
    )


def matters_of(actor: Handler) -> dict[str, str]:
    """The procedures in which the roles of `actor` have a step: code -> name in the language that is active."""
    return {
        declared.code: str(declared.name)
        for declared in procedures().values()
        if any(rules.holds_role(step, actor) for step in declared.steps if step.roles)
    }


def case(case_id: int, *, actor: Handler, on: date) -> CaseRow:
    """The case, for those who have a part in it. Raises `NotFound`. Index: primary key."""
    return _case_row(_seen_case(case_id, actor), on=on)


def events(case_id: int, *, actor: Handler) -> tuple[EventRow, ...]:
    """What happened in the case, first to last. Raises `NotFound`. Index: `case_event_once`."""
    found = _seen_case(case_id, actor)
    declared = procedure(found.procedure)
    steps = {s.code: s.name for s in (declared.opening, *declared.steps)}
    states = {s.code: s.name for s in declared.states}  # what a procedure no longer knows is shown by its code
    return tuple(
        EventRow(
            number=e.number,
            step=e.step,
            step_name=str(steps.get(e.step, e.step)),
            to_state=e.to_state,
            to_state_name=str(states.get(e.to_state, e.to_state)),
            at=e.at,
            by_name=e.by_name,
            by_organisation_code=e.by_organisation_code,
            reason=e.reason,
        )
        for e in CaseEvent.objects.filter(case=found).order_by("number")
    )


def steps_open_to(case_id: int, *, actor: Handler) -> tuple[StepRow, ...]:
    """The steps that `actor` can take in the case now. Raises `NotFound`. Index: primary key, `case_event_once`."""
    found = _seen_case(case_id, actor)
    parties, history = parties_of(case_id), history_of(case_id)
    return tuple(
        StepRow(s.code, str(s.name), s.needs_reason)
        for s in procedure(found.procedure).steps_after(found.state)
        if rules.may_take(s, parties=parties, by=actor)
        and not any(t.step in s.not_by_taker_of and rules.is_taken_by(t, actor) for t in history)
    )


def waits_for(case_id: int, *, actor: Handler) -> dict[str, Party]:
    """The parties that the case waits for, by part; no one once it is closed. Raises `NotFound`."""
    found = _seen_case(case_id, actor)
    if found.closed_at is not None:
        return {}
    parties = parties_of(case_id)
    return {part: parties[part] for part in stages.waits_for(procedure(found.procedure), found.state)}


def open_about(procedure_code: str, abouts: Iterable[str]) -> dict[str, int]:
    """The open cases of a procedure about these references: reference -> case id. Index: `case_about`.

    For rooms that own the procedure; whoever shows the case asks `case`.
    """
    rows = Case.objects.filter(procedure=procedure_code, about__in=list(abouts), closed_at__isnull=True)
    return dict(rows.values_list("about", "id"))


def states_of(case_ids: Iterable[int]) -> dict[int, str]:
    """The states in which these cases stand. For rooms that own the procedure. Index: primary key."""
    return dict(Case.objects.filter(pk__in=list(case_ids)).values_list("id", "state"))


def titles_of(case_ids: Iterable[int]) -> dict[int, str]:
    """How these cases are called. For rooms that own the procedure. Index: primary key."""
    return dict(Case.objects.filter(pk__in=list(case_ids)).values_list("id", "title"))


def due_waiting_for_a_calendar() -> list[int]:
    """Ids of open cases whose deadline lies in a year that was not announced. Index: `case_waiting`."""
    waiting = Case.objects.filter(closed_at__isnull=True, due_on__isnull=True, due_working_days__isnull=False)
    return list(waiting.order_by("id").values_list("id", flat=True))


def watched() -> tuple[WatchedRow, ...]:
    """The open cases that have a last day, nearest first, each with the stages of it that were sent.

    Index: `case_waiting`, `case_alert_once`.
    """
    sent = CaseAlert.objects.filter(
        case=OuterRef("pk"), steps_taken=OuterRef("steps_taken"), due_on=OuterRef("due_on")
    ).values("stage")
    rows = Case.objects.filter(closed_at__isnull=True, due_on__isnull=False).annotate(done=ArraySubquery(sent))
    return tuple(
        WatchedRow(c.pk, c.procedure, c.state, c.state_since, c.due_on, c.steps_taken, frozenset(c.done))
        for c in rows.order_by("due_on", "id")
        if c.due_on is not None
    )


def stages_done(case_id: int, *, steps_taken: int, due_on: date) -> frozenset[str]:
    """The stages of that deadline that were sent. Index: `case_alert_once`."""
    sent = CaseAlert.objects.filter(case_id=case_id, steps_taken=steps_taken, due_on=due_on)
    return frozenset(sent.values_list("stage", flat=True))


def alerts_of(case_id: int, *, actor: Handler) -> tuple[AlertRow, ...]:
    """Which stages the case's deadlines reached, first to last. Raises `NotFound`. Index: `case_alert_once`."""
    _seen_case(case_id, actor)
    rows = CaseAlert.objects.filter(case_id=case_id).order_by("at", "id")
    return tuple(AlertRow(Stage(r.stage), r.due_on, r.at, tuple(r.organisation_ids), len(r.user_ids)) for r in rows)


def parties_of(case_id: int) -> dict[str, Party]:
    """Who has which part in the case. Index: `case_party_once`."""
    rows = CaseParty.objects.filter(case_id=case_id)
    return {p.part: Party(p.organisation_id, p.user_id, p.represented) for p in rows}


def history_of(case_id: int) -> tuple[Taken, ...]:
    """The steps that were taken, and by whom. Index: `case_event_once`."""
    rows = CaseEvent.objects.filter(case_id=case_id).order_by("number")
    return tuple(Taken(e.step, e.by_user_id, e.by_name) for e in rows)


def taken_at(case_id: int, *, steps: Iterable[str]) -> tuple[datetime, ...]:
    """When these steps were taken in the case, first to last. For rooms that own it. Index: `case_event_once`."""
    rows = CaseEvent.objects.filter(case_id=case_id, step__in=list(steps)).order_by("number")
    return tuple(rows.values_list("at", flat=True))


def to(actor: Handler) -> Q:
    """The condition on rows with an addressee that `actor` acts for them."""
    own = Q(organisation_id__in=list(actor.reaches)) | Q(represented__in=[r for r in actor.represents if r])
    return own | Q(user_id=actor.user_id) if actor.user_id is not None else own


def _due(cases: "QuerySet[Case]", due: DueFilter | None, *, on: date) -> "QuerySet[Case]":
    if due is None:
        return cases
    open_ones = cases.filter(closed_at__isnull=True)
    if due is DueFilter.OVERDUE:
        return open_ones.filter(due_on__lt=on)
    if due is DueFilter.SOON:
        until = stages.soon_until(on, days=policy.terms_on(on).soon, calendar=working_days())
        return open_ones.filter(due_on__gte=on, due_on__lte=until)
    sent = CaseAlert.objects.filter(case=OuterRef("pk"), steps_taken=OuterRef("steps_taken"), stage__in=ESCALATED)
    return open_ones.filter(Exists(sent))


def _played(actor: Handler, parties: Q) -> Exists:
    """The condition on cases that `actor` acts for one of those of its parties.

    Alone it lets PostgreSQL begin with the actor's parties; several joined by "or" make it look at every case
    (bench/casework).
    """
    return Exists(CaseParty.objects.filter(parties, to(actor), case=OuterRef("pk")))


def _took(actor: Handler, steps: Iterable[str]) -> Exists:
    taken = CaseEvent.objects.filter(case=OuterRef("pk"), step__in=sorted(steps))
    if actor.user_id is not None:
        return Exists(taken.filter(by_user_id=actor.user_id))
    return Exists(taken.filter(by_user_id__isnull=True, by_name=actor.name))


def _one_page(rows: "QuerySet[Case]", page: int, size: int, *, on: date) -> tuple[CaseRow, ...]:
    return tuple(_case_row(c, on=on) for c in rows[(page - 1) * size : page * size])


def _waiting_for(actor: Handler, matter: str) -> "QuerySet[Case]":
    states: dict[tuple[str, frozenset[str]], dict[str, frozenset[str]]] = {}
    for declared in procedures().values():
        if matter not in {"", declared.code}:
            continue
        for step in declared.steps:
            if rules.holds_role(step, actor):
                here = states.setdefault((step.part, step.not_by_taker_of), {})
                here[declared.code] = here.get(declared.code, frozenset()) | step.after
    waiting = []
    for (part, barred), places in states.items():
        stands = _any([Q(procedure=code, state__in=sorted(after)) for code, after in places.items()])
        one = stands & Q(_played(actor, Q(part=part)))
        waiting.append(one & ~Q(_took(actor, barred)) if barred else one)
    return Case.objects.filter(_any(waiting), closed_at__isnull=True)


def _seen_by(actor: Handler) -> Exists:
    procedures_of: dict[str, list[str]] = {}
    for declared in procedures().values():
        for part in _seeing(declared, actor):
            procedures_of.setdefault(part, []).append(declared.code)
    seen = [Q(part=part, case__procedure__in=codes) for part, codes in procedures_of.items()]
    return _played(actor, _any(seen))


def _seeing(declared: Procedure, actor: Handler) -> list[str]:
    """The parts whose cases the actor's roles see."""
    held = frozenset(map(str, actor.roles))
    return [part for part in declared.parts if (seeing := rules.roles_of(declared, part)) is None or seeing & held]


def _any(conditions: list[Q]) -> Q:
    either = Q(pk__in=[])
    for condition in conditions:
        either |= condition
    return either


def title_of(case: Case) -> InBoth:
    """How the case is called, in both languages."""
    return InBoth(case.title, case.title_en)


def title_of_case(case_id: int) -> InBoth:
    """The same of the case with that id, which exists; the caller permits. Index: primary key."""
    return title_of(Case.objects.get(pk=case_id))


def _seen_case(case_id: int, actor: Handler) -> Case:
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise NotFound
    seeing = _seeing(procedure(found.procedure), actor)
    if not CaseParty.objects.filter(to(actor), case=found, part__in=seeing).exists():
        raise NotFound
    return found


def _case_row(row: Case, *, on: date) -> CaseRow:
    declared = procedure(row.procedure)
    return CaseRow(
        id=row.pk,
        procedure=row.procedure,
        procedure_name=str(declared.name),
        about=row.about,
        title=str(title_of(row)),
        state=row.state,
        state_name=str(declared.state(row.state).name),
        state_since=row.state_since,
        due_on=row.due_on,
        due_working_days=row.due_working_days,
        due_policy=row.due_policy,
        is_overdue=row.closed_at is None and rules.is_overdue(row.due_on, on=on),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )
