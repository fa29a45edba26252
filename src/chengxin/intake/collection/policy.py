"""Reads the dated limits of collection into values."""

from dataclasses import dataclass
from functools import cache

from chengxin.base import policy


@dataclass(frozen=True, slots=True)
class Limits:
    """What a hand-in may measure. Sizes in MB; `at_once_kb`: up to this a page answers without a task."""

    csv_mb: int
    xlsx_mb: int
    xlsx_unpacked_mb: int
    xlsx_ratio: int
    at_once_kb: int


@cache
def limits() -> Limits:
    """The limits in force (the newest entry)."""
    entries = [e for e in policy.entries("collection") if e.code == "limits"]
    return Limits(**max(entries, key=lambda e: e.effective_from).values)
