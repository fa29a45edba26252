"""Letters in cases, and how messages about them fared."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.letters import delivering, queries
from chengxin.base.letters.queries import DeliveryRow
from chengxin.base.letters.rules import Channel, DeliveryState
from chengxin.base.letters.sending import open_channels
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.letters import CHANNELS, STATES, letter_file, proof_file
from chengxin.faces.workbench.pages import choices, page, query_without, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts.rules import Permission

SIZE = 20
MESSAGES = {Channel.EMAIL: CHANNELS[Channel.EMAIL], Channel.SMS: CHANNELS[Channel.SMS]}


@require_GET
@open_to(Permission.MANAGE_CASES)
def letter(request: SignedInRequest, letter_id: int) -> HttpResponse:
    """The signed PDF of a letter in a case of this organisation."""
    return letter_file(letter_id, request.actor, clock.now())


@require_GET
@open_to(Permission.MANAGE_CASES)
def letter_proof(request: SignedInRequest, letter_id: int) -> HttpResponse:
    """The proof that the letter was delivered, signed."""
    return proof_file(letter_id, request.actor, clock.now())


@require_GET
@open_to(Permission.HANDLE_DELIVERIES)
def delivery_list(request: SignedInRequest) -> HttpResponse:
    """Messages about letters, filtered by what the address says; those that failed can be sent anew."""
    chosen = _chosen(request)
    found = queries.deliveries(**chosen, page=number_of_page(request), size=SIZE)
    context = {
        "page": sheet(request, [_line(row) for row in found.items], found.total, SIZE),
        "failed": found.failed,
        "waiting": found.waiting,
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "query": query_without(request, "page"),
        "states": choices(STATES),
        "channels": choices(MESSAGES),
        "open_channels": open_channels(),
    }
    return page(request, "deliveries", context)


@require_GET
@open_to(Permission.HANDLE_DELIVERIES)
def delivery_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """The filtered list as CSV, for a spreadsheet."""
    titles = [_("文号"), _("文书"), _("方式"), _("发往"), _("状态"), _("状态时间"), _("次数"), _("服务器答复")]
    return CsvStream("deliveries.csv", titles, map(_cells, queries.all_deliveries(**_chosen(request))))


def _cells(row: DeliveryRow) -> list[Any]:
    line, at = _line(row), timezone.localtime(row.state_since).strftime("%Y-%m-%d %H:%M")
    return [row.number, row.title, line["channel"], row.sent_to, line["state"], at, row.attempts, row.answer]


@require_POST
@open_to(Permission.HANDLE_DELIVERIES)
def retry(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    """Have a message that failed sent anew."""
    delivering.retry(delivery_id, by=request.actor, at=clock.now())
    messages.success(request, _("已重新排队发送。"))
    return redirect("workbench:deliveries")


def _chosen(request: SignedInRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip() for name in ("state", "channel", "number")}


def _line(row: DeliveryRow) -> dict[str, Any]:
    return {
        "row": row,
        "channel": CHANNELS[Channel(row.channel)],
        "state": STATES[DeliveryState(row.state)],
        "has_failed": row.state == DeliveryState.FAILED,
    }
