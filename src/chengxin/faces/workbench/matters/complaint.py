"""Complaints about a read on the case page."""

from datetime import datetime

from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.rights.consent import complaining


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step with its letter."""
    complaining.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


COMPLAINT = Matter(take=take)
