"""Checks the holiday notices of the profile: whole, of one year each, and without contradiction."""

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any

from chengxin.registry.catalogue.checking_policy import Policies, PolicyEntry
from chengxin.registry.catalogue.located import Mapping, ProfileFault, Sequence

KEYS = {"year", "holidays", "make_up"}
RUN_KEYS = {"name", "first", "last"}
SATURDAY = 5


def working_days(policies: Policies) -> Iterator[ProfileFault]:
    """What is wrong with the entries that say which days offices work."""
    years: set[Any] = set()
    for entry in policies.of("working-days"):
        values = entry.values
        year, runs, make_up = values.get("year"), values.get("holidays"), values.get("make_up")
        for key in values:
            if key not in KEYS:
                yield entry.fault("values", f"unknown key {key!r}")
        begins = entry.raw.get("effective_from")
        first_day = isinstance(begins, date) and (begins.year, begins.month, begins.day) == (year, 1, 1)
        if not isinstance(year, int) or not first_day:
            yield entry.fault("values", "'year' is the year that begins with 'effective_from'")
        elif year in years:
            yield entry.fault("values", f"{year} is announced twice")
        else:
            years.add(year)
        if not isinstance(runs, Sequence) or not all(_is_run(run) for run in runs):
            yield entry.fault("values", "a holiday has a name, a first and a last day, in this order of time")
        elif not isinstance(make_up, Sequence) or not all(_is_day(day) for day in make_up):
            yield entry.fault("values", "'make_up' is a list of days")
        else:
            yield from _days(entry, runs, make_up)


def _is_day(value: Any) -> bool:
    return isinstance(value, date)


def _is_run(run: Any) -> bool:
    if not isinstance(run, Mapping) or set(run) != RUN_KEYS:
        return False
    return _is_day(run["first"]) and _is_day(run["last"]) and run["first"] <= run["last"] and bool(run["name"])


def _days(entry: PolicyEntry, runs: Sequence, make_up: Sequence) -> Iterator[ProfileFault]:
    for day in make_up:
        if day.weekday() < SATURDAY:
            yield entry.fault("values", f"{day} is a weekday and cannot be a make-up day")
        if any(run["first"] <= day <= run["last"] for run in runs):
            yield entry.fault("values", f"{day} is announced as a holiday and as a working day")
    for one, other in itertools.pairwise(runs):
        if other["first"] <= one["last"]:
            line = other.line_of("first")
            yield ProfileFault(entry.file, line, f"{other['name']} begins before {one['name']} ends")
