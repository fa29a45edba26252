"""Evaluation models on the workbench: where each version stands, and putting one forward."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.base.casework.errors import ReasonMissing
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.evaluation.persons import approving, ending, offers
from chengxin.evaluation.persons.errors import EndDayWrong
from chengxin.evaluation.scorecards import queries, services
from chengxin.faces.portal.evaluation import model_line
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
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
        {
            **standing_line(row),
            "may_propose": may_propose and row.may_be_proposed,
            "may_end": may_propose and row.may_be_ended,
        }
        for row in offers.register(on=clock.today())
    ]
    return page(request, "evaluation_offers", {"rows": rows})


@require_http_methods(["GET", "POST"])
@open_to(Permission.RUN_EVALUATION)
def end_offer(request: SignedInRequest, name: str) -> HttpResponse:
    """Ask another official to end an offer: from which day, why, and what becomes of those who asked for it."""
    now = clock.now()
    today = clock.local_date(now)
    if Role.CREDIT_OFFICE_OPERATOR not in request.actor.roles:
        raise NotPermitted
    row = next((r for r in offers.register(on=today) if r.offer.name == name), None)
    if row is None:
        raise NotFound
    errors: list[PageError] = []
    status, given = 200, request.POST
    if request.method == "POST":
        try:
            day = _day(given.get("ends_on", ""))
            case_id = ending.propose(name, ends_on=day, reason=given.get("reason", ""), by=request.actor, at=now)
        except ChengxinError as error:
            place = "reason" if isinstance(error, ReasonMissing) else "ends_on"
            errors, status = [PageError(place, error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已提交，等待另一位工作人员决定。"))
            return redirect("workbench:case", case_id)
    context = {"line": standing_line(row), "today": today, "given": given, "errors": errors}
    return page(request, "evaluation_offer_end", context, status=status)


@require_POST
@open_to(Permission.RUN_EVALUATION)
def propose_offer(request: SignedInRequest) -> HttpResponse:
    """Put a version of an offer forward and show its case."""
    case_id = approving.propose(request.POST.get("name", ""), by=request.actor, at=clock.now())
    messages.success(request, _("已提交，等待另一位工作人员审批。"))
    return redirect("workbench:case", case_id)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EndDayWrong from None
