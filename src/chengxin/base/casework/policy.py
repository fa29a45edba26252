"""Reads the dated policy of deadlines that near or pass."""

from datetime import date

from chengxin.base import policy
from chengxin.base.casework.stages import Terms

KIND = "case-deadlines"
ALL = "all"


def terms_on(day: date, *, procedure: str = ALL) -> Terms:
    """What holds on that day for deadlines of a procedure, or of all that have no entry of their own.

    Raises `NoPolicy`.
    """
    try:
        entry = policy.entry_on(KIND, procedure, day)
    except policy.NoPolicy:
        entry = policy.entry_on(KIND, ALL, day)
    values = entry.values
    return Terms(
        remind_before=int(values["remind_before"]),
        to_reviewers=int(values["to_reviewers"]),
        up=int(values["up"]),
        soon=int(values["soon"]),
        version=entry.version,
    )
