"""The reference interpreter of evaluation models: the facts of one subject in, points, grade and reasons out.

It is the truth that the engines of `evaluation.runs` are held to. Whole numbers only; no clock, no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from chengxin.evaluation.scorecards.model import Indicator, Measure, Model, Repaired, Veto, Where
from chengxin.registry.records.rules import RecordState, months_after

WHOLE_WEIGHT = 1000
PER_MYRIAD = 10_000
PER_MILLE = 1000
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One version of a record as an evaluation sees it.

    `on` is the day of the decision or event; `values` are as stored (several codes joined by ";"); `amounts` are in the
    smallest unit that the catalogue's field allows; `until` is the first day on which it no longer counts because its
    public period is over, None: no such day.
    """

    id: int
    resource: str
    on: date
    values: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[str, int] = field(default_factory=dict)
    severity: str = ""
    state: str = RecordState.IN_FORCE.value
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Facts with `start <= on < below` weigh `weight` per mille; `start` None: however old."""

    start: date | None
    below: date
    weight: int

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return (self.start is None or self.start <= day) and day < self.below


@dataclass(frozen=True, slots=True)
class Scored:
    """What one indicator gave: value and bin (None: missing), points, and the facts behind it."""

    code: str
    value: int | None
    points: int
    bin: int | None
    behind: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one subject. `grade` None: too little is known; `veto`: the strictest that applies."""

    points: int
    grade: str | None
    coverage: int
    veto: str | None
    scored: tuple[Scored, ...]

    def of(self, indicator: str) -> Scored:
        """What that indicator gave. Raises `KeyError`."""
        for one in self.scored:
            if one.code == indicator:
                return one
        raise KeyError(indicator)


@lru_cache(maxsize=1024)
def weights(half_life_months: int, months: int) -> tuple[int, ...]:
    """The weight per mille of a fact that is 0, 1, … whole months old, for `months` months.

    After one half-life a fact weighs half. Exact: the largest whole `w` with `w ** h * 2 ** age <= 1000 ** h`, found
    without any fraction. Source: the model's own `decay_half_life_months`.
    """
    return tuple(_weight(half_life_months, age) for age in range(months))


def _weight(half_life: int, age: int) -> int:
    most, low, high = WHOLE_WEIGHT**half_life, 0, WHOLE_WEIGHT
    while low < high:
        middle = (low + high + 1) // 2
        if middle**half_life * 2**age <= most:
            low = middle
        else:
            high = middle - 1
    return low


def window(months: int | None, as_of: date) -> Slice:
    """The days that a window of `months` months looks at on that day: the day itself is the last.

    Source: Civil Code (民法典) art. 202 for the day that is `months` months earlier.
    """
    below = as_of + ONE_DAY
    return Slice(months_after(below, -months) if months is not None else None, below, WHOLE_WEIGHT)


def slices(indicator: Indicator, as_of: date) -> tuple[Slice, ...]:
    """The indicator's window, cut by whole months of age where it fades; newest first. Source: the model."""
    whole = window(indicator.window_months, as_of)
    if indicator.decay_half_life_months is None or indicator.window_months is None:
        return (whole,)
    found = weights(indicator.decay_half_life_months, indicator.window_months)
    edges = [months_after(whole.below, -age) for age in range(indicator.window_months + 1)]
    return tuple(Slice(edges[age + 1], edges[age], weight) for age, weight in enumerate(found))


def fulfils(where: Where, values: Mapping[str, str]) -> bool:
    """Whether each field of `where` holds one of its values; of several codes, one is enough. Source: the model."""
    return all(any(one in wanted for one in values.get(code, "").split(";")) for code, wanted in where.items())


def counts(fact: Fact, *, repaired: Repaired, as_of: date, disputed_counts: bool) -> bool:
    """Whether a fact counts on that day at all.

    Source: NDRC order 36 (2025) for repaired records; what was withdrawn or suspended, or is no longer public, never
    counts; for disputed ones the city's policy.
    """
    if fact.on > as_of or (fact.until is not None and fact.until <= as_of):
        return False
    if fact.state == RecordState.REPAIRED.value:
        return repaired is Repaired.COUNT
    if fact.state == RecordState.DISPUTED.value:
        return disputed_counts
    return fact.state == RecordState.IN_FORCE.value


def evaluate(model: Model, facts: Iterable[Fact], *, as_of: date, disputed_counts: bool) -> Outcome:
    """Points, grade and reasons of one subject on a day. Source: the model."""
    known = tuple(facts)
    scored = tuple(score(i, known, as_of=as_of, disputed_counts=disputed_counts) for i in model.indicators)
    coverage = coverage_of(model, known, as_of=as_of, disputed_counts=disputed_counts)
    return outcome_of(model, scored, coverage, veto_of(model, known, as_of=as_of, disputed_counts=disputed_counts))


def outcome_of(model: Model, scored: tuple[Scored, ...], coverage: int, veto: Veto | None) -> Outcome:
    """What the indicators' results, the coverage per mille and a veto come to. Source: the model."""
    points = model.base_points + sum(s.points for s in scored)
    grade = None if coverage < model.unknown.below_per_mille else grade_of(model, points, veto)
    return Outcome(points, grade, coverage, veto.code if veto else None, scored)


def grade_of(model: Model, points: int, veto: Veto | None) -> str:
    """The grade of so many points, held down by a veto. Source: the model."""
    order = [c.grade for c in model.cut_offs]
    reached = next(n for n, c in enumerate(model.cut_offs) if points >= c.start)
    return order[max(reached, order.index(veto.highest_grade)) if veto else reached]


def score(one: Indicator, facts: Sequence[Fact], *, as_of: date, disputed_counts: bool) -> Scored:
    """What one indicator gives on a day. Source: the model."""
    usable = [
        f
        for f in facts
        if f.resource == one.resource
        and fulfils(one.of_where, f.values)
        and counts(f, repaired=one.repaired, as_of=as_of, disputed_counts=disputed_counts)
    ]
    value, behind = MEASURES[one.measure](one, usable, as_of)
    ids = tuple(sorted(f.id for f in behind))
    if value is None:
        return Scored(one.code, None, one.missing_points or 0, None, ids)
    place = next(n for n, each in enumerate(one.bins) if each.holds(value))
    return Scored(one.code, value, one.bins[place].points, place, ids)


Measured = tuple[int | None, list[Fact]]


def _selected(one: Indicator, facts: Iterable[Fact]) -> list[Fact]:
    return [f for f in facts if fulfils(one.where, f.values) and (not one.severity or f.severity in one.severity)]


def _within(facts: Iterable[Fact], days: Slice) -> list[Fact]:
    return [f for f in facts if days.holds(f.on)]


def _count(one: Indicator, facts: Sequence[Fact], as_of: date) -> Measured:
    found = _within(_selected(one, facts), window(one.window_months, as_of))
    if one.decay_half_life_months is None:
        return len(found), found
    return sum(s.weight * len(_within(found, s)) for s in slices(one, as_of)), found


def _sum(one: Indicator, facts: Sequence[Fact], as_of: date) -> Measured:
    found = _within(_selected(one, facts), window(one.window_months, as_of))
    return sum(
        f.amounts.get(one.field or "", 0) * s.weight // WHOLE_WEIGHT
        for s in slices(one, as_of)
        for f in _within(found, s)
    ), found


def _share(one: Indicator, facts: Sequence[Fact], as_of: date) -> Measured:
    of = _within(facts, window(one.window_months, as_of))
    among = _selected(one, of)
    if one.field is None:
        part, whole = len(among), len(of)
    else:
        part = sum(f.amounts.get(one.field, 0) for f in among)
        whole = sum(f.amounts.get(one.of_field or "", 0) for f in of)
    return (part * PER_MYRIAD // whole if whole else None), of


def _recency(one: Indicator, facts: Sequence[Fact], as_of: date) -> Measured:
    found = _within(_selected(one, facts), window(one.window_months, as_of))
    if not found:
        return None, []
    latest = max(f.on for f in found)
    return (as_of - latest).days, [f for f in found if f.on == latest]


def _trend(one: Indicator, facts: Sequence[Fact], as_of: date) -> Measured:
    now = window(one.window_months, as_of)
    before = Slice(window(2 * (one.window_months or 0), as_of).start, now.start or now.below, WHOLE_WEIGHT)
    found = _selected(one, facts)
    later, earlier = _within(found, now), _within(found, before)
    return len(later) - len(earlier), later + earlier


def _existence(one: Indicator, facts: Sequence[Fact], as_of: date) -> Measured:
    found = _within(_selected(one, facts), window(one.window_months, as_of))
    return int(bool(found)), found


MEASURES = {
    Measure.COUNT: _count,
    Measure.SUM: _sum,
    Measure.SHARE: _share,
    Measure.RECENCY: _recency,
    Measure.TREND: _trend,
    Measure.EXISTENCE: _existence,
}


def coverage_of(model: Model, facts: Sequence[Fact], *, as_of: date, disputed_counts: bool) -> int:
    """Of the resources that the model names how many hold a fact that counts, per mille. Source: the model."""
    of = set(model.unknown.of)
    seen = {
        f.resource
        for f in facts
        if f.resource in of and counts(f, repaired=Repaired.COUNT, as_of=as_of, disputed_counts=disputed_counts)
    }
    return len(seen) * PER_MILLE // len(of)


def veto_of(model: Model, facts: Sequence[Fact], *, as_of: date, disputed_counts: bool) -> Veto | None:
    """The strictest veto that applies on a day. Source: the model."""
    order = [c.grade for c in model.cut_offs]
    found = [v for v in model.vetoes if facts_of_veto(v, facts, as_of=as_of, disputed_counts=disputed_counts)]
    return max(found, key=lambda v: order.index(v.highest_grade), default=None)


def facts_of_veto(veto: Veto, facts: Iterable[Fact], *, as_of: date, disputed_counts: bool) -> tuple[int, ...]:
    """The facts that make a veto apply; empty: it does not. Source: the model's own legal basis of the veto."""
    days = window(veto.window_months, as_of)
    return tuple(
        sorted(
            f.id
            for f in facts
            if f.resource == veto.resource
            and fulfils(veto.where, f.values)
            and (not veto.severity or f.severity in veto.severity)
            and days.holds(f.on)
            and counts(f, repaired=veto.repaired, as_of=as_of, disputed_counts=disputed_counts)
        )
    )


def belongs(
    model: Model, facts: Iterable[Fact], *, kind: str, status: str, division: str, as_of: date, disputed_counts: bool
) -> bool:
    """Whether a subject belongs to those whom the model evaluates on that day. Source: the model."""
    who = model.population
    for wanted, value in ((who.kinds, kind), (who.statuses, status), (who.divisions, division)):
        if wanted and value not in wanted:
            return False
    return not who.holding or any(
        f.resource == holding.resource
        and fulfils(holding.where, f.values)
        and counts(f, repaired=Repaired.COUNT, as_of=as_of, disputed_counts=disputed_counts)
        for f in facts
        for holding in who.holding
    )
