"""Reads the city's letters of commitment, and how long each step may take."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed
from chengxin.base.languages import InBoth
from chengxin.base.policy import Entry
from chengxin.registry.records import policy as publicity
from chengxin.regulation.commitments import reading
from chengxin.regulation.commitments.rules import KIND_OF, Kind, Template

KIND, PROCEDURE = "commitments", "commitment-procedure"


def templates_on(day: date) -> tuple[Template, ...]:
    """The letters in force that day, models for associations among them, in the order of the profile."""
    return tuple(_template(e) for e in policy.entries(KIND) if e.applies_on(day))


def versions_of(code: str) -> tuple[Template, ...]:
    """Every version of a letter, newest first; empty where there is none of that code."""
    found = [_template(e) for e in policy.entries(KIND) if e.code == code]
    return tuple(sorted(found, key=lambda t: t.effective_from, reverse=True))


def template_named(version: str) -> Template | None:
    """The letter that a version names; None where the profile holds it no more."""
    entry = policy.entry_named(version)
    return _template(entry) if entry is not None and entry.kind == KIND else None


def review_limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step of a review may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(PROCEDURE, "review-limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)


def letter_unrecorded(code: str, day: date) -> str:
    """The letter of that day about what enters no record, where there is one of its own; else `code` itself."""
    own = f"{code}-unrecorded"
    return own if any(e.code == own and e.applies_on(day) for e in policy.entries("letters-commitments")) else code


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(PROCEDURE, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)


def days_of_reminder(day: date) -> int | None:
    """How many days before an obligation's last day its promisor is reminded; None where the city does not."""
    try:
        entry = policy.entry_on(PROCEDURE, "due-reminder", day)
    except policy.NoPolicy:
        return None
    return int(entry.values["days_before"])


def days_after_term(day: date) -> int:
    """For how many days after its term a commitment without a finding still stands in the way of the same again."""
    return int(policy.entry_on(PROCEDURE, "after-term", day).values["days"])


def months_shown(day: date) -> int:
    """For how many months from a finding a commitment is shown at least, as policy has it on `day`."""
    longer = publicity.rule_on("commitment", day).no_sooner
    return longer.months if longer else 0


def _template(entry: Entry) -> Template:
    return reading.template(
        entry.code,
        entry.values,
        version=entry.version,
        basis=entry.source,
        verified=entry.verified,
        effective_from=entry.effective_from,
        effective_until=entry.effective_until,
    )


@dataclass(frozen=True, slots=True)
class NoticeAndCommitment:
    """The kinds that are offered as notice and commitment (告知承诺制), and the measure by which they are not."""

    kinds: frozenset[Kind]
    measure: str


def notice_and_commitment_on(day: date) -> NoticeAndCommitment | None:
    """What applied on that day; None where nothing did."""
    try:
        values = policy.entry_on(PROCEDURE, "notice-and-commitment", day).values
    except policy.NoPolicy:
        return None
    return NoticeAndCommitment(frozenset(KIND_OF[name] for name in values["kinds"]), values["measure"])


def told_of_bar(code: str, day: date) -> InBoth:
    """How a letter of that day tells of the measure that follows: `proposed`, `found` or `found-unrecorded`."""
    words = policy.entry_on(PROCEDURE, "bar-told", day).values[code]
    return InBoth(words["zh"], words["en"])
