"""Dated policy of the city, as far as pages tell it."""

from datetime import date

from chengxin.base import policy


def largest_files(*, on: date) -> tuple[int, int]:
    """The largest CSV and the largest XLSX that are taken, in MB (`limits` of `policy/collection.yaml`)."""
    values = policy.entry_on("collection", "limits", on).values
    return int(values["csv_mb"]), int(values["xlsx_mb"])
