"""Who received records and was told of their changes: what waits, what was given up, and where systems take changes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, cut, page, say
from chengxin.faces.workbench.views.changes import change_line
from chengxin.intake.exchange import queries, services
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Permission

SIZE = 20
SHOWN_LETTERS = 50


@require_GET
@open_to(Permission.RUN_EXCHANGE)
def consumer_list(request: SignedInRequest) -> HttpResponse:
    """Those that let wait longest first, and the deliveries that were given up."""
    return _page(request)


@require_POST
@open_to(Permission.MANAGE_ACCOUNTS)
def register(request: SignedInRequest) -> HttpResponse:
    """Set where an organisation's system takes changes; shows the secret, this once."""
    given = {name: request.POST.get(name, "").strip() for name in ("organisation", "address")}
    if not given["organisation"]:
        return _page(request, given, [PageError("organisation", _("请选择单位"))], status=422)
    try:
        _id, secret = services.register_webhook(
            given["organisation"], given["address"], by=request.actor, at=clock.now()
        )
    except ChengxinError as error:
        return _page(request, given, [PageError("address", error.sentence, error.advice)], status=error.status)
    return page(request, "webhook_secret", {"secret": secret, "address": given["address"]})


@require_POST
@open_to(Permission.MANAGE_ACCOUNTS)
def end(request: SignedInRequest, webhook_id: int) -> HttpResponse:
    """Deliver no more to an address."""
    services.end_webhook(webhook_id, by=request.actor, at=clock.now())
    messages.success(request, _("已停止推送，该单位改为自行获取变更。"))
    return redirect("workbench:consumers")


@require_POST
@open_to(Permission.RUN_EXCHANGE)
def deliver_again(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Begin anew a delivery that was given up."""
    services.deliver_again(notice_id, by=request.actor, at=clock.now())
    messages.success(request, _("已重新开始推送。"))
    return redirect("workbench:consumers")


def _page(
    request: SignedInRequest,
    given: dict[str, str] | None = None,
    errors: list[PageError] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    rows = queries.consumers(by=request.actor)
    letters = queries.dead_letters(by=request.actor, limit=SHOWN_LETTERS)
    context: dict[str, Any] = {
        "page": cut(request, rows, SIZE, lambda row: {"row": row, "name": say(row.name_zh, row.name_en)}),
        "letters": [
            {**change_line(one.row), "name": say(one.organisation_zh, one.organisation_en), "dead_at": one.dead_at}
            for one in letters
        ],
        "may_register": request.actor.may(Permission.MANAGE_ACCOUNTS),
        "organisations": [Choice(o.code, say(o.name_zh, o.name_en)) for o in accounts.organisations()],
        "given": given or {},
        "errors": errors or [],
    }
    return page(request, "consumers", context, status=status)
