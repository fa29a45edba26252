"""Reads the dated policy of disputes into values."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed

KIND = "disputes"


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which a record can be disputed (异议理由), or withdrawn by its authority (撤下理由)."""

    code: str
    zh: str
    en: str
    source: str


def grounds(*, on: date) -> tuple[Ground, ...]:
    """The grounds in force on that day, in the order in which they are offered."""
    return _offered("ground", on=on)


def withdrawal_grounds(*, on: date) -> tuple[Ground, ...]:
    """Why an authority may withdraw a record of its own on that day, in the order in which it is offered."""
    return _offered("withdrawal", on=on)


def _offered(kind: str, *, on: date) -> tuple[Ground, ...]:
    found = [e for e in policy.entries(KIND) if e.values.get("kind") == kind and e.applies_on(on)]
    return tuple(
        Ground(e.code, e.values["name"]["zh"], e.values["name"]["en"], e.source)
        for e in sorted(found, key=lambda e: int(e.values["place"]))
    )


def ground(code: str, *, on: date) -> Ground | None:
    """The ground with that code, where it is in force."""
    return next((g for g in grounds(on=on) if g.code == code), None)


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)


def silence_suspends(day: date) -> bool:
    """Whether a record is hidden while its provider does not answer in time."""
    return bool(policy.entry_on(KIND, "limits", day).values["silence"] == "suspend")
