"""The exchange with the national site: what came, what went, what the receipts say."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.pages import number_of_page, page, sheet
from chengxin.intake.exchange import queries
from chengxin.intake.exchange.packages import APPLICATION, STATUS
from chengxin.intake.exchange.rules import PackageState
from chengxin.registry.accounts.rules import Permission

SIZE = 20
RESOURCES = {APPLICATION: _("信用修复申请"), STATUS: _("信用修复办理状态")}
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
    lines = [
        {"row": row, "resource": RESOURCES.get(row.resource, row.resource), "state": STATES[PackageState(row.state)]}
        for row in rows
    ]
    return page(request, "packages", {"page": sheet(request, lines, total, SIZE)})
