"""Reads the notice that a person is given before anything is looked at."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy


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
