"""Reads the dated policy of signing in and of delegation into values."""

from dataclasses import dataclass
from datetime import date

from chengxin.base import policy
from chengxin.registry.accounts.rules import ClaimNames, DelegationTerms, SessionTerms


@dataclass(frozen=True, slots=True)
class SignInLimit:
    """How many failures within how many minutes are allowed, by name and by address."""

    failures: int
    failures_of_address: int
    minutes: int


def sign_in_limit(day: date) -> SignInLimit:
    """The limits in force on `day`."""
    values = policy.entry_on("sign-in", "limits", day).values
    return SignInLimit(**values)


def delegation_terms(day: date) -> DelegationTerms:
    """What delegation is allowed on `day` (`limits` of `policy/delegation.yaml`)."""
    return DelegationTerms(**policy.entry_on("delegation", "limits", day).values)


def session_terms(day: date, *, staff: bool) -> SessionTerms:
    """When sessions of staff, or of companies and residents, end (`policy/sign-in.yaml`)."""
    return SessionTerms(**policy.entry_on("sign-in", "sessions-staff" if staff else "sessions-public", day).values)


def claim_names(day: date) -> ClaimNames:
    """What the identity provider is asked for on `day`, and how its claims are called (`policy/sign-in.yaml`)."""
    return ClaimNames(**policy.entry_on("sign-in", "identity-provider", day).values)
