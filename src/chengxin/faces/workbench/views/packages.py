"""The exchange with the platforms above: what came, what went, what the receipts say."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.pages import page, sheet, words
from chengxin.faces.workbench.paging import number_of_page
from chengxin.intake.exchange import platforms, queries
from chengxin.intake.exchange.packages import APPLICATION, RECORDS, STATUS
from chengxin.intake.exchange.platforms import Level
from chengxin.intake.exchange.rules import PackageState
from chengxin.intake.packages import queries as told
from chengxin.intake.packages import upward
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import queries as catalogue

SIZE = 20
RESOURCES = {APPLICATION: _("信用修复申请"), STATUS: _("信用修复办理状态"), RECORDS: _("信用信息记录")}
LEVELS = {Level.NATION: _("国家站"), Level.REGION: _("自治区平台")}
STATES = {
    PackageState.TAKEN: _("已收到，办理中"),
    PackageState.ANSWERED: _("回执待发"),
    PackageState.WAITING: _("待发送"),
    PackageState.SENT: _("已发送，等待回执"),
    PackageState.SETTLED: _("已完成"),
    PackageState.GIVEN_UP: _("多次发送不成，已停止"),
}


@require_GET
@open_to(Permission.RUN_EXCHANGE)
def package_list(request: SignedInRequest) -> HttpResponse:
    """Newest first, with the rows that were rejected and why."""
    rows, total = queries.packages(by=request.actor, page=number_of_page(request), size=SIZE)
    names = {one.code: LEVELS[one.level] for one in platforms.known()}
    lines = [
        {
            "row": row,
            "platform": names.get(row.platform, row.platform),
            "resource": RESOURCES.get(row.resource, row.resource),
            "state": STATES[PackageState(row.state)],
        }
        for row in rows
    ]
    reported = [{"row": one, "item": words(catalogue.item(one.item).name)} for one in told.reported(by=request.actor)]
    return page(request, "packages", {"page": sheet(request, lines, total, SIZE), "reported": reported})


@require_POST
@open_to(Permission.RUN_EXCHANGE)
def send_again(request: SignedInRequest, package_id: int) -> HttpResponse:
    """Send again what was given up or returned as a whole."""
    upward.send_again(package_id, by=request.actor, at=clock.now())
    messages.success(request, _("已重新发送。"))
    return redirect("workbench:packages")
