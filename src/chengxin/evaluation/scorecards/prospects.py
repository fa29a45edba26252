"""What would change a subject's grade: time, repair, better conduct. Computed by the reference interpreter. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chengxin.evaluation.scorecards.model import Bin, Indicator, Measure, Model
from chengxin.evaluation.scorecards.rules import (
    Fact,
    Outcome,
    coverage_of,
    evaluate,
    outcome_of,
    score,
    veto_of,
    window,
)
from chengxin.registry.records.rules import RecordState, months_after

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """From `on` the outcome is another, or a fact counts no more, if nothing happens but time.

    `left`: the facts that stand behind no indicator any more; `moved`: indicators and by how many points they change.
    Of an indicator that gives the same points as before, `outcome` may hold an earlier day's value.
    """

    on: date
    outcome: Outcome
    left: tuple[int, ...]
    moved: tuple[tuple[str, int], ...]


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
    """The days in `(as_of, until)` on which points, grade or veto change or a fact stops counting, by time alone.

    Each indicator is computed on the days that concern it alone: a thousand records make hundreds of days.
    """
    known = tuple(facts)
    terms = {"disputed_counts": disputed_counts}
    of = {one.resource: tuple(f for f in known if f.resource == one.resource) for one in model.indicators}
    days = {one.code: set(_days(one, of[one.resource], as_of, until)) for one in model.indicators}
    whole = {f.until for f in known if f.until is not None} | set(_veto_days(model, known))
    before = evaluate(model, known, as_of=as_of, disputed_counts=disputed_counts)
    scored = {one.code: one for one in before.scored}
    coverage, veto = before.coverage, veto_of(model, known, as_of=as_of, **terms)
    found = []
    for day in sorted(d for d in whole.union(*days.values()) if as_of < d < until):
        for one in model.indicators:
            if day in days[one.code]:
                scored[one.code] = score(one, of[one.resource], as_of=day, **terms)
        if day in whole:
            coverage = coverage_of(model, known, as_of=day, **terms)
            veto = veto_of(model, known, as_of=day, **terms)
        then = outcome_of(model, tuple(scored[one.code] for one in model.indicators), coverage, veto)
        left = _behind(before) - _behind(then)
        if left or (then.points, then.grade, then.veto) != (before.points, before.grade, before.veto):
            found.append(Change(day, then, tuple(sorted(left)), _moved(before, then)))
        before = then
    return tuple(found)


def _behind(outcome: Outcome) -> set[int]:
    return {fact for one in outcome.scored for fact in one.behind}


def _moved(before: Outcome, then: Outcome) -> tuple[tuple[str, int], ...]:
    pairs = zip(before.scored, then.scored, strict=True)
    return tuple((now.code, now.points - was.points) for was, now in pairs if now.points != was.points)


def _days(indicator: Indicator, facts: tuple[Fact, ...], as_of: date, until: date) -> Iterator[date]:
    """Every day on which anything about these facts of its resource could change."""
    for fact in facts:
        if fact.until is not None:
            yield fact.until
        yield from _edges(indicator, fact.on, as_of, until)


def _veto_days(model: Model, facts: tuple[Fact, ...]) -> Iterator[date]:
    for veto in model.vetoes:
        for fact in facts:
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
