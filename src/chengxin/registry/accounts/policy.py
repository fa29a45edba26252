"""Reads the dated policy of signing in into values."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy


@dataclass(frozen=True, slots=True)
class SignInLimit:
    """How many failures within how many minutes are allowed, by name and by address, and when a session ends."""

    failures: int
    failures_of_address: int
    minutes: int
    idle_minutes: int


def sign_in_limit(day: date) -> SignInLimit:
    """The limits in force on `day`."""
    values = policy.entry_on("sign-in", "limits", day).values
    return SignInLimit(**values)
