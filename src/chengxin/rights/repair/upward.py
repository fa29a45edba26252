"""Telling the national site where an application stands that came through it."""

from datetime import datetime

from chengxin.base.audit.services import Who
from chengxin.intake.exchange import national, packages
from chengxin.rights.repair.models import Application, NationalApplication


def tell(application: Application, *, step: str, state: str, reason: str, by: Who, at: datetime) -> None:
    """Put the new state of the application's case on its way, in the caller's transaction; others are not told of."""
    found = NationalApplication.objects.filter(application=application).first()
    if found is None:
        return
    row = {
        "application": found.number,
        "case": str(application.case_id),
        "step": step,
        "state": state,
        "reason": reason.strip(),
        "at": at.isoformat(),
    }
    national.put(packages.STATUS, [row], by=by, at=at)
