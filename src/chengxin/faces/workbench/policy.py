"""Dated policy of the city, as far as pages tell it."""

from datetime import date

from chengxin.base import policy


def idle_minutes(*, on: date) -> int:
    """Minutes without a page after which a session ends (`limits` of `policy/sign-in.yaml`)."""
    return int(policy.entry_on("sign-in", "limits", on).values["idle_minutes"])


def largest_files(*, on: date) -> tuple[int, int]:
    """The largest CSV and the largest XLSX that are taken, in MB (`limits` of `policy/collection.yaml`)."""
    values = policy.entry_on("collection", "limits", on).values
    return int(values["csv_mb"]), int(values["xlsx_mb"])
