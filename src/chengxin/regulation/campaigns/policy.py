"""Reads the dated policy of campaigns into values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.base.calendar.policy import working_days
from chengxin.base.casework.rules import TimeAllowed
from chengxin.regulation.campaigns.rules import Outcome, days_to_report, end_in

KIND = "campaigns"


@dataclass(frozen=True, slots=True)
class Field:
    """A field in which campaigns are run (整治领域)."""

    code: str
    zh: str
    en: str
    version: str


def fields(day: date) -> tuple[Field, ...]:
    """The fields of that day, in the profile's order."""
    found = [e for e in policy.entries(KIND) if e.values.get("kind") == "field" and e.applies_on(day)]
    found.sort(key=lambda e: int(e.values["place"]))
    return tuple(Field(e.code, e.values["name"]["zh"], e.values["name"]["en"], e.version) for e in found)


def field_on(code: str, day: date) -> Field | None:
    """The field with that code, where campaigns may be run in it on that day."""
    return next((f for f in fields(day) if f.code == code), None)


def field_named(version: str) -> tuple[str, str]:
    """A field's names in Chinese and English, as the entry says that a campaign was launched under."""
    entry = policy.entry_named(version)
    return (entry.values["name"]["zh"], entry.values["name"]["en"]) if entry else (version, version)


def outcomes(day: date) -> dict[str, Outcome]:
    """What a check can end with on that day, in the profile's order."""
    found = [e for e in policy.entries(KIND) if e.values.get("kind") == "outcome" and e.applies_on(day)]
    found.sort(key=lambda e: int(e.values["place"]))
    return {e.code: _outcome(e) for e in found}


def outcome_named(version: str) -> Outcome:
    """The outcome as the entry says that a result was written under; open where the profile no longer holds it."""
    entry = policy.entry_named(version)
    return _outcome(entry) if entry else Outcome(version, version, version, is_settled=False, version=version)


def every_outcome() -> tuple[Outcome, ...]:
    """The outcomes of all times, in the profile's order, of each the latest entry first."""
    found = [e for e in policy.entries(KIND) if e.values.get("kind") == "outcome"]
    found.sort(key=lambda e: (int(e.values["place"]), -e.effective_from.toordinal()))
    return tuple(map(_outcome, found))


def outcomes_among(versions: Collection[str], *, on: date | None) -> tuple[Outcome, ...]:
    """The outcomes with these versions, and those of that day where one is given, in the profile's order."""
    wanted = {v for v in versions if v} | {o.version for o in (outcomes(on).values() if on else ())}
    held = tuple(o for o in every_outcome() if o.version in wanted)
    return held + tuple(outcome_named(v) for v in sorted(wanted - {o.version for o in held}))


def _outcome(entry: policy.Entry) -> Outcome:
    name = entry.values["name"]
    return Outcome(entry.code, name["zh"], name["en"], bool(entry.values["settled"]), entry.version)


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)


def time_to_report(reference: str, day: date) -> TimeAllowed:
    """How many working days the order that `reference` names may take from `day` on. Raises `NoPolicy`."""
    entry, ends_on = policy.entry_on(KIND, "limits", day), end_in(reference)
    least = int(entry.values["report"])
    if ends_on is None:
        return TimeAllowed(least, entry.version)
    after_end = int(entry.values["report_after_end"])
    days = days_to_report(day, ends_on=ends_on, least=least, after_end=after_end, calendar=working_days())
    return TimeAllowed(days, entry.version)


def months_published(day: date) -> int:
    """For how many months a typical case stands on the public site. Raises `NoPolicy`."""
    return int(policy.entry_on(KIND, "published", day).values["months"])
