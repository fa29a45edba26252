"""What a campaign may select, who gets which target, and when a member's work is done. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from chengxin.base.calendar.errors import UnannouncedYear
from chengxin.base.calendar.rules import SATURDAY, WorkingDays
from chengxin.base.identifiers.rules import is_citizen_number, is_credit_code
from chengxin.registry.subjects.rules import comparable_name
from chengxin.regulation.campaigns.errors import (
    LeastWrong,
    MembersMissing,
    NamesInText,
    NotBegun,
    PeriodOver,
    PeriodWrong,
    RecordMissing,
    SelectionMissing,
    SelectionPeriodWrong,
    TextMissing,
    TitleTooLong,
)

ONE_DAY = timedelta(days=1)
LONGEST_TITLE, MOST_RECORDS = 120, 99
NUMBER = 18  # characters of a credit code (GB 32100-2015) and of a citizen number (GB 11643-1999)
TELEPHONE = re.compile(r"(?<![0-9A-Z])(?:86)?(1[3-9][0-9]{9}|0[0-9]{9,11})(?![0-9A-Z])")  # mobile, fixed with area code
HYPHEN = re.compile(r"(?<=[0-9])-(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Selection:
    """A saved query (对象筛选条件): who has public records of `item`, decided in `[since, until)`.

    `severities` and `divisions` (prefixes of GB/T 2260 codes) narrow it down; empty: all. `least`: how many such
    records a subject must have.
    """

    item: str
    severities: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    least: int = 1

    def as_json(self) -> dict[str, Any]:
        """The form in which it is kept."""
        return {
            "item": self.item,
            "severities": list(self.severities),
            "divisions": list(self.divisions),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "least": self.least,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Selection":
        """The selection that `as_json` kept."""
        day = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in ("since", "until")}
        return cls(kept["item"], tuple(kept["severities"]), tuple(kept["divisions"]), **day, least=int(kept["least"]))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is to be: `[starts_on, ends_on)`."""

    title: str
    basis: str
    criteria: str
    starts_on: date | None
    ends_on: date | None
    members: tuple[int, ...]
    selection: Selection


@dataclass(frozen=True, slots=True)
class Found:
    """A subject that the saved query found by the records `natural_keys`, and who provided the newest of them."""

    code: str
    name: str
    records: int
    provider_id: int
    natural_keys: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the check of a target can end with; `is_settled`: nothing is left to do. `version`: of the policy entry."""

    code: str
    zh: str
    en: str
    is_settled: bool
    version: str = ""


def check_plan(plan: Plan, *, on: date) -> None:
    """Raise unless a plan is complete and its period is not over on that day.

    Raises `TextMissing`, `TitleTooLong`, `PeriodWrong`, `PeriodOver`, `MembersMissing` and what `check_selection`
    raises, in this order.

    Source: plan of Nanning, task 11 (依法依规): field, criteria, period and members stand before anyone is looked at.
    """
    if not all(written(text) for text in (plan.title, plan.basis, plan.criteria)):
        raise TextMissing
    check_title(plan.title)
    if plan.starts_on is None or plan.ends_on is None or plan.ends_on <= plan.starts_on:
        raise PeriodWrong
    check_not_over(plan.ends_on, on=on)
    if not plan.members:
        raise MembersMissing
    check_selection(plan.selection)


def check_selection(selection: Selection) -> None:
    """Raise `SelectionMissing`, `SelectionPeriodWrong` or `LeastWrong` where a saved query cannot be asked.

    Source: plan of Nanning, task 11: who is looked at is said before.
    """
    if not selection.item:
        raise SelectionMissing
    if selection.since is not None and selection.until is not None and selection.until <= selection.since:
        raise SelectionPeriodWrong
    if not 1 <= selection.least <= MOST_RECORDS:
        raise LeastWrong


def check_title(title: str) -> None:
    """Raise `TitleTooLong` where a title is longer than lists and notices show it. Source: none outside the house."""
    if len(written(title)) > LONGEST_TITLE:
        raise TitleTooLong(most=LONGEST_TITLE)


def written(text: str) -> str:
    """A text as it is kept: without what surrounds it, and without NUL, which no text has and the database refuses.

    Source: none outside the house.
    """
    return text.replace("\x00", "").strip()


def check_not_over(ends_on: date, *, on: date) -> None:
    """Raise `PeriodOver` where nothing is left of the period on that day.

    Source: plan of Nanning, task 11: a campaign is work within its period; of one that is over only its end is told.
    """
    if ends_on <= on:
        raise PeriodOver


def check_begun(starts_on: date, *, on: date) -> None:
    """Raise `NotBegun` before the first day of the period. Source: as `check_not_over`."""
    if on < starts_on:
        raise NotBegun


def reference_of(campaign_id: int, *, ends_on: date) -> str:
    """What the case of an order is about: its campaign and the day on which that is over.

    Source: none outside the house; the day stands in it because the order's limit depends on it.
    """
    return f"campaign:{campaign_id}:{ends_on.isoformat()}"


def files_of(target_id: int) -> str:
    """How the files of a target's results are filed. Source: none outside the house."""
    return f"campaign-target-{target_id}"


def end_in(reference: str) -> date | None:
    """The day that `reference_of` put into a reference; None in those of orders from before it stood there.

    Source: as `reference_of`.
    """
    _, _, day = reference.removeprefix("campaign:").partition(":")
    return date.fromisoformat(day) if day else None


def days_to_report(since: date, *, ends_on: date, least: int, after_end: int, calendar: WorkingDays) -> int:
    """How many working days an order may last: `least`, or up to `after_end` working days behind the campaign's end.

    The later of both counts, so that no member is late while the campaign runs. Where the period leads into a year
    that is not announced, working weekdays are counted: the last day is unknown then, and counted anew once it is.
    Source: the policy entry `limits`.
    """
    last = ends_on - ONE_DAY
    if last <= since:
        return max(least, after_end)
    try:
        within = calendar.between(since, last)
    except UnannouncedYear:
        within = sum((since + timedelta(days=n)).weekday() < SATURDAY for n in range(1, (last - since).days + 1))
    return max(least, within + after_end)


def member_for(found: Found, *, members: Collection[int], lead: int) -> int:
    """Which organisation checks a target: the provider of its newest matching record, else the lead.

    Source: 谁主管谁监管 (who decides, supervises), the plan's division of work by department.
    """
    return found.provider_id if found.provider_id in members else lead


def open_targets(latest: Iterable[Outcome | None]) -> int:
    """How many targets are not settled: no outcome yet, or one that needs a further visit.

    Source: the policy entries of the outcomes, as they were when each was written.
    """
    return sum(1 for outcome in latest if outcome is None or not outcome.is_settled)


def check_record(record: UUID | None, *, among: Collection[UUID]) -> None:
    """Raise `RecordMissing` unless a case tells about one of the records by which its target was chosen.

    A target without any that is still public has nothing to choose: such a case names nobody.
    Source: red line 5: the name stands on the site as long as the record that the case tells about, and no longer.
    """
    if record not in (among or (None,)):
        raise RecordMissing


def check_unnamed(text: str, *, named: Iterable[str]) -> None:
    """Raise `NamesInText` where a text for the public names a subject (`named`) or holds a number of it or of a person.

    Numbers are credit codes, citizen numbers, mobile and fixed telephone numbers; spaces, hyphens and full-width
    characters make no difference. Names of persons are not found: the reviewer looks for them.
    Source: red line 5: a name in a text would outlive the public period of the record that it stands for.
    """
    plain = comparable_name(text)
    numbers = "".join(c if c.isascii() and c.isalnum() else " " for c in plain).split()
    runs = [run[i : i + NUMBER] for run in numbers for i in range(len(run) - NUMBER + 1)]
    found = [*named, *(run for run in runs if is_credit_code(run) or is_citizen_number(run))]
    found += TELEPHONE.findall(HYPHEN.sub("", plain))
    if found:
        raise NamesInText(found=found)
