"""Changes of records that a person's organisation received: what to do, and the acknowledgement."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.pages import page, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.shown import item_name
from chengxin.intake.exchange import queries, services
from chengxin.intake.exchange.queries import ChangeRow
from chengxin.intake.exchange.rules import CORRECTED, Road
from chengxin.registry.accounts.rules import Permission

SIZE = 20
CHANGES = {  # what it is called, and what whoever received the record has to do
    "repaired": (_lazy("已修复"), _lazy("停止展示、共享和使用，删除缓存。")),
    "withdrawn": (_lazy("已撤销"), _lazy("停止展示、共享和使用，删除缓存。")),
    "suspended": (_lazy("暂停公示和使用"), _lazy("暂不展示和使用，等待下一次通知。")),
    CORRECTED: (_lazy("已更正"), _lazy("以更正后的内容替换，请重新查询。")),
    "disputed": (_lazy("异议处理中"), _lazy("展示或者使用时标注“异议处理中”。")),
    "in-force": (_lazy("恢复有效"), _lazy("去掉异议标注；已停止使用的，可以恢复。")),
}
ROADS = {
    Road.WEBHOOK: _lazy("系统自动签收"),
    Road.API: _lazy("接口签收"),
    Road.SCREEN: _lazy("页面签收"),
    Road.DELIVERY: _lazy("订阅交付签收"),
}


@require_GET
@open_to(Permission.TAKE_CHANGES)
def change_list(request: SignedInRequest) -> HttpResponse:
    """What waits for acknowledgement, the most urgent first; `?all=1` shows everything."""
    shows_all = request.GET.get("all") == "1"
    rows, total = queries.inbox_of(request.actor, waiting=not shows_all, page=number_of_page(request), size=SIZE)
    found = sheet(request, [change_line(row) for row in rows], total, SIZE)
    return page(request, "changes", {"page": found, "shows_all": shows_all})


@require_GET
@open_to(Permission.TAKE_CHANGES)
def change_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """All of them as CSV, for a spreadsheet."""
    titles = [_("编号"), _("变更"), _("时间"), _("目录项"), _("主体代码"), _("文号"), _("签收时间")]
    return CsvStream("changes.csv", titles, map(_cells, queries.all_of_inbox(request.actor)))


def _cells(row: ChangeRow) -> list[Any]:
    taken = timezone.localtime(row.acknowledged_at).strftime("%Y-%m-%d %H:%M") if row.acknowledged_at else ""
    line, at = change_line(row), timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M")
    return [row.id, line["name"], at, line["item"], row.subject, row.document_number, taken]


@require_POST
@open_to(Permission.TAKE_CHANGES)
def acknowledge(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Say that the organisation has done what the change asks for."""
    services.acknowledge(notice_id, road=Road.SCREEN, by=request.actor, at=clock.now())
    messages.success(request, _("已签收。"))
    return redirect("workbench:changes")


def change_line(row: ChangeRow) -> dict[str, object]:
    """A change as a line of a list, in the words of the page."""
    name, to_do = CHANGES.get(row.change, (row.change, ""))
    return {
        "row": row,
        "name": name,
        "to_do": to_do,
        "item": item_name(row.item) if row.item else _("自然人的记录"),
        "road": ROADS[Road(row.road)] if row.road else "",
    }
