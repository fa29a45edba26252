"""Reads the dated policy of authorised queries into values."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed
from chengxin.rights.consent.rules import Purpose

PURPOSES, CONSENT = "query-purposes", "query-consent"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a subject reads and signs, in both languages."""

    version: str
    zh: str
    en: str


def purposes(*, on: date) -> tuple[Purpose, ...]:
    """The purposes in force on that day."""
    return tuple(_purpose(e) for e in policy.entries(PURPOSES) if e.applies_on(on))


def purpose_on(code: str, *, on: date) -> Purpose | None:
    """The purpose with that code where it is in force."""
    return next((p for p in purposes(on=on) if p.code == code), None)


def purpose_named(version: str) -> Purpose | None:
    """The purpose as the entry of that version says it, in force or not."""
    entry = policy.entry_named(version)
    return _purpose(entry) if entry else None


def wording_on(day: date) -> Wording:
    """The wording of that day. Raises `NoPolicy`."""
    entry = policy.entry_on(CONSENT, "wording", day)
    return Wording(entry.version, entry.values["zh"], entry.values["en"])


def complaint_limit(day: date) -> TimeAllowed:
    """How many working days an answer to a complaint about a read may take. Raises `NoPolicy`."""
    entry = policy.entry_on(CONSENT, "complaint", day)
    return TimeAllowed(int(entry.values["answer_days"]), entry.version)


def _purpose(entry: policy.Entry) -> Purpose:
    values = entry.values
    return Purpose(
        code=entry.code,
        zh=values["name"]["zh"],
        en=values["name"]["en"],
        by_consent=bool(values["consent"]),
        items=tuple(values["items"]),
        basis=entry.source,
        version=entry.version,
        roles=frozenset(values.get("roles", ())),
        longest_days=int(values.get("longest_days", 0)),
        most_queries=int(values.get("most_queries", 0)),
        secret_days=int(values.get("secret_days", 0)),
        secret_basis=values.get("secret_basis", ""),
        needs_matter=bool(values.get("matter", False)),
        own_wish=bool(values.get("own_wish", False)),
    )
