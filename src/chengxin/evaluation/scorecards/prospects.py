"""What would change a subject's grade: time, repair, better conduct. Computed by the reference interpreter. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chengxin.evaluation.scorecards.model import Bin, Indicator, Measure, Model
from chengxin.evaluation.scorecards.rules import Fact, Outcome, evaluate, window
from chengxin.registry.records.rules import RecordState, months_after

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """From `on` the outcome is another, if nothing happens but time."""

    on: date
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Lift:
    """What one indicator could still give: the bin to reach, and how many points more that is."""

    indicator: Indicator
    target: Bin
    gain: int


def next_grade(model: Model, outcome: Outcome) -> tuple[str, int] | None:
    """The grade above and how many points are missing; None at the top, or without a grade."""
    order = [c.grade for c in model.cut_offs]
    if outcome.grade is None or outcome.grade == order[0]:
        return None
    above = model.cut_offs[order.index(outcome.grade) - 1]
    return above.grade, max(0, above.start - outcome.points)


def lifts(model: Model, outcome: Outcome) -> tuple[Lift, ...]:
    """For each indicator below its best the bin that gives most, the largest gain first."""
    found = []
    for one in model.indicators:
        target = max(one.bins, key=lambda b: b.points)
        gain = target.points - outcome.of(one.code).points
        if gain > 0:
            found.append(Lift(one, target, gain))
    return tuple(sorted(found, key=lambda lift: -lift.gain))


def if_repaired(facts: Iterable[Fact], fact_id: int) -> tuple[Fact, ...]:
    """The same facts, with that one repaired."""
    return tuple(replace(f, state=RecordState.REPAIRED.value) if f.id == fact_id else f for f in facts)


def changes_ahead(
    model: Model, facts: Iterable[Fact], *, as_of: date, until: date, disputed_counts: bool
) -> tuple[Change, ...]:
    """The days in `(as_of, until)` on which points, grade or veto change, if nothing happens but time."""
    known = tuple(facts)
    days = sorted({day for day in _days(model, known, as_of, until) if as_of < day < until})
    before = evaluate(model, known, as_of=as_of, disputed_counts=disputed_counts)
    found = []
    for day in days:
        then = evaluate(model, known, as_of=day, disputed_counts=disputed_counts)
        if (then.points, then.grade, then.veto) != (before.points, before.grade, before.veto):
            found.append(Change(day, then))
        before = then
    return tuple(found)


def _days(model: Model, facts: tuple[Fact, ...], as_of: date, until: date) -> Iterator[date]:
    """Every day on which anything about these facts could change."""
    for fact in facts:
        if fact.until is not None:
            yield fact.until
        for indicator in model.indicators:
            if indicator.resource == fact.resource:
                yield from _edges(indicator, fact.on, as_of, until)
        for veto in model.vetoes:
            if veto.resource == fact.resource and veto.window_months is not None:
                yield leaves(fact.on, veto.window_months)


def _edges(indicator: Indicator, on: date, as_of: date, until: date) -> Iterator[date]:
    if indicator.window_months is not None:
        ages = [indicator.window_months]
        if indicator.measure is Measure.TREND:
            ages.append(2 * indicator.window_months)
        if indicator.decay_half_life_months is not None:
            ages.extend(range(1, indicator.window_months))
        for age in ages:
            # Roughly first: the exact day costs a search.
            if as_of <= months_after(on, age) + 4 * ONE_DAY and months_after(on, age) - 4 * ONE_DAY < until:
                yield leaves(on, age)
    if indicator.measure is Measure.RECENCY:
        within = (until - on).days
        yield from (
            on + timedelta(days=b.start) for b in indicator.bins if b.start is not None and 0 <= b.start <= within
        )


def leaves(on: date, months: int) -> date:
    """The first day on which a window of `months` months no longer holds what happened on `on`."""
    day = months_after(on, months) - 4 * ONE_DAY
    while (start := window(months, day).start) is not None and start <= on:
        day += ONE_DAY
    return day
