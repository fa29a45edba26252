"""Reads the notice that a person is given before anything is looked at, and the time limits of approval."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed


@dataclass(frozen=True, slots=True)
class PersonNotice:
    """The notice (告知书) of a day, in both languages."""

    version: str
    zh: str
    en: str


def notice_on(day: date) -> PersonNotice:
    """The notice of that day. Raises `NoPolicy`."""
    entry = policy.entry_on("evaluation", "person-notice", day)
    return PersonNotice(entry.version, entry.values["zh"], entry.values["en"])


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step of an offer's approval or end may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on("evaluation", "offer-limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)
