"""What happens before and after the last day of a step (督办), and on which day. Pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chengxin.base.calendar.errors import UnannouncedYear
from chengxin.base.calendar.rules import SATURDAY, WorkingDays
from chengxin.base.casework.rules import Procedure

ONE_DAY = timedelta(days=1)


class Stage(StrEnum):
    """How far a deadline has gone, in this order."""

    REMIND = "remind"
    REVIEWERS = "reviewers"
    UP = "up"


ESCALATED = (Stage.REVIEWERS, Stage.UP)


@dataclass(frozen=True, slots=True)
class Terms:
    """The working days before and after the last day at which each stage begins, and when a case is due soon."""

    remind_before: int
    to_reviewers: int
    up: int
    soon: int
    version: str


def waits_for(procedure: Procedure, state: str) -> tuple[str, ...]:
    """The parts for which a case in that state waits: those in office that have a step there, else all that have one.

    An applicant who could withdraw is not who the deadline is about. Source: the procedure's own steps.
    """
    steps = [s for s in procedure.steps_after(state) if s.part]
    in_office = {s.part for s in steps if s.roles}
    found = in_office or {s.part for s in steps}
    return tuple(p for p in procedure.parts if p in found)


def begins_on(stage: Stage, *, since: date, due_on: date, terms: Terms, calendar: WorkingDays) -> date:
    """The day on which a stage of a deadline begins, for a state that began on `since`.

    A reminder comes at the earliest on the day after the state began, and at the latest on the last day itself. The
    other stages begin on the n-th working day after the last day. Where a year is not announced yet, Mondays to
    Fridays count, so that no deadline waits for a calendar. Source: the policy entry that `terms` names.
    """
    if stage is Stage.REMIND:
        reminded = _steps(due_on, terms.remind_before, -ONE_DAY, calendar)
        return min(max(reminded, since + ONE_DAY), max(due_on, since))
    days = terms.to_reviewers if stage is Stage.REVIEWERS else terms.up
    return _steps(due_on, days, ONE_DAY, calendar)


def due_stages(
    done: Collection[str], *, since: date, due_on: date, on: date, terms: Terms, calendar: WorkingDays
) -> tuple[Stage, ...]:
    """The stages that have begun by `on` and are not `done`; of a missed reminder nothing is left once it is overdue.

    Source: the policy entry that `terms` names.
    """
    return tuple(
        stage
        for stage in Stage
        if stage not in done
        and not (stage is Stage.REMIND and due_on < on)
        and begins_on(stage, since=since, due_on=due_on, terms=terms, calendar=calendar) <= on
    )


def next_on(
    done: Collection[str], *, since: date, due_on: date, on: date, terms: Terms, calendar: WorkingDays
) -> date | None:
    """The first day after `on` on which a further stage begins; None after the last. Source: as `due_stages`."""
    days = [
        begins_on(stage, since=since, due_on=due_on, terms=terms, calendar=calendar)
        for stage in Stage
        if stage not in done
    ]
    return min((day for day in days if day > on), default=None)


def soon_until(on: date, *, days: int, calendar: WorkingDays) -> date:
    """The last day that is at most `days` working days away. Source: the policy entry's `soon`."""
    return _steps(on, days, ONE_DAY, calendar)


def _steps(start: date, days: int, step: timedelta, calendar: WorkingDays) -> date:
    day, left = start, days
    works = _working(calendar)
    while left > 0:
        day += step
        left -= works(day)
    return day


def _working(calendar: WorkingDays) -> Callable[[date], bool]:
    def works(day: date) -> bool:
        try:
            return calendar.is_working_day(day)
        except UnannouncedYear:
            return day.weekday() < SATURDAY

    return works
