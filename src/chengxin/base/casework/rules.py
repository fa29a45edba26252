"""Procedures as data: which states a case has, who may take which step, and by when. Pure.

A procedure belongs to the room whose law it follows; that room declares it as a value and names it in the setting
`CASE_PROCEDURES`. This room knows the form only.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from typing import Any, Protocol

from chengxin.base.calendar.errors import UnannouncedYear
from chengxin.base.calendar.rules import WorkingDays
from chengxin.base.casework.errors import NotYourStep, ReasonMissing, SamePersonTwice, StepNotOpen


class Handler(Protocol):
    """Whoever acts: a signed-in person or a system, in an organisation or for themselves."""

    @property
    def name(self) -> str:
        """The user name or system name."""

    @property
    def organisation_id(self) -> int | None:
        """The organisation that the handler acts for."""

    @property
    def organisation_code(self) -> str:
        """That organisation's unified social credit code."""

    @property
    def roles(self) -> Collection[str]:
        """What the handler does there."""

    @property
    def reaches(self) -> Collection[int]:
        """Ids of the organisations that the handler may act for."""

    @property
    def represents(self) -> Collection[str]:
        """References of those on whose behalf the handler may act, as the owning room writes them."""

    @property
    def user_id(self) -> int | None:
        """The person, where a person acts."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who has a part in a case: an organisation, a person who signs in, or one who is represented (被代理人)."""

    organisation_id: int | None = None
    user_id: int | None = None
    represented: str = ""

    def __post_init__(self) -> None:
        if [self.organisation_id is None, self.user_id is None, not self.represented].count(False) != 1:
            raise ValueError("a party is an organisation, a person or someone represented")

    def is_spoken_for_by(self, handler: Handler) -> bool:
        """Whether `handler` acts for this party: as that person, on its behalf, or within that organisation's reach."""
        if self.represented:
            return self.represented in handler.represents
        if self.user_id is not None:
            return handler.user_id == self.user_id
        return self.organisation_id in handler.reaches

    @property
    def key(self) -> str:
        """The party as row-level security is told of it; without a comma, which parts several."""
        if self.represented:
            return f"represented:{self.represented}"
        return f"user:{self.user_id}" if self.user_id is not None else f"organisation:{self.organisation_id}"


def keys_of(handler: Handler) -> tuple[str, ...]:
    """The keys of all parties that `handler` acts for."""
    own = [Party(user_id=handler.user_id)] if handler.user_id is not None else []
    reached = [Party(organisation_id=each) for each in sorted(handler.reaches)]
    return tuple(p.key for p in [*own, *reached, *(Party(represented=r) for r in sorted(handler.represents) if r)])


@dataclass(frozen=True, slots=True)
class TimeAllowed:
    """How many working days a state may last, and the policy entry that says so."""

    working_days: int
    policy: str


def limited_by(limit: Callable[[str, date], TimeAllowed]) -> Callable[[str], Callable[[date], TimeAllowed]]:
    """Of a room's `limit(step, day)` the way in which its states ask: `within("accept")` is the time for that step.

    Source: the policy entry that `limit` reads.
    """

    def within(step: str) -> Callable[[date], TimeAllowed]:
        return partial(limit, step)

    return within


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can stand. `name` is shown; `time_allowed` reads the dated policy of the day it begins,
    `time_allowed_about` that of what the case is about.

    `on_silence` names the step that the platform takes when the time has passed; a state without it stays overdue.
    """

    code: str
    name: Any
    time_allowed: Callable[[date], TimeAllowed] | None = None
    time_allowed_about: Callable[[str, date], TimeAllowed] | None = None
    on_silence: str = ""

    @property
    def is_limited(self) -> bool:
        """Whether a limit runs while a case stands here."""
        return self.time_allowed is not None or self.time_allowed_about is not None


@dataclass(frozen=True, slots=True)
class Step:
    """A way from one of the states `after` to the state `to`.

    part: the party for which one must act; "" for steps that only the platform takes
    roles: one of which is needed; empty: anyone who acts for that party
    not_by_taker_of: earlier steps whose takers may not take this one (separation of duties)
    notifies: parties that get a notice that the step was taken
    then: task deferred by name, with `case_id`, in the same transaction; for effects of steps that the platform takes
    is_moot: the platform takes it when what the case is about ended elsewhere, and nothing is left to decide
    """

    code: str
    name: Any
    after: frozenset[str]
    to: str
    part: str
    roles: frozenset[str] = frozenset()
    not_by_taker_of: frozenset[str] = frozenset()
    needs_reason: bool = False
    notifies: tuple[str, ...] = ()
    then: str = ""
    is_moot: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """No case comes to `state` unless one of these steps was taken before, e.g. notice or hearing before a decision."""

    state: str
    one_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A kind of case: its states, the step that opens it (`after` is empty) and the steps that move it on.

    needs: what every path to a decision has passed; a declaration with a path around it cannot be used
    """

    code: str
    name: Any
    parts: tuple[str, ...]
    states: tuple[State, ...]
    opening: Step
    steps: tuple[Step, ...]
    needs: tuple[Need, ...] = ()

    def state(self, code: str) -> State:
        """The state with that code. Raises `KeyError`."""
        return {s.code: s for s in self.states}[code]

    def step(self, code: str) -> Step:
        """The step with that code. Raises `StepNotOpen` where there is none."""
        found = {s.code: s for s in self.steps}.get(code)
        if found is None:
            raise StepNotOpen
        return found

    def steps_after(self, state: str) -> tuple[Step, ...]:
        """The steps that lead on from `state`."""
        return tuple(s for s in self.steps if state in s.after)

    def is_final(self, state: str) -> bool:
        """Whether no step leads on from `state`: the case is closed."""
        return not self.steps_after(state)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: which, and by whom."""

    step: str
    user_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a state may last. `due_on` is None where no limit holds or its year is not announced yet.

    `working_days` stays answerable in both cases: a year that is announced later settles `due_on`.
    """

    due_on: date | None
    working_days: int | None
    policy: str


def faults(procedure: Procedure) -> list[str]:
    """What is wrong with a procedure's declaration: empty where it can be used."""
    states, parts = {s.code for s in procedure.states}, set(procedure.parts)
    steps = {s.code: s for s in (procedure.opening, *procedure.steps)}
    found = [f"step {s.code}: no state {name!r}" for s in steps.values() for name in {*s.after, s.to} - states]
    found += [f"step {s.code}: no part {p!r}" for s in steps.values() for p in {s.part, *s.notifies} - {*parts, ""}]
    found += [f"step {s.code}: no step {n!r}" for s in steps.values() for n in s.not_by_taker_of - set(steps)]
    if procedure.opening.after:
        found.append("the opening step leads from nowhere, but names states")
    if len(steps) != len(procedure.steps) + 1 or len(states) != len(procedure.states):
        found.append("a code stands twice")
    found += [f"step {s.code}: leads from no state" for s in procedure.steps if not s.after]
    found += [
        f"step {s.code}: what is moot is closed, by the platform alone"
        for s in procedure.steps
        if s.is_moot and (s.part or (s.to in states and not procedure.is_final(s.to)))
    ]
    for state in procedure.states:
        silent = steps.get(state.on_silence)
        if state.on_silence and (silent is None or state.code not in silent.after):
            found.append(f"state {state.code}: {state.on_silence!r} does not lead on from it")
    found += [f"state {code}: is never reached" for code in sorted(states - reached(procedure))]
    found += [f"state {n.state}: is reached without {', '.join(sorted(n.one_of))}" for n in skipped_needs(procedure)]
    return found


def reached(procedure: Procedure, *, without: Collection[str] = ()) -> set[str]:
    """The states that a case can come to if none of the steps `without` is ever taken. Source: the procedure's own."""
    if procedure.opening.code in without:
        return set()
    found, fresh = set[str](), {procedure.opening.to}
    while fresh:
        found |= fresh
        fresh = {s.to for code in fresh for s in procedure.steps_after(code) if s.code not in without} - found
    return found


def skipped_needs(procedure: Procedure) -> list[Need]:
    """The needs that some path goes around, or that name nothing. Source: the procedure's own."""
    known = {s.code for s in (procedure.opening, *procedure.steps)}
    return [n for n in procedure.needs if not n.one_of <= known or n.state in reached(procedure, without=n.one_of)]


def check(
    step: Step, *, state: str, parties: Mapping[str, Party], by: Handler, history: Iterable[Taken], reason: str
) -> None:
    """Raise unless `by` may take `step` now: it leads on from `state`, it is theirs, another took the earlier one.

    Raises `StepNotOpen`, `NotYourStep`, `SamePersonTwice`, `ReasonMissing`, in this order. Source of the separation
    of duties: the procedure's own (经办、审核分离 of GB/T 22239-2019 7.1.7.1 for the platform as a whole).
    """
    if state not in step.after:
        raise StepNotOpen
    if not may_take(step, parties=parties, by=by):
        raise NotYourStep
    if any(t.step in step.not_by_taker_of and is_taken_by(t, by) for t in history):
        raise SamePersonTwice
    if step.needs_reason and not reason.strip():
        raise ReasonMissing


def may_take(step: Step, *, parties: Mapping[str, Party], by: Handler) -> bool:
    """Whether the step is one for `by`'s roles and for a party that they act for. Source: the procedure's own."""
    party = parties.get(step.part)
    return party is not None and holds_role(step, by) and party.is_spoken_for_by(by)


def holds_role(step: Step, by: Handler) -> bool:
    """Whether `by` has a role that the step asks for. Source: the procedure's own."""
    return bool(step.part) and (not step.roles or not step.roles.isdisjoint(map(str, by.roles)))


def is_taken_by(taken: Taken, by: Handler) -> bool:
    """Whether `by` took that step: the same person, or the same system where no person acted."""
    if taken.user_id is not None or by.user_id is not None:
        return taken.user_id == by.user_id
    return taken.name == by.name


def roles_of(procedure: Procedure, part: str) -> frozenset[str] | None:
    """The roles that see a case for the party `part`: those that have a step there; None: everyone of the party."""
    steps = [s for s in (procedure.opening, *procedure.steps) if s.part == part]
    if any(not s.roles for s in steps):
        return None
    return frozenset(chain.from_iterable(s.roles for s in steps))


def deadline(state: State, *, since: date, calendar: WorkingDays, about: str = "") -> Deadline:
    """Until when `state` may last if it begins on `since`, in a case about `about`.

    Working days, the first day not counted: Civil Code (民法典) art. 201. Source of the number: the policy entry named.
    """
    if state.time_allowed_about is not None:
        allowed = state.time_allowed_about(about, since)
    elif state.time_allowed is not None:
        allowed = state.time_allowed(since)
    else:
        return Deadline(None, None, "")
    try:
        due_on = calendar.add(since, allowed.working_days)
    except UnannouncedYear:
        due_on = None
    return Deadline(due_on, allowed.working_days, allowed.policy)


def stays_overdue(procedure: Procedure, step: Step, *, from_state: str) -> bool:
    """Whether the deadline that passed goes on to stand: silence led to an open state that has no limit of its own.

    Whoever was silent is still late there. Source: the procedure's own.
    """
    if not from_state or step.code != procedure.state(from_state).on_silence:
        return False
    return not procedure.state(step.to).is_limited and not procedure.is_final(step.to)


def is_overdue(due_on: date | None, *, on: date) -> bool:
    """Whether the last day of the deadline lies before `on`; on the last day itself there is still time.

    Source: Civil Code (民法典) art. 203: a period ends at 24:00 of its last day.
    """
    return due_on is not None and due_on < on
