"""How organisations keep their time limits (按期办理情况): counted from what happened, set-based, without persons.

Counted is each time that a case stood in a state with a limit and waited for an organisation: on time or late against
the limit of the policy of the day on which that state began. Source of each limit: the policy entry of its procedure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from chengxin.base.calendar.policy import working_days
from chengxin.base.calendar.rules import WorkingDays
from chengxin.base.casework import rules, stages
from chengxin.base.casework.procedures import procedures
from chengxin.base.casework.rules import Procedure

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year, `[first, until)`."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def until(self) -> date:
        """The first day after it."""
        return date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)

    @property
    def code(self) -> str:
        """As addresses write it, e.g. `2026-Q3`."""
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """What one organisation did in one procedure and quarter.

    handled: steps with a limit that it took; on_time and late divide them, but for limits that ran into a year not
    announced; late also counts limits that silence ended; open_overdue: those whose last day lay in the quarter and
    that still wait; median_days: working days of what was handled, None where nothing was.
    """

    organisation_id: int
    procedure: str
    procedure_name: str
    handled: int
    on_time: int
    late: int
    open_overdue: int
    median_days: Decimal | None


def quarter_of(day: date) -> Quarter:
    """The quarter in which the day lies."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def quarters_until(day: date, *, count: int) -> tuple[Quarter, ...]:
    """The quarter of that day and those before it, newest first, `count` in all."""
    first = 4 * day.year + (day.month - 1) // 3
    return tuple(Quarter(n // 4, n % 4 + 1) for n in range(first, first - count, -1))


def service_levels(quarter: Quarter, *, on: date) -> tuple[ServiceLevel, ...]:
    """How each organisation kept its limits in the quarter, as known on the day `on`.

    Two statements whatever the number of cases. Index: `case_event_once`, `case_party_once`; reads the events of the
    cases that were open in the quarter.
    """
    calendar, declared = working_days(), procedures()
    limits = list(_limits(_begun(quarter, declared), declared, calendar))
    if not limits:
        return ()
    own = [(p.code, s.part, s.code) for p in declared.values() for s in p.steps if s.part]
    ordinals = list(_ordinals(calendar))
    values: dict[str, Any] = {
        **_columns("limit", ("procedure", "state", "about", "part", "began", "due"), limits),
        **_columns("own", ("procedure", "part", "step"), own),
        **_columns("worked", ("day", "n"), ordinals),
        "first": quarter.first,
        "until": quarter.until,
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, values)
        rows = cursor.fetchall()
    return tuple(
        ServiceLevel(
            organisation_id=row[0],
            procedure=row[1],
            procedure_name=str(declared[row[1]].name),
            handled=row[2],
            on_time=row[3],
            late=row[4],
            open_overdue=row[5],
            median_days=None if row[6] is None else Decimal(str(row[6])),
        )
        for row in rows
    )


def _begun(quarter: Quarter, declared: dict[str, Procedure]) -> list[tuple[str, str, str, date]]:
    """Which states began on which days in cases that were open in the quarter; what about, where the limit asks it."""
    asking = [(p.code, s.code) for p in declared.values() for s in p.states if s.time_allowed_about is not None]
    values: dict[str, Any] = {
        **_columns("asking", ("procedure", "state"), asking),
        "first": quarter.first,
        "until": quarter.until,
    }
    with connection.cursor() as cursor:
        cursor.execute(BEGUN, values)
        return [(row[0], row[1], row[2], row[3]) for row in cursor.fetchall()]


def _limits(
    begun: Iterable[tuple[str, str, str, date]], declared: dict[str, Procedure], calendar: WorkingDays
) -> Iterable[tuple[str, str, str, str, date, date | None]]:
    for code, state, about, day in begun:
        if code not in declared or state not in {s.code for s in declared[code].states}:
            continue
        due = rules.deadline(declared[code].state(state), since=day, calendar=calendar, about=about)
        if due.working_days is not None:
            for part in stages.waits_for(declared[code], state):
                yield code, state, about, part, day, due.due_on


def _ordinals(calendar: WorkingDays) -> Iterable[tuple[date, int]]:
    """Each day of the announced years with the number of working days up to it."""
    day, n = date(min(calendar.years), 1, 1), 0
    while day.year in calendar.years:
        n += calendar.is_working_day(day)
        yield day, n
        day += ONE_DAY


def _columns(name: str, fields: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> dict[str, list[object]]:
    found = list(rows)
    return {f"{name}_{field}": [row[i] for row in found] for i, field in enumerate(fields)}


BEGUN = """
SELECT DISTINCT c.procedure, e.to_state, CASE WHEN a.state IS NULL THEN '' ELSE c.about END,
  (e.at AT TIME ZONE 'Asia/Shanghai')::date
FROM casework_caseevent e JOIN casework_case c ON c.id = e.case_id
LEFT JOIN unnest(%(asking_procedure)s::text[], %(asking_state)s::text[]) AS a (procedure, state)
  ON a.procedure = c.procedure AND a.state = e.to_state
WHERE c.opened_at < (%(until)s::timestamp AT TIME ZONE 'Asia/Shanghai')
  AND (c.closed_at IS NULL OR c.closed_at >= (%(first)s::timestamp AT TIME ZONE 'Asia/Shanghai'))
"""

COUNTED = """
WITH limits AS (
  SELECT * FROM unnest(%(limit_procedure)s::text[], %(limit_state)s::text[], %(limit_about)s::text[],
    %(limit_part)s::text[], %(limit_began)s::date[], %(limit_due)s::date[])
    AS l (procedure, state, about, part, began, due)
), own AS (
  SELECT * FROM unnest(%(own_procedure)s::text[], %(own_part)s::text[], %(own_step)s::text[])
    AS o (procedure, part, step)
), worked AS (
  SELECT * FROM unnest(%(worked_day)s::date[], %(worked_n)s::int[]) AS w (day, n)
), stays AS (
  SELECT c.id, c.procedure, c.about, e.to_state AS state, (e.at AT TIME ZONE 'Asia/Shanghai')::date AS began,
    (lead(e.at) OVER following AT TIME ZONE 'Asia/Shanghai')::date AS ended, lead(e.step) OVER following AS step,
    lead(e.by_user_id IS NULL AND e.by_organisation_id IS NULL AND e.by_name = 'system') OVER following AS by_silence
  FROM casework_caseevent e JOIN casework_case c ON c.id = e.case_id
  WHERE c.opened_at < (%(until)s::timestamp AT TIME ZONE 'Asia/Shanghai')
    AND (c.closed_at IS NULL OR c.closed_at >= (%(first)s::timestamp AT TIME ZONE 'Asia/Shanghai'))
  WINDOW following AS (PARTITION BY e.case_id ORDER BY e.number)
), judged AS (
  SELECT p.organisation_id, s.procedure, l.due, s.ended, o.step IS NOT NULL AS is_own,
    coalesce(s.by_silence, false) AS by_silence, until_day.n - from_day.n AS days
  FROM stays s
  JOIN limits l ON l.procedure = s.procedure AND l.state = s.state AND l.began = s.began AND l.about IN ('', s.about)
  JOIN casework_caseparty p ON p.case_id = s.id AND p.part = l.part AND p.organisation_id IS NOT NULL
  LEFT JOIN own o ON o.procedure = s.procedure AND o.part = l.part AND o.step = s.step
  LEFT JOIN worked from_day ON from_day.day = s.began
  LEFT JOIN worked until_day ON until_day.day = s.ended
), counted AS (
  SELECT *, ended IS NOT NULL AND ended >= %(first)s AND ended < %(until)s AS is_here,
    ended IS NULL AND due < %(on)s AND due >= %(first)s AND due < %(until)s AS is_open_overdue
  FROM judged
)
SELECT organisation_id, procedure,
  count(*) FILTER (WHERE is_here AND is_own),
  count(*) FILTER (WHERE is_here AND is_own AND ended <= due),
  count(*) FILTER (WHERE is_here AND (is_own OR by_silence) AND ended > due),
  count(*) FILTER (WHERE is_open_overdue),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE is_here AND is_own AND days IS NOT NULL)
FROM counted
WHERE is_here AND (is_own OR by_silence) OR is_open_overdue
GROUP BY organisation_id, procedure
ORDER BY organisation_id, procedure
"""
