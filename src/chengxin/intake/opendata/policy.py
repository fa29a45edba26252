"""What dated policy says of open data and of statistics."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from chengxin.base import policy
from chengxin.intake.opendata.rules import Licence, Statistic, Terms
from chengxin.registry.catalogue.rules import Words

KIND, STATISTICS = "open-data", "open-statistics"
BUDGET = "budget"


def terms_on(day: date) -> Terms:
    """How open data goes out on that day. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "terms", day)
    values = entry.values
    licence = values["licence"]
    return Terms(
        licence=Licence(
            code=str(licence["code"]),
            name=_words(licence["name"]),
            address=str(licence["address"]),
            conditions=_words(licence["conditions"]),
        ),
        masked=_fields(values["masked"]),
        left_out=_fields(values["left_out"]),
        kinds_left_out=tuple(map(str, values["kinds_left_out"])),
        most_rows_of_changes=int(values["most_rows_of_changes"]),
        version=entry.version,
        is_verified=entry.verified,
    )


def statistics_on(day: date) -> tuple[Statistic, ...]:
    """The statistics that are published on that day, in the order of the file."""
    codes = dict.fromkeys(e.code for e in policy.entries(STATISTICS) if e.code != BUDGET and e.applies_on(day))
    return tuple(_statistic(policy.entry_on(STATISTICS, code, day)) for code in codes)


def budget_on(day: date) -> Decimal:
    """How much epsilon all statistics together may spend in a calendar year. Raises `NoPolicy`."""
    return Decimal(str(policy.entry_on(STATISTICS, BUDGET, day).values["epsilon_per_year"]))


def _statistic(entry: policy.Entry) -> Statistic:
    values = entry.values
    return Statistic(
        code=entry.code,
        name=_words(values["name"]),
        item=str(values["item"]),
        field=str(values["field"]),
        months=int(values["months"]),
        most_records=int(values["most_records"]),
        epsilon=Decimal(str(values["epsilon"])),
        threshold=int(values["threshold"]),
        basis=entry.source,
        version=entry.version,
    )


def _words(value: Mapping[str, Any]) -> Words:
    return Words(str(value["zh"]), str(value["en"]))


def _fields(value: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {item: frozenset(map(str, codes)) for item, codes in value.items()}
