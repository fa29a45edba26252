"""How records stand in a snapshot: whole numbers only, so that every engine reads them alike.

One row per record version. What models ask of its fields is written as flags: in column `f1`, `f2`, … bit `n` says that
the field holds the n-th of the values that some model names. Fields of different resources share columns. Amounts stand
in `a1`, `a2`, …, in the smallest unit that the catalogue allows. Days are counted from 1970-01-01. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from chengxin.evaluation.runs.errors import ModelTooWide
from chengxin.evaluation.runs.rules import NO_END
from chengxin.evaluation.scorecards.model import Model, Where
from chengxin.registry.catalogue.rules import FieldType, Item
from chengxin.registry.records.rules import RecordState, Severity

REGISTER = "entity-registration"  # describes the population, for monitoring
CAPITAL, INDUSTRY = "REGISTERED_CAPITAL", "INDUSTRY"
FLAGS = 62
FIRST_DAY = date(1970, 1, 1)
STATES = {RecordState.IN_FORCE.value: 0, RecordState.DISPUTED.value: 1, RecordState.REPAIRED.value: 2}
SEVERITIES = {Severity.MINOR.value: 1, Severity.GENERAL.value: 2, Severity.SERIOUS.value: 3}  # 0: none


@dataclass(frozen=True, slots=True)
class Slot:
    """A field of a resource in a column of flags; bit `n` stands for `values[n]`."""

    resource: str
    field: str
    column: int
    values: tuple[str, ...]

    def flags(self, wanted: Iterable[str]) -> int:
        """The bits of these values. Raises `ValueError` for one that no model named when the snapshot was taken."""
        return sum(1 << self.values.index(value) for value in set(wanted))


@dataclass(frozen=True, slots=True)
class Amount:
    """A field of a resource in a column of amounts."""

    resource: str
    field: str
    column: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Which resource has which number, and what stands in which column."""

    resources: tuple[str, ...]
    slots: tuple[Slot, ...]
    amounts: tuple[Amount, ...]

    def number(self, resource: str) -> int:
        """The number of a resource, from 1. Raises `ValueError`."""
        return self.resources.index(resource) + 1

    def slot(self, resource: str, field: str) -> Slot:
        """Where the flags of a field stand. Raises `ValueError`."""
        found: Slot = _one(s for s in self.slots if (s.resource, s.field) == (resource, field))
        return found

    def amount(self, resource: str, field: str) -> str:
        """The column of an amount. Raises `ValueError`."""
        return f"a{_one(a for a in self.amounts if (a.resource, a.field) == (resource, field)).column}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row of records, in order; `state` as in `STATES`, `severity` as in `SEVERITIES`."""
        flags = max((s.column for s in self.slots), default=0)
        amounts = max((a.column for a in self.amounts), default=0)
        extra = (*(f"f{n}" for n in range(1, flags + 1)), *(f"a{n}" for n in range(1, amounts + 1)))
        return ("subject_id", "version_id", "resource", "event_day", "until_day", "state", "severity", *extra)

    def told(self) -> dict[str, Any]:
        """The layout as JSON-ready values."""
        return asdict(self)


def _one(found: Iterator[Any]) -> Any:
    for each in found:
        return each
    raise ValueError("not in the snapshot")


def as_told(raw: Mapping[str, Any]) -> Layout:
    """The layout that `Layout.told` told."""
    return Layout(
        tuple(raw["resources"]),
        tuple(Slot(s["resource"], s["field"], s["column"], tuple(s["values"])) for s in raw["slots"]),
        tuple(Amount(a["resource"], a["field"], a["column"]) for a in raw["amounts"]),
    )


def layout_for(models: Iterable[Model]) -> Layout:
    """A layout that holds all that these models ask of records. Raises `ModelTooWide`."""
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    amounts = {(REGISTER, CAPITAL), (REGISTER, INDUSTRY)}
    resources = {REGISTER}
    for model in models:
        resources.update(model.resources)
        for resource, where in _conditions(model):
            for field, wanted in where.items():
                values[resource, field].update(wanted)
        for one in model.indicators:
            amounts.update((one.resource, field) for field in (one.field, one.of_field) if field)
    if any(len(wanted) > FLAGS for wanted in values.values()):
        raise ModelTooWide(model="", most=FLAGS)
    slots = (Slot(r, f, n, tuple(sorted(values[r, f]))) for r, f, n in _numbered(values))
    return Layout(tuple(sorted(resources)), tuple(slots), tuple(Amount(r, f, n) for r, f, n in _numbered(amounts)))


def _conditions(model: Model) -> Iterator[tuple[str, Where]]:
    for one in model.indicators:
        yield one.resource, one.where
        yield one.resource, one.of_where
    for veto in model.vetoes:
        yield veto.resource, veto.where
    for holding in model.population.holding:
        yield holding.resource, holding.where


def _numbered(fields: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, int]]:
    """Columns from 1 within each resource: different resources use the same ones."""
    used: dict[str, int] = defaultdict(int)
    for resource, field in sorted(fields):
        used[resource] += 1
        yield resource, field, used[resource]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - FIRST_DAY).days


def selection(layout: Layout, items: Mapping[str, Item], as_of: date) -> str:
    """SELECT of the rows of `records_record` that may count on `as_of`, in the layout's columns; takes more conditions.

    Left out is what never counts: superseded, withdrawn, suspended, without a day, later, or no longer public.
    """
    flags = {s.column: _cases(s.resource, s.column, layout, items) for s in layout.slots}
    amounts = {a.column: _amounts(a.column, layout, items) for a in layout.amounts}
    columns = [
        "subject_id",
        "id",
        _case("item", {r: layout.number(r) for r in layout.resources}),
        f"decided_on - DATE '{FIRST_DAY}'",
        f"coalesce(upper(public_period) - DATE '{FIRST_DAY}', {NO_END})",
        _case("state", STATES),
        _case("severity", SEVERITIES, otherwise="0"),
        *(flags[n] for n in sorted(flags)),
        *(amounts[n] for n in sorted(amounts)),
    ]
    return (
        f"SELECT {', '.join(columns)} FROM records_record WHERE known_until IS NULL"
        f" AND item IN ({', '.join(map(quoted, layout.resources))}) AND state IN ({', '.join(map(quoted, STATES))})"
        f" AND decided_on <= DATE '{as_of}'"
        f" AND (public_period IS NULL OR upper(public_period) IS NULL OR upper(public_period) > DATE '{as_of}')"
    )


def quoted(text: str) -> str:
    """A text as a literal of standard SQL."""
    return "'" + text.replace("'", "''") + "'"


def _case(column: str, numbers: Mapping[str, Any], otherwise: str = "NULL") -> str:
    whens = " ".join(f"WHEN {quoted(value)} THEN {number}" for value, number in numbers.items())
    return f"CASE {column} {whens} ELSE {otherwise} END"


def _cases(_resource: str, column: int, layout: Layout, items: Mapping[str, Item]) -> str:
    return _case("item", {s.resource: _flags(s, items) for s in layout.slots if s.column == column}, otherwise="0")


def _flags(slot: Slot, items: Mapping[str, Item]) -> str:
    value = f"coalesce(payload ->> {quoted(slot.field)}, '')"
    if items[slot.resource].field_of(slot.field).type == FieldType.CODE:
        return _case(value, {v: 1 << n for n, v in enumerate(slot.values)}, otherwise="0")
    among = f"';' || {value} || ';'"  # several codes side by side
    tests = (
        f"CASE WHEN position({quoted(f';{v};')} IN {among}) > 0 THEN {1 << n} ELSE 0 END"
        for n, v in enumerate(slot.values)
    )
    return f"({' + '.join(tests)})"


def _amounts(column: int, layout: Layout, items: Mapping[str, Item]) -> str:
    found = {a.resource: _amount(a, items) for a in layout.amounts if a.column == column}
    return _case("item", found, otherwise="0")


def _amount(amount: Amount, items: Mapping[str, Item]) -> str:
    item = items[amount.resource]
    if amount.field not in item.by_code:
        return "0"
    decimals = item.field_of(amount.field).decimals or 0
    value = f"nullif(payload ->> {quoted(amount.field)}, '')"
    return f"coalesce(({value}::numeric * {10**decimals})::bigint, 0)"
