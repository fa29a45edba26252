"""Reads the dated policy of repair into values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed
from chengxin.registry.records import policy as publicity
from chengxin.registry.records.rules import Severity
from chengxin.rights.repair.rules import Grounds, Terms

KIND, GREEN_CHANNEL = "repair", "reorganisation"
PLAN_COMMITMENT = "reorganisation-commitment"


@dataclass(frozen=True, slots=True)
class CommitmentText:
    """The credit commitment (信用承诺) that an applicant signs, in both languages."""

    version: str
    zh: str
    en: str


def terms_of(item: str, *, content: Mapping[str, str], decided_by: str, on: date) -> Terms | None:
    """What applies on that day to the repair of a record of `item`; None where such a record is not repaired at all.

    `content`: its fields as they are kept; an entry may hold only where one has a certain value. `decided_by` names the
    publicity entry of the record: its shortest periods are those of the day of the decision, so that what was decided
    under an earlier rule keeps it.
    """
    # The item of commitments bears the same code as the entry with the commitment's wording, which has no grounds.
    found = [
        e
        for e in policy.entries(KIND)
        if e.values.get("item", e.code) == item and e.applies_on(on) and "grounds" in e.values
    ]
    found = [e for e in found if all(content.get(f, "") in of for f, of in e.values.get("when", {}).items())]
    if not found:
        return None
    entry = max(found, key=lambda e: e.effective_from)
    grounds, where = Grounds(entry.values["grounds"]), entry.values.get("where", {})
    minimum = None
    version = entry.version
    if grounds is Grounds.MINIMUM_PERIOD:
        rule = publicity.rule_named(decided_by)
        minimum = {Severity.MINOR: int(entry.values["minimum_of_minor"]), **(rule.minimum_months if rule else {})}
        version = f"{entry.version} · {decided_by}"
    return Terms(
        grounds=grounds,
        version=version,
        months=int(entry.values.get("months", 0)),
        minimum_months=minimum,
        where_zh=where.get("zh", ""),
        where_en=where.get("en", ""),
    )


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """The green channel of a day: rulings by code with their names, the longest plan, items that stay shown."""

    version: str
    rulings: Mapping[str, tuple[str, str]]
    most_months: int
    kept: frozenset[str]


def reorganisation_on(day: date) -> Reorganisation:
    """What an enterprise in reorganisation needs on that day. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, GREEN_CHANNEL, day)
    values = entry.values
    return Reorganisation(
        entry.version,
        {code: (name["zh"], name["en"]) for code, name in values["rulings"].items()},
        int(values["most_months"]),
        frozenset(values["except"]),
    )


def green_channel_limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step of the green channel may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, GREEN_CHANNEL, day)
    return TimeAllowed(int(entry.values["limits"][step]), entry.version)


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)


def bar_on(day: date) -> tuple[int, str]:
    """For how many months a repair got by false materials bars further ones, and the entry that says so."""
    entry = policy.entry_on(KIND, "false-materials", day)
    return int(entry.values["months_barred"]), entry.version


def commitment_on(day: date, *, code: str = "commitment") -> CommitmentText:
    """The commitment's wording of that day; `code`: which commitment. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, code, day)
    return CommitmentText(entry.version, entry.values["zh"], entry.values["en"])
