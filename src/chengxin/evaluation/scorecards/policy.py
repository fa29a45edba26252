"""Reads the dated policy of evaluation into values."""

from datetime import date

from chengxin.base import policy
from chengxin.base.casework.rules import TimeAllowed
from chengxin.registry.catalogue.rules import ProhibitedClass

KIND = "evaluation"


def forbidden_inputs(day: date) -> tuple[ProhibitedClass, ...]:
    """What may never count in an evaluation, beside what is never collected. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "forbidden-inputs", day)
    return tuple(ProhibitedClass(c["name"], tuple(c["words"]), entry.source) for c in entry.values["classes"])


def disputed_counts(day: date) -> bool:
    """Whether a record counts while its dispute is being handled. Raises `NoPolicy`."""
    return bool(policy.entry_on(KIND, "disputed", day).values["counts"])


def limit(step: str, day: date) -> TimeAllowed:
    """How many working days that step of a model's way into force may take from `day` on. Raises `NoPolicy`."""
    entry = policy.entry_on(KIND, "limits", day)
    return TimeAllowed(int(entry.values[step]), entry.version)


def days_before_force(day: date) -> int:
    """For how many days a model is public before it comes into force. Raises `NoPolicy`."""
    return int(policy.entry_on(KIND, "publication", day).values["days_before_force"])
