"""What dated policy says of the exchange of records with the platforms above."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed
from chengxin.intake.exchange.platforms import Level

KIND = "platforms"


@dataclass(frozen=True, slots=True)
class Reporting:
    """To which level which items are reported, and how many rows a package holds."""

    to: Level
    items: tuple[str, ...]
    rows: int


def reporting_on(day: date) -> Reporting:
    """What is reported upwards on that day. Raises `NoPolicy`."""
    values = policy.entry_on(KIND, "reporting", day).values
    return Reporting(Level(values["to"]), tuple(values["items"]), int(values["rows"]))


def received_on(day: date) -> frozenset[str]:
    """The items of which records are taken from above. Raises `NoPolicy`."""
    return frozenset(policy.entry_on(KIND, "receiving", day).values["items"])


def organisation_for(level: Level, day: date) -> str:
    """The organisation as which a platform hands in. Raises `NoPolicy`."""
    return str(policy.entry_on(KIND, "receiving", day).values["organisations"][level.value])


def organisations_on(day: date) -> frozenset[str]:
    """The organisations as which platforms above hand in. Raises `NoPolicy`."""
    return frozenset(policy.entry_on(KIND, "receiving", day).values["organisations"].values())


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days a step about rows that were returned may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)
