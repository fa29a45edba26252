"""Writes that limit sign-in attempts: failed passwords, codes, passkeys and provider's answers count together."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from chengxin.base import clock
from chengxin.base.audit import services as audit
from chengxin.registry.accounts import policy
from chengxin.registry.accounts.actors import SystemActor
from chengxin.registry.accounts.errors import TooManyAttempts
from chengxin.registry.accounts.models import SignInFailure

LONGEST_NAME = 150
NOBODY = ""  # stands for a failure that names no account, such as a provider's answer


def check_limit(username: str, *, address: str, method: str, at: datetime) -> None:
    """Raise `TooManyAttempts`, audited, where this name or address failed too often a short while ago.

    Indexes: `signinfailure_name`, `signinfailure_address`.
    """
    limit = policy.sign_in_limit(clock.local_date(at))
    recent = SignInFailure.objects.filter(at__gt=at - timedelta(minutes=limit.minutes))
    by_name = recent.filter(username=username[:LONGEST_NAME]).count() if username != NOBODY else 0
    if by_name >= limit.failures or recent.filter(address=address).count() >= limit.failures_of_address:
        audit.note("accounts.sign_in_blocked", username[:LONGEST_NAME], by=SystemActor(), at=at, method=method)
        raise TooManyAttempts(minutes=limit.minutes)


@transaction.atomic
def note_failure(username: str, *, action: str, address: str, at: datetime, **details: Any) -> None:
    """Count a failure against the name and the address, and note it in the audit chain."""
    SignInFailure.objects.create(username=username[:LONGEST_NAME], address=address, at=at)
    audit.note(action, username[:LONGEST_NAME], by=SystemActor(), at=at, **details)
