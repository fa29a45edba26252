"""Reads the dated policy of evaluation into values."""

from datetime import date

from chengxin.base import policy
from chengxin.registry.catalogue.rules import ProhibitedClass

KIND = "evaluation"


def forbidden_inputs(day: date) -> tuple[ProhibitedClass, ...]:
    """What may never count in an evaluation, beside what is never collected. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "forbidden-inputs", day)
    return tuple(ProhibitedClass(c["name"], tuple(c["words"]), entry.source) for c in entry.values["classes"])


def disputed_counts(day: date) -> bool:
    """Whether a record counts while its dispute is being handled. Raises `NoPolicy`."""
    return bool(policy.entry_on(KIND, "disputed", day).values["counts"])
