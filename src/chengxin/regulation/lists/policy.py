"""Reads the dated policy of lists into values."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed
from chengxin.base.policy import Entry, NoPolicy
from chengxin.regulation.lists.rules import (
    Arrival,
    Basis,
    Exit,
    Hearing,
    Level,
    ListTerms,
    Side,
    Way,
    Wording,
    list_of,
)

KIND = "lists"
STEPS = "lists-steps"
CONSENT = "lists-consent"


def lists_on(day: date) -> tuple[ListTerms, ...]:
    """Every list that exists on that day, in the order of the profile."""
    return _lists(str(policy.city_folder()), day)


def list_on(code: str, day: date) -> ListTerms:
    """The list with that code as it stood on that day. Raises `NoPolicy`."""
    found = next((t for t in lists_on(day) if t.code == code), None)
    if found is None:
        raise NoPolicy(f"{KIND}/{code} on {day.isoformat()}")
    return found


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step of this room's cases may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(STEPS, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)


def days_until_served(way: Way, given_on: date) -> int:
    """After how many calendar days a notice given in that way on that day counts as served. Raises `NoPolicy`."""
    return int(policy.entry_on(STEPS, "service", given_on).values[way.value])


def hearing_notice(day: date) -> int:
    """How many working days lie between the call to a hearing on that day and the hearing. Raises `NoPolicy`."""
    return int(policy.entry_on(STEPS, "hearing", day).values["notice"])


def wording_on(day: date) -> Wording:
    """What a person consents to by being named on a list, as it is worded on that day. Raises `NoPolicy`."""
    entry = policy.entry_on(CONSENT, "wording", day)
    return Wording(entry.version, entry.values["zh"].strip(), entry.values["en"].strip())


def time_to_defend(reference: str, day: date) -> TimeAllowed:
    """How long the subject may state its case, by the list that the case's reference names. Raises `NoPolicy`."""
    terms = list_on(list_of(reference), day)
    return TimeAllowed(terms.defence_working_days, terms.version)


def list_named(version: str) -> ListTerms | None:
    """The list as an entry was decided by it (`ListTerms.version`); None where the profile holds it no more."""
    entry = policy.entry_named(version)
    return _terms(entry) if entry else None


@lru_cache(maxsize=8)
def _lists(_city: str, day: date) -> tuple[ListTerms, ...]:
    latest: dict[str, Entry] = {}
    for entry in policy.entries(KIND):
        if entry.applies_on(day):
            known = latest.get(entry.code)
            if known is None or known.effective_from < entry.effective_from:
                latest[entry.code] = entry
    return tuple(map(_terms, latest.values()))


def _terms(entry: Entry) -> ListTerms:
    values, term = entry.values, entry.values["term"]
    early = values.get("early_after")
    return ListTerms(
        code=entry.code,
        version=entry.version,
        name_zh=values["name"]["zh"],
        name_en=values["name"]["en"],
        side=Side(values["side"]),
        is_closed=bool(values.get("closed", False)),
        authorities=frozenset(values["authorities"]),
        authority_zh=values["authority"]["zh"],
        authority_en=values["authority"]["en"],
        basis=tuple(Basis(b["law"], b["article"], Level(b["level"])) for b in values["basis"]),
        criteria_zh=values["criteria"]["zh"],
        criteria_en=values["criteria"]["en"],
        hearing=Hearing(values["hearing"]),
        defence_working_days=int(values["defence_working_days"]),
        months=int(term["months"]),
        least_months=int(term["least"]),
        most_months=int(term["most"]),
        exits=frozenset(map(Exit, values["exits"])),
        early_after=None if early is None else int(early),
        subjects=frozenset(values["subjects"]),
        is_public=values["audience"] == "public",
        are_persons_published=bool(values["persons_published"]),
        needs_consent=bool(values.get("consent", False)),
        arrivals=tuple(_arrival(a) for a in values["records"]),
        is_verified=entry.verified,
        note=entry.note,
    )


def _arrival(raw: Mapping[str, Any]) -> Arrival:
    def condition(key: str) -> dict[str, tuple[str, ...]]:
        return {field: tuple(map(str, wanted)) for field, wanted in raw.get(key, {}).items()}

    return Arrival(raw["item"], condition("any_of"), condition("none_of"))
