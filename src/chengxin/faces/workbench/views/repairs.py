"""Proposing that a repair be withdrawn, or that what a reorganisation hides be shown again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengxin.base import clock
from chengxin.base.casework.errors import ReasonMissing
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.registry.accounts.rules import Permission
from chengxin.rights.repair import reorganising, services


@require_POST
@open_to(Permission.MANAGE_CASES)
def propose_withdrawal(request: SignedInRequest, natural_key: UUID) -> HttpResponse:
    """Tell the subject what is proposed and why; the case then waits for its statement."""
    reason = request.POST.get("reason", "")
    if not reason.strip():
        raise ReasonMissing
    case_id = services.propose_withdrawal(natural_key, by=request.actor, at=clock.now(), reason=reason)
    messages.success(request, _("已书面告知当事人，等待陈述申辩。"))
    return redirect("workbench:case", case_id)


@require_POST
@open_to(Permission.MANAGE_CASES)
def propose_restoring(request: SignedInRequest, reorganisation_id: int) -> HttpResponse:
    """Tell an enterprise in reorganisation that its records are to be shown again; the case waits for its statement."""
    reason = request.POST.get("reason", "")
    if not reason.strip():
        raise ReasonMissing
    case_id = reorganising.propose_restoring(reorganisation_id, by=request.actor, at=clock.now(), reason=reason)
    messages.success(request, _("已书面告知当事人，等待陈述申辩。"))
    return redirect("workbench:case", case_id)
