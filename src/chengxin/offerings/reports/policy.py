"""Reads the dated policy of reports about natural persons."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy

KIND = "person-reports"


@dataclass(frozen=True, slots=True)
class PersonTerms:
    """For how many days a person's report is good, and over how many years it lists who looked."""

    valid_days: int
    log_years: int


def person_terms(day: date) -> PersonTerms:
    """The terms of that day. Raises `NoPolicy`."""
    values = policy.entry_on(KIND, "terms", day).values
    return PersonTerms(int(values["valid_days"]), int(values["log_years"]))
