"""Subscriptions on the workbench: asked for by the consumer, decided by a second official, watched, ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, choices, page, query_without, say, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.shown import item_name
from chengxin.faces.workbench.subscriptions import (
    EVENTS,
    FORMATS,
    ROADS,
    STATES,
    SUBJECTS,
    dispatch_line,
    subscription_line,
)
from chengxin.intake.delivery import policy, queries, selection_queries, services
from chengxin.intake.delivery.errors import (
    KeyUnreadable,
    ReasonMissing,
    SelectionUnknown,
    SubjectsUnknown,
    SubscriptionTooWide,
)
from chengxin.intake.delivery.queries import SubscriptionRow
from chengxin.intake.delivery.rules import FileFormat, Road, Subjects
from chengxin.intake.exchange.errors import AddressRefused
from chengxin.registry.accounts.rules import Permission

SIZE, RECENT = 20, 10
LONGEST_LIST = 400_000
EITHER = (Permission.TAKE_CHANGES, Permission.RUN_EXCHANGE)
AT_FIELD = {
    KeyUnreadable: "consumer_key",
    ReasonMissing: "reason",
    SelectionUnknown: "saved",
    SubjectsUnknown: "listed",
    SubscriptionTooWide: "basis",
    AddressRefused: "address",
}


@require_GET
@open_to(*EITHER)
def subscription_list(request: SignedInRequest) -> HttpResponse:
    """All of them for the credit office, one's own for a consumer; state and way of delivery stand in the address."""
    now, chosen = clock.now(), _chosen(request)
    rows, total = queries.subscriptions(by=request.actor, at=now, **chosen, page=number_of_page(request), size=SIZE)
    runs = request.actor.may(Permission.RUN_EXCHANGE)
    context = {
        "page": sheet(request, [subscription_line(row) for row in rows], total, SIZE),
        "stopped": [subscription_line(row) for row in queries.stopped(by=request.actor, at=now)] if runs else [],
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "query": query_without(request, "page"),
        "states": choices(STATES),
        "roads": choices(ROADS),
        "runs": runs,
        "may_ask": request.actor.may(Permission.TAKE_CHANGES),
    }
    return page(request, "subscriptions", context)


@require_GET
@open_to(*EITHER)
def subscription_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """The filtered list as CSV, with the lag of each consumer."""
    rows = queries.all_subscriptions(by=request.actor, at=clock.now(), **_chosen(request))
    titles = [_("编号"), _("单位"), _("状态"), _("依据"), _("方式"), _("订阅期限"), _("等待交付"), _("最早一条（秒）")]
    return CsvStream("subscriptions.csv", titles, map(_cells, rows))


def _cells(row: SubscriptionRow) -> list[Any]:
    line, until = subscription_line(row), f"{row.valid_from:%Y-%m-%d} – {row.valid_until:%Y-%m-%d}"
    named = [row.id, line["name"], line["state"], line["basis"], line["road"]]
    return [*named, until, row.waiting, int(row.lag_seconds)]


@require_http_methods(["GET", "POST"])
@open_to(Permission.TAKE_CHANGES)
def ask(request: SignedInRequest) -> HttpResponse:
    """The form of a new subscription."""
    errors: list[PageError] = []
    status, now = 200, clock.now()
    if request.method == "POST":
        try:
            made = services.request(_wish(request), by=request.actor, at=now)
        except ChengxinError as error:
            errors = [PageError(AT_FIELD.get(type(error), "basis"), error.sentence, error.advice)]
            status = error.status
        else:
            messages.success(request, _("已提交信用办审核员审批。"))
            return redirect("workbench:subscription", made)
    given = request.POST if request.method == "POST" else request.GET
    saved = selection_queries.selections(by=request.actor)
    bases = policy.bases(on=clock.local_date(now))
    context = {
        "errors": errors,
        "given": given,
        "chosen_items": given.getlist("items"),
        "bases": [Choice(b.code, say(b.zh, b.en)) for b in bases],
        "sources": [{"name": say(b.zh, b.en), "source": b.source, "months": b.longest_months} for b in bases],
        "items": [Choice(code, item_name(code)) for code in dict.fromkeys(c for b in bases for c in b.items)],
        "subjects": choices(SUBJECTS),
        "saved": [Choice(str(one.id), f"{one.name} v{one.number}") for one in saved],
        "roads": choices(ROADS),
        "formats": choices(FORMATS),
    }
    return page(request, "subscription_ask", context, status=status)


def _wish(request: SignedInRequest) -> services.Wish:
    given = request.POST

    def said(name: str, among: Any, usual: Any) -> Any:
        value = given.get(name, "")
        return among(value) if value in set(among) else usual

    def number(name: str) -> int:
        text = given.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    parts = {name: given.get(name, "").replace("，", ",").replace(",", " ").split() for name in ("divisions",)}
    return services.Wish(
        basis=given.get("basis", ""),
        items=tuple(given.getlist("items")),
        subjects=said("subjects", Subjects, Subjects.ALL),
        road=said("road", Road, Road.PULL),
        consumer_key=given.get("consumer_key", ""),
        reason=given.get("reason", "")[:500],
        months=number("months"),
        listed=tuple(given.get("listed", "")[:LONGEST_LIST].replace("，", " ").replace(",", " ").split()),
        selection=parts,
        saved=number("saved"),
        is_from_start=given.get("is_from_start") == "1",
        file_format=said("file_format", FileFormat, FileFormat.JSONL),
        address=given.get("address", ""),
    )


@require_GET
@open_to(*EITHER)
def subscription(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    """Where one subscription stands, what waits, and what the person who looks may do about it."""
    return _page(request, subscription_id)


@require_POST
@open_to(Permission.APPROVE_SUBSCRIPTIONS)
def decide(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    """Approve or reject, as the button says."""
    approve = request.POST.get("decision") == "approve"
    try:
        services.decide(
            subscription_id, approve=approve, reason=request.POST.get("reason", ""), by=request.actor, at=clock.now()
        )
    except ReasonMissing as error:
        errors = [PageError("reason", error.sentence, error.advice)]
        return _page(request, subscription_id, errors, status=error.status)
    messages.success(request, _("已批准，马上开始交付。") if approve else _("已退回，申请单位看得到理由。"))
    return redirect("workbench:subscription", subscription_id)


@require_POST
@open_to(*EITHER)
def end(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    """End it now; nothing that waits leaves any more."""
    try:
        services.end(subscription_id, reason=request.POST.get("reason", ""), by=request.actor, at=clock.now())
    except ReasonMissing as error:
        errors = [PageError("end-reason", error.sentence, error.advice)]
        return _page(request, subscription_id, errors, status=error.status)
    messages.success(request, _("订阅已终止。"))
    return redirect("workbench:subscription", subscription_id)


@require_POST
@open_to(Permission.TAKE_CHANGES)
def secret(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    """The secret that signs the webhooks, for the consumer alone."""
    row = queries.subscription(subscription_id, by=request.actor, at=clock.now())
    shown = services.secret_of(subscription_id, by=request.actor)
    return page(request, "subscription_secret", {"secret": shown, "row": row})


@require_POST
@open_to(Permission.RUN_EXCHANGE)
def begin_anew(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    """Deliver again to a consumer that was given up or waits after a fault."""
    services.begin_anew(subscription_id, by=request.actor, at=clock.now())
    messages.success(request, _("已重新开始交付，从停下的地方继续。"))
    return redirect("workbench:subscription", subscription_id)


@require_POST
@open_to(*EITHER)
def replay(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    """Deliver again from a sequence on."""
    text = request.POST.get("since", "")
    since = int(text) if text.isdecimal() and len(text) < 16 else 0
    count = services.replay_from(subscription_id, max(1, since), by=request.actor, at=clock.now())
    messages.success(request, _("{n} 条变更将重新交付。").format(n=count))
    return redirect("workbench:subscription", subscription_id)


def _page(
    request: SignedInRequest, subscription_id: int, errors: list[PageError] | None = None, *, status: int = 200
) -> HttpResponse:
    row = queries.subscription(subscription_id, by=request.actor, at=clock.now())
    recent = queries.dispatches(by=request.actor, subscription_id=subscription_id, size=RECENT)
    is_own = request.actor.may(Permission.TAKE_CHANGES) and request.actor.organisation_id == row.organisation_id
    context = {
        "line": subscription_line(row),
        "recent": [dispatch_line(one) for one in recent.items],
        "total": recent.total,
        "log_fault": queries.log_fault(subscription_id, by=request.actor),
        "is_own": is_own,
        "may_decide": row.state == queries.REQUESTED
        and request.actor.may(Permission.APPROVE_SUBSCRIPTIONS)
        and request.actor.user_id != row.requested_by_id,
        "may_end": row.state in {queries.REQUESTED, queries.APPROVED}
        and (is_own or request.actor.may(Permission.RUN_EXCHANGE)),
        "may_begin_anew": request.actor.may(Permission.RUN_EXCHANGE) and (row.is_stopped or row.failures > 0),
        "errors": errors or [],
        "kinds": EVENTS,
    }
    return page(request, "subscription", context, status=status)


def _chosen(request: SignedInRequest) -> dict[str, str]:
    state, road = request.GET.get("state", ""), request.GET.get("road", "")
    return {"state": state if state in STATES else "", "road": road if road in {r.value for r in Road} else ""}
