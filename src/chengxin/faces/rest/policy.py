"""Reads the dated limits of the API into values: a worker's share of them."""

from functools import cache

from django.conf import settings

from chengxin.base import policy
from chengxin.faces.rest.rules import Limit, LimitClass


@cache
def limits() -> dict[LimitClass, Limit]:
    """The share of one worker process in the limits in force (the newest entries)."""
    share = settings.API_LIMIT_FACTOR / max(1, settings.WORKERS)
    found = {}
    for one in LimitClass:
        newest = max(
            (e for e in policy.entries("api-limits") if e.code == one.value), key=lambda entry: entry.effective_from
        )
        values = newest.values
        found[one] = Limit(
            per_second=float(values["per_second"]) * share, burst=max(1.0, float(values["burst"]) * share)
        )
    return found
