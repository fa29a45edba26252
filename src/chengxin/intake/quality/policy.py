"""Reads the dated policy of data quality into values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed
from chengxin.intake.quality.rules import Definition, Level, Words

KIND = "quality"


@dataclass(frozen=True, slots=True)
class Farming:
    """Who is a new agricultural operator (新型农业经营主体): by the beginning of the code, or a part of the name."""

    code_beginnings: tuple[str, ...]
    name_parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposing:
    """How alike a name must be for a correction to be proposed, and how many are proposed at most."""

    least_likeness: Decimal
    most: int


def definitions(day: date) -> tuple[Definition, ...]:
    """The checks of that day, in the order of policy."""
    found = [e for e in policy.entries(KIND) if e.values.get("kind") == "check" and e.applies_on(day)]
    return tuple(sorted(map(_definition, found), key=lambda d: d.place))


def _definition(entry: policy.Entry) -> Definition:
    values = entry.values
    return Definition(
        code=entry.code,
        place=int(values["place"]),
        name=Words(**values["name"]),
        formula=Words(**values["formula"]),
        rows=Words(**values["rows"]),
        level=Level(values["level"]),
        target=Decimal(str(values["target"])),
        weight=int(values["weight"]),
        owner=str(values["owner"]),
        source=entry.source,
        verified=entry.verified,
        version=entry.version,
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of validation that rejects rows (校验规则)."""

    code: str
    name: Words
    definition: Words


def rules(day: date) -> tuple[Rule, ...]:
    """The rules of validation of that day, in the order of policy."""
    found = [e for e in policy.entries(KIND) if e.values.get("kind") == "rule" and e.applies_on(day)]
    found.sort(key=lambda e: int(e.values["place"]))
    return tuple(Rule(e.code, Words(**e.values["name"]), Words(**e.values["definition"])) for e in found)


def double_publicity(day: date) -> tuple[str, ...]:
    """The items whose hand-ins the double-publicity rates are about. Raises `NoPolicy`."""
    return tuple(policy.entry_on(KIND, "double-publicity", day).values["items"])


def days_to_hand_in(decided: date) -> int:
    """Within how many working days a decision of that day is handed in. Raises `NoPolicy`."""
    return int(policy.entry_on(KIND, "double-publicity", decided).values["within_working_days"])


def expected_fields(day: date) -> Mapping[str, tuple[str, ...]]:
    """The fields that are not required, but expected to be filled, by item. Raises `NoPolicy`."""
    values = policy.entry_on(KIND, "expected-fields", day).values
    return {item: tuple(fields) for item, fields in values["fields"].items()}


def cycle_days(day: date) -> Mapping[str, int]:
    """After how many days a cycle's hand-in is late; cycles not named have no end. Raises `NoPolicy`."""
    return {cycle: int(days) for cycle, days in policy.entry_on(KIND, "cycles", day).values["days"].items()}


def farming(day: date) -> Farming:
    """Who is a new agricultural operator on that day. Raises `NoPolicy`."""
    values = policy.entry_on(KIND, "farming", day).values
    return Farming(tuple(values["code_beginnings"]), tuple(values["name_parts"]))


def proposing(day: date) -> Proposing:
    """How corrections are proposed on that day. Raises `NoPolicy`."""
    values = policy.entry_on(KIND, "proposals", day).values
    return Proposing(Decimal(str(values["least_likeness"])), int(values["most"]))


def closes_on_day(day: date) -> int:
    """On which day of the next month a month is closed. Raises `NoPolicy`."""
    return int(policy.entry_on(KIND, "closing", day).values["day"])


def months_shown(day: date) -> int:
    """Over how many months a trend goes. Raises `NoPolicy`."""
    return int(policy.entry_on(KIND, "closing", day).values["months_shown"])


def dispute_procedure(day: date) -> tuple[str, str]:
    """Which procedure's cases are counted as disputes, and the part that the provider has in them."""
    values = policy.entry_on(KIND, "disputes", day).values
    return str(values["procedure"]), str(values["part"])


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)
