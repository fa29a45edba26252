"""Who may act on the subject's behalf: adding a colleague by name or invitation, ending a right, taking one up."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.access import SignedInRequest, open_to_newcomers
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, choices, say
from chengxin.registry.accounts import delegating, policy, queries, rules
from chengxin.registry.accounts.errors import EndNotAllowed, ScopesNotHeld
from chengxin.registry.accounts.queries import MandateRow
from chengxin.registry.accounts.rules import MandateKind, Scope

SCOPES = {
    Scope.SEE: gettext_lazy("查看信息和查询记录"),
    Scope.APPLY: gettext_lazy("提出异议、申请修复、签署承诺"),
    Scope.CONSENT: gettext_lazy("授权他人查询、撤回授权"),
}
KINDS = {
    MandateKind.SELF: gettext_lazy("本人"),
    MandateKind.REPRESENTATIVE: gettext_lazy("法定代表人（负责人）"),
    MandateKind.DELEGATE: gettext_lazy("受委托人"),
}
FIELD_OF = {EndNotAllowed.code: "until", ScopesNotHeld.code: "scopes"}


@require_http_methods(["GET", "POST"])
@on_behalf(Scope.SEE)
def delegates(request: SpaceRequest, mandate_id: int) -> HttpResponse:
    """Who may act, who could, open invitations, and the form that adds a colleague by user name."""
    if request.method == "GET":
        return _page(request)
    try:
        delegating.delegate(
            mandate_id,
            username=request.POST.get("username", ""),
            scopes=_scopes(request),
            until=_until(request),
            by=request.actor,
            at=clock.now(),
        )
    except ChengxinError as error:
        return _refused(request, error, "username")
    messages.success(request, _("已委托，立即生效。"))
    return redirect("space:delegates", mandate_id)


@require_POST
@on_behalf(Scope.SEE)
def invite(request: SpaceRequest, mandate_id: int) -> HttpResponse:
    """Make an invitation and show its code, this once."""
    try:
        code = delegating.invite(
            mandate_id, scopes=_scopes(request), until=_until(request), by=request.actor, at=clock.now()
        )
    except ChengxinError as error:
        return _refused(request, error, "scopes")
    return _page(request, code=code)


@require_POST
@on_behalf(Scope.SEE)
def end(request: SpaceRequest, mandate_id: int, delegation_id: int) -> HttpResponse:
    """End a delegated right at once; who gave up their own has no page of this mandate any more."""
    delegating.end_delegation(delegation_id, by=request.actor, at=clock.now())
    messages.success(request, _("已终止，对方立即不能再代表该主体。"))
    return redirect("space:choose") if delegation_id == mandate_id else redirect("space:delegates", mandate_id)


@require_POST
@on_behalf(Scope.SEE)
def withdraw(request: SpaceRequest, mandate_id: int, invitation_id: int) -> HttpResponse:
    """Make an invitation's code worthless."""
    delegating.withdraw_invitation(invitation_id, by=request.actor, at=clock.now())
    messages.success(request, _("邀请已撤回，邀请码不能再使用。"))
    return redirect("space:delegates", mandate_id)


@require_http_methods(["GET", "POST"])
@open_to_newcomers
def accept(request: SignedInRequest) -> HttpResponse:
    """Take up an invitation by its code."""
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            mandate_id = delegating.accept(request.POST.get("code", ""), by=request.actor, at=clock.now())
        except ChengxinError as error:
            errors, status = [PageError("code", error.sentence, error.advice)], error.status
        else:
            request.session.pop("mandates", None)
            return redirect("space:home", mandate_id)
    context = {"errors": errors, "given": request.POST, "label": _("邀请码")}
    return render(request, "space/accept.html", context, status=status)


def _page(
    request: SpaceRequest, *, errors: list[PageError] | None = None, status: int = 200, code: str = ""
) -> HttpResponse:
    now, mandate = clock.now(), request.mandate
    terms = policy.delegation_terms(clock.local_date(now))
    shown = [_shown(row, request) for row in queries.mandates_about(mandate.about, at=now)]
    context: dict[str, Any] = {
        "current": [one for one in shown if one["row"].in_force],
        "ended": [one for one in shown if not one["row"].in_force],
        "invitations": [
            {"row": i, "scopes": [SCOPES[s] for s in Scope if s in i.scopes]}
            for i in queries.invitations_about(mandate.about, at=now)
        ],
        "may_delegate": rules.may_delegate(mandate, terms),
        "scope_choices": _scope_choices(request),
        "latest": clock.local_date(rules.latest_end(mandate, terms, now) - timedelta(days=1)),
        "hours": terms.invitation_hours,
        "chosen": request.POST.getlist("scopes"),
        "given": request.POST,
        "errors": errors or [],
        "code": code,
        "label": _("同事的用户名"),
    }
    return page(request, "delegates", context, status=status)


def _shown(row: MandateRow, request: SpaceRequest) -> dict[str, Any]:
    held = row.held
    ends = held.kind == MandateKind.DELEGATE and row.in_force
    return {
        "row": row,
        "name": say(row.name_zh, row.name_en),
        "kind": KINDS[held.kind],
        "scopes": [SCOPES[s] for s in Scope if s in held.scopes],
        "may_end": ends and rules.may_end(held, delegated_by=row.delegated_by or 0, held=request.actor.mandates),
    }


def _scope_choices(request: SpaceRequest) -> list[Choice]:
    return choices(SCOPES, among=request.mandate.scopes)


def _refused(request: SpaceRequest, error: ChengxinError, field: str) -> HttpResponse:
    fault = PageError(FIELD_OF.get(error.code, field), error.sentence, error.advice)
    return _page(request, errors=[fault], status=error.status)


def _scopes(request: SpaceRequest) -> frozenset[Scope]:
    return frozenset(Scope(s) for s in request.POST.getlist("scopes") if s in set(Scope))


def _until(request: SpaceRequest) -> datetime:
    """The end of the last day that was given; what is no day lies in the past and is refused as such."""
    try:
        last = date.fromisoformat(request.POST.get("until", ""))
        return datetime.combine(last + timedelta(days=1), time(), clock.CITY_TIME)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=clock.CITY_TIME)
