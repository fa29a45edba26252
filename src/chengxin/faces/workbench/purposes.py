"""For which purposes officers may read records that are shared with departments: dated policy of the city."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.registry.catalogue.rules import Words


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose that the reader states before seeing anything, and its legal basis."""

    code: str
    name: Words
    basis: str


def purposes(*, on: date) -> tuple[Purpose, ...]:
    """The purposes in force on that day (`policy/read-purposes.yaml`)."""
    return tuple(
        Purpose(e.code, Words(e.values["name"]["zh"], e.values["name"]["en"]), e.source)
        for e in policy.entries("read-purposes")
        if e.applies_on(on)
    )


def purpose_of(code: str, *, on: date) -> Purpose | None:
    """The purpose with that code, where it is in force."""
    return next((p for p in purposes(on=on) if p.code == code), None)
