"""Evaluation models on the workbench: where each version stands, and putting one forward."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.evaluation.persons import approving, offers
from chengxin.evaluation.persons.procedure import OVER
from chengxin.evaluation.scorecards import queries, services
from chengxin.faces.portal.evaluation import model_line
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.matters.evaluation import order_line
from chengxin.faces.workbench.offers_to_persons import standing_line
from chengxin.faces.workbench.pages import page
from chengxin.registry.accounts.rules import Permission, Role


@require_GET
@open_to(Permission.RUN_EVALUATION)
def model_list(request: SignedInRequest) -> HttpResponse:
    """All versions with where they stand; operators put the next one forward from here."""
    may_propose = Role.CREDIT_OFFICE_OPERATOR in request.actor.roles
    rows = [
        {**model_line(row), "may_propose": may_propose and (row.case_id is None or row.state in services.OVER)}
        for row in queries.register(on=clock.today())
    ]
    return page(request, "evaluation_models", {"rows": rows})


@require_POST
@open_to(Permission.RUN_EVALUATION)
def propose(request: SignedInRequest) -> HttpResponse:
    """Put a version forward and show its case."""
    case_id = services.propose(request.POST.get("name", ""), by=request.actor, at=clock.now())
    messages.success(request, _("已提交。请先试算，再由另一位工作人员审批。"))
    return redirect("workbench:case", case_id)


@require_GET
@open_to(Permission.RUN_EVALUATION)
def trial(request: SignedInRequest, case_id: int) -> HttpResponse:
    """How far a trial is, for the part of the case page that asks again; once it is over the whole page is."""
    casework.case(case_id, actor=request.actor, on=clock.today())
    order = order_line(case_id)
    if not request.headers.get("HX-Request"):
        return redirect("workbench:case", case_id)
    if order is None or not order["is_open"]:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return page(request, "_evaluation_trial", {"order": order, "case_id": case_id})


@require_GET
@open_to(Permission.RUN_EVALUATION)
def offer_list(request: SignedInRequest) -> HttpResponse:
    """All versions of all offers to natural persons with where they stand; nothing about who asked for them."""
    may_propose = Role.CREDIT_OFFICE_OPERATOR in request.actor.roles
    rows = [
        {**standing_line(row), "may_propose": may_propose and (row.case_id is None or row.state in OVER)}
        for row in offers.register(on=clock.today())
    ]
    return page(request, "evaluation_offers", {"rows": rows})


@require_POST
@open_to(Permission.RUN_EVALUATION)
def propose_offer(request: SignedInRequest) -> HttpResponse:
    """Put a version of an offer forward and show its case."""
    case_id = approving.propose(request.POST.get("name", ""), by=request.actor, at=clock.now())
    messages.success(request, _("已提交，等待另一位工作人员审批。"))
    return redirect("workbench:case", case_id)
