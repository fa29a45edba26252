"""Reads the State Council's holiday notices of the city profile into a calendar."""

from datetime import date, timedelta

from chengxin.base import policy
from chengxin.base.calendar.rules import AnnouncedYear, WorkingDays, calendar_of

KIND = "working-days"


def working_days() -> WorkingDays:
    """The calendar over all years whose notice stands in `policy/working-days.yaml`."""
    return calendar_of(map(_announced, policy.entries(KIND)))


def _announced(entry: policy.Entry) -> AnnouncedYear:
    runs = entry.values["holidays"]
    return AnnouncedYear(
        year=entry.values["year"],
        holidays=frozenset(day for run in runs for day in _run(run["first"], run["last"])),
        make_up=frozenset(entry.values["make_up"]),
    )


def _run(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
