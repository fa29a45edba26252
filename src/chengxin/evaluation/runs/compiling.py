"""From a model to one SQL statement that every engine understands: whole numbers in, points, grades and evidence out.

It reads two relations, `records` (as in `layout`) and `subjects`, and asks of its engine one function that engines
spell differently: `whole(a, times, b)`, the whole part of a product divided, which itself may be larger than 64 bits. A
record is looked at once: `flags` says for which indicators and vetoes it counts (the low `MARK_BITS`), and what else
must be known of it. One grouping gives the sums and the evidence. Of an indicator that counts from the latest record
only, the day of that record is found first (`latest`), so that no record needs a second look.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chengxin.evaluation.runs.errors import ModelTooWide, SnapshotNotFitting
from chengxin.evaluation.runs.layout import FLAGS, SEVERITIES, STATES, Layout, day_number, quoted
from chengxin.evaluation.runs.rules import MARK_BITS
from chengxin.evaluation.scorecards import rules
from chengxin.evaluation.scorecards.model import Bin, Indicator, Measure, Model, Repaired, Where

DISPUTED, REPAIRED = STATES["disputed"], STATES["repaired"]


@dataclass(frozen=True, slots=True)
class Flag:
    """A bit that a record of `resource` bears where `condition` holds."""

    bit: int
    resource: str
    condition: str


class Compiler:
    """Compiles one model for one day over one layout."""

    def __init__(self, model: Model, layout: Layout, *, as_of: date, disputed_counts: bool) -> None:
        self.model, self.layout, self.as_of, self.disputed_counts = model, layout, as_of, disputed_counts
        self.flags: list[Flag] = []
        self.extra = MARK_BITS
        if len(model.indicators) + len(model.vetoes) > MARK_BITS:
            raise ModelTooWide(model=model.name, most=MARK_BITS)
        try:
            self._gather()
        except ValueError as error:
            raise SnapshotNotFitting(model=model.name) from error
        if self.extra > FLAGS:
            raise ModelTooWide(model=model.name, most=MARK_BITS)

    def _gather(self) -> None:
        self.among = {}
        for place, one in enumerate(self.model.indicators):
            usable = self._usable(one.resource, one.repaired, one.of_where, self._start(one))
            selected = [*usable, *self._selected(one.resource, one.where, one.severity)]
            if one.measure is Measure.SHARE:
                self.flags.append(Flag(1 << place, one.resource, _all(usable)))
                self.among[place] = self._more(one.resource, selected)
            else:
                self.flags.append(Flag(1 << place, one.resource, _all(selected)))
        for place, veto in enumerate(self.model.vetoes, start=len(self.model.indicators)):
            start = rules.window(veto.window_months, self.as_of).start
            usable = self._usable(veto.resource, veto.repaired, {}, start)
            selected = [*usable, *self._selected(veto.resource, veto.where, veto.severity)]
            self.flags.append(Flag(1 << place, veto.resource, _all(selected)))
        self.covered = [self._more(r, self._usable(r, Repaired.COUNT)) for r in sorted(set(self.model.unknown.of))]
        self.holding = [
            self._more(h.resource, self._usable(h.resource, Repaired.COUNT, h.where))
            for h in self.model.population.holding
        ]

    def _start(self, one: Indicator) -> date | None:
        months = one.window_months
        return rules.window(2 * (months or 0) if one.measure is Measure.TREND else months, self.as_of).start

    def _more(self, resource: str, conditions: Sequence[str]) -> int:
        bit = 1 << self.extra
        self.extra += 1
        self.flags.append(Flag(bit, resource, _all(conditions)))
        return bit

    def _usable(
        self, resource: str, repaired: Repaired, where: Where | None = None, start: date | None = None
    ) -> list[str]:
        found = self._where(resource, where or {})
        if not self.disputed_counts:
            found.append(f"state <> {DISPUTED}")
        if repaired is Repaired.IGNORE:
            found.append(f"state <> {REPAIRED}")
        if start is not None:
            found.append(f"event_day >= {day_number(start)}")
        return found

    def _selected(self, resource: str, where: Where, severity: Sequence[str]) -> list[str]:
        found = self._where(resource, where)
        if severity:
            found.append(f"severity IN ({', '.join(str(SEVERITIES[s]) for s in severity)})")
        return found

    def _where(self, resource: str, where: Where) -> list[str]:
        slots = ((self.layout.slot(resource, field), wanted) for field, wanted in where.items())
        return [f"(f{slot.column} & {slot.flags(wanted)}) <> 0" for slot, wanted in slots]

    def sql(self) -> str:
        """The statement. Columns: see `columns`."""
        places = range(len(self.model.indicators))
        values = [self._value(place, one) for place, one in enumerate(self.model.indicators)]
        points = [_points(f"v{place}", one) for place, one in enumerate(self.model.indicators)]
        steps = [
            f"flagged AS (SELECT subject_id, version_id, event_day{self._amounts()}, {self._flags()} AS flags"
            f" FROM records WHERE {self._is_present()})",
            *self._marked(),
            f"measured AS (SELECT subject_id, bit_or(flags) AS flags, {self._aggregates()}, array_sort(array_agg("
            f"version_id * {1 << MARK_BITS} + marks) FILTER (WHERE marks <> 0)) AS evidence FROM marked"
            " GROUP BY subject_id)",
            "everyone AS (SELECT subjects.subject_id, coalesce(flags, 0) AS flags, evidence"
            f"{_each(', m{}', self._names())} FROM subjects"
            " LEFT JOIN measured ON subjects.subject_id = measured.subject_id"
            f" WHERE {self._belongs()})",
            f"valued AS (SELECT subject_id, flags, evidence, {_as(values, 'v')} FROM everyone)",
            f"pointed AS (SELECT *, {_as(points, 'p')} FROM valued)",
            f"summed AS (SELECT *, {self.model.base_points}{_each(' + p{}', places)} AS points,"
            f" {self._coverage()} AS coverage, {self._veto()} AS vetoed FROM pointed)",
        ]
        return (
            f"WITH {', '.join(steps)} SELECT subject_id, CAST(points AS INT) AS points, {self._grade()} AS grade,"
            f" CAST(coverage AS INT) AS coverage, {self._veto_code()} AS veto"
            f"{_each(', CAST(p{0} AS INT) AS p{0}', places)}{_each(', CAST(v{0} AS BIGINT) AS v{0}', places)},"
            " evidence FROM summed"
        )

    def _flags(self) -> str:
        by_resource: dict[str, list[str]] = defaultdict(list)
        for flag in self.flags:
            by_resource[flag.resource].append(f"CASE WHEN {flag.condition} THEN {flag.bit} ELSE 0 END")
        cases = (f"WHEN {self.layout.number(r)} THEN {' + '.join(tests)}" for r, tests in by_resource.items())
        return f"CAST(CASE resource {' '.join(cases)} ELSE 0 END AS BIGINT)"

    def _amounts(self) -> str:
        columns = {self.layout.amount(i.resource, f) for i in self.model.indicators for f in _amounts_of(i)}
        return "".join(f", {column}" for column in sorted(columns))

    def _names(self) -> Iterator[str]:
        for place, one in enumerate(self.model.indicators):
            if one.measure is Measure.SHARE:
                yield from (f"{place}a", f"{place}b")
            elif one.measure is not Measure.EXISTENCE:
                yield str(place)

    def _aggregates(self) -> str:
        found = []
        for place, one in enumerate(self.model.indicators):
            is_marked = f"(flags & {1 << place}) <> 0"
            if one.measure is Measure.COUNT:
                found.append(f"{_sum(is_marked, self._weight(one) if one.decay_half_life_months else '1')} AS m{place}")
            elif one.measure is Measure.SUM:
                found.append(f"{_sum(is_marked, self._faded(one))} AS m{place}")
            elif one.measure is Measure.TREND:
                now = rules.window(one.window_months, self.as_of)
                sign = f"CASE WHEN event_day >= {day_number(now.start or now.below)} THEN 1 ELSE -1 END"
                found.append(f"{_sum(is_marked, sign)} AS m{place}")
            elif one.measure is Measure.RECENCY:
                found.append(f"max(l{place}) AS m{place}")
            elif one.measure is Measure.SHARE:
                part, whole = self._parts(one)
                found.append(f"{_sum(f'(flags & {self.among[place]}) <> 0', part)} AS m{place}a")
                found.append(f"{_sum(is_marked, whole)} AS m{place}b")
        return ", ".join(found) or "0 AS nothing"

    def _parts(self, one: Indicator) -> tuple[str, str]:
        if one.field is None:
            return "1", "1"
        return self.layout.amount(one.resource, one.field), self.layout.amount(one.resource, one.of_field or "")

    def _faded(self, one: Indicator) -> str:
        amount = self.layout.amount(one.resource, one.field or "")
        if one.decay_half_life_months is None:
            return amount
        return f"whole({amount}, {self._weight(one)}, {rules.WHOLE_WEIGHT})"

    def _weight(self, one: Indicator) -> str:
        """The weight of a record that lies in the indicator's window; the slices come newest first."""
        found = rules.slices(one, self.as_of)
        whens = (f"WHEN event_day >= {day_number(s.start)} THEN {s.weight}" for s in found if s.start is not None)
        last = f" ELSE {found[-1].weight} END"
        return f"CASE {' '.join(whens)}{last}" if found[0].start is not None else str(found[0].weight)

    def _is_present(self) -> str:
        return f"event_day <= {day_number(self.as_of)} AND until_day > {day_number(self.as_of)}"

    def _marked(self) -> Iterator[str]:
        """Records with their marks: of a recency only the records of the latest day, `l` and its place, bear one."""
        all_marks = (1 << len(self.model.indicators) + len(self.model.vetoes)) - 1
        latest = [p for p, i in enumerate(self.model.indicators) if i.measure is Measure.RECENCY]
        if not latest:
            yield f"marked AS (SELECT *, flags & {all_marks} AS marks FROM flagged)"
            return
        counts = {p: self._counts(next(f for f in self.flags if f.bit == 1 << p)) for p in latest}
        days = ", ".join(f"max(CASE WHEN {counts[p]} THEN event_day END) AS l{p}" for p in latest)
        yield (
            f"latest AS (SELECT subject_id, {days} FROM records WHERE {self._is_present()}"
            f" AND ({' OR '.join(counts.values())}) GROUP BY subject_id)"
        )
        always = all_marks - sum(1 << p for p in latest)
        if_latest = "".join(
            f" + CASE WHEN (flags & {1 << p}) <> 0 AND event_day = l{p} THEN {1 << p} ELSE 0 END" for p in latest
        )
        yield (
            f"marked AS (SELECT flagged.*{_each(', l{}', latest)}, (flags & {always}){if_latest} AS marks"
            " FROM flagged LEFT JOIN latest ON flagged.subject_id = latest.subject_id)"
        )

    def _counts(self, flag: Flag) -> str:
        return f"(resource = {self.layout.number(flag.resource)} AND {flag.condition})"

    def _belongs(self) -> str:
        who = self.model.population
        wanted = (("kind", who.kinds), ("status", who.statuses), ("division", who.divisions))
        found = [f"{column} IN ({', '.join(map(quoted, values))})" for column, values in wanted if values]
        if self.holding:
            found.append(f"(coalesce(flags, 0) & {sum(self.holding)}) <> 0")
        return _all(found)

    def _value(self, place: int, one: Indicator) -> str:
        match one.measure:
            case Measure.EXISTENCE:
                return f"CASE WHEN (flags & {1 << place}) <> 0 THEN 1 ELSE 0 END"
            case Measure.RECENCY:
                return f"{day_number(self.as_of)} - m{place}"
            case Measure.SHARE:
                return f"CASE WHEN m{place}b <> 0 THEN whole(m{place}a, {rules.PER_MYRIAD}, m{place}b) END"
            case _:
                return f"coalesce(m{place}, 0)"

    def _coverage(self) -> str:
        whens = (f"WHEN {n} THEN {n * rules.PER_MILLE // len(self.covered)}" for n in range(len(self.covered) + 1))
        return f"CASE bit_count(flags & {sum(self.covered)}) {' '.join(whens)} END"

    def _veto(self) -> str:
        """The place of the strictest veto that applies, -1 without any."""
        order = [c.grade for c in self.model.cut_offs]
        strict = sorted(enumerate(self.model.vetoes), key=lambda v: -order.index(v[1].highest_grade))
        first = len(self.model.indicators)
        whens = (f"WHEN (flags & {1 << first + place}) <> 0 THEN {place}" for place, _ in strict)
        return f"CASE {' '.join(whens)} ELSE -1 END" if strict else "-1"

    def _grade(self) -> str:
        grades = [c.grade for c in self.model.cut_offs]
        reached = " ".join(f"WHEN points >= {c.start} THEN {n}" for n, c in enumerate(self.model.cut_offs))
        held = " ".join(f"WHEN {n} THEN {grades.index(v.highest_grade)}" for n, v in enumerate(self.model.vetoes))
        downto = f"CASE vetoed {held} ELSE 0 END" if held else "0"
        names = " ".join(f"WHEN {n} THEN {quoted(grade)}" for n, grade in enumerate(grades))
        below = self.model.unknown.below_per_mille
        return f"CASE WHEN coverage < {below} THEN '' ELSE CASE greatest(CASE {reached} END, {downto}) {names} END END"

    def _veto_code(self) -> str:
        names = " ".join(f"WHEN {n} THEN {quoted(v.code)}" for n, v in enumerate(self.model.vetoes))
        return f"CASE vetoed {names} ELSE '' END" if names else "''"


def compiled(model: Model, layout: Layout, *, as_of: date, disputed_counts: bool) -> str:
    """The statement that computes a model. Raises `ModelTooWide`, `SnapshotNotFitting`.

    Columns: `subject_id`, `points`, `grade` (empty: none), `coverage`, `veto` (empty: none), `p0`… points and `v0`…
    values by indicator, `evidence` (`rules.marked`, sorted; null: none).
    """
    return Compiler(model, layout, as_of=as_of, disputed_counts=disputed_counts).sql()


def _amounts_of(one: Indicator) -> Iterator[str]:
    if one.measure in {Measure.SUM, Measure.SHARE}:
        yield from (field for field in (one.field, one.of_field) if field)


def _points(value: str, one: Indicator) -> str:
    whens = [f"WHEN {value} IS NULL THEN {one.missing_points or 0}"]
    ordered: list[Bin] = sorted(one.bins, key=lambda b: (b.start is not None, b.start or 0))
    whens += [f"WHEN {value} < {each.below} THEN {each.points}" for each in ordered if each.below is not None]
    return f"CASE {' '.join(whens)} ELSE {ordered[-1].points} END"


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "TRUE"


def _sum(condition: str, amount: str) -> str:
    return f"CAST(sum(CASE WHEN {condition} THEN {amount} ELSE 0 END) AS BIGINT)"


def _as(expressions: Iterable[str], letter: str) -> str:
    return ", ".join(f"{expression} AS {letter}{n}" for n, expression in enumerate(expressions))


def _each(pattern: str, names: Iterable[object]) -> str:
    return "".join(pattern.format(name) for name in names)
