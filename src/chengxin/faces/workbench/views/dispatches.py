"""What was delivered to whom, what waits, and dead letters, which one click delivers again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.pages import choices, page, query_without, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.subscriptions import EVENTS, OUTCOMES, WAITING, dispatch_line
from chengxin.intake.delivery import queries, services
from chengxin.intake.delivery.queries import DispatchRow
from chengxin.registry.accounts.rules import Permission

SIZE = 25
EITHER = (Permission.TAKE_CHANGES, Permission.RUN_EXCHANGE)


@require_GET
@open_to(*EITHER)
def dispatch_list(request: SignedInRequest) -> HttpResponse:
    """Newest first; subscription, outcome and kind stand in the address."""
    found = queries.dispatches(by=request.actor, **_chosen(request), page=number_of_page(request), size=SIZE)
    context = {
        "page": sheet(request, [dispatch_line(row) for row in found.items], found.total, SIZE),
        "chosen": {name: request.GET.get(name, "") for name in ("subscription", "outcome", "kind")},
        "is_filtered": any(request.GET.get(name) for name in ("subscription", "outcome", "kind")),
        "query": query_without(request, "page"),
        "outcomes": choices(OUTCOMES),
        "kinds": choices(EVENTS),
        "may_replay": request.actor.may(Permission.RUN_EXCHANGE),
    }
    return page(request, "dispatches", context)


@require_GET
@open_to(*EITHER)
def dispatch_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """The filtered list as CSV."""
    rows = queries.all_dispatches(by=request.actor, **_chosen(request))
    what = [_("编号"), _("单位"), _("变更"), _("目录项"), _("记录"), _("时间")]
    titles = [*what, _("次数"), _("结果"), _("原因"), _("结果时间")]
    return CsvStream("deliveries-of-subscriptions.csv", titles, map(_cells, rows))


def _cells(row: DispatchRow) -> list[Any]:
    line, number = dispatch_line(row), f"{row.subscription_id}-{row.sequence}"
    at, done = (
        timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
        for moment in (row.happened_at, row.settled_at)
    )
    what = [number, line["name"], line["kind"], line["item"], row.record, at]
    return [*what, row.attempts, line["outcome"], row.cause, done]


@require_POST
@open_to(Permission.RUN_EXCHANGE)
def replay(request: SignedInRequest, subscription_id: int, sequence: int) -> HttpResponse:
    """Deliver a dead letter again."""
    services.replay_dead(subscription_id, sequence, by=request.actor, at=clock.now())
    messages.success(request, _("已重新开始推送。"))
    return redirect("workbench:dispatches")


def _chosen(request: SignedInRequest) -> dict[str, Any]:
    number, outcome, kind = (request.GET.get(name, "") for name in ("subscription", "outcome", "kind"))
    known = {k.value for k in EVENTS}
    return {
        "subscription_id": int(number) if number.isdecimal() and len(number) < 16 else None,
        "outcome": ("" if outcome == WAITING else outcome) if outcome in OUTCOMES else None,
        "kind": kind if kind in known else "",
    }
