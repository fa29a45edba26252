"""Credit checks of a subject as it sees them: who checked, in which matter, what was answered, what was done."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.checks import receipt_line
from chengxin.faces.workbench.pages import Choice, cut, query_without, say
from chengxin.registry.accounts.rules import Scope
from chengxin.regulation.measures import queries
from chengxin.regulation.measures.queries import ReceiptRow

SIZE = 20


@require_GET
@on_behalf(Scope.SEE)
def check_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The list, newest first, filtered by the matter that the address names."""
    every = queries.checks_of(request.mandate.about, by=request.actor)
    matters = {row.matter.code: say(row.matter.name_zh, row.matter.name_en) for row in every}
    context = {
        "page": cut(request, _chosen(request, every), SIZE, receipt_line),
        "matters": [Choice(code, name) for code, name in matters.items()],
        "is_filtered": bool(request.GET.get("matter")),
        "query": query_without(request, "page"),
    }
    return page(request, "checks", context)


@require_GET
@on_behalf(Scope.SEE)
def check_list_csv(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The filtered list as CSV, for a spreadsheet."""
    file = CsvFile("checks-of-me.csv")
    file.row([_("时间"), _("单位"), _("事项"), _("措施"), _("反馈"), _("回执号")])
    for row in _chosen(request, queries.checks_of(request.mandate.about, by=request.actor)):
        line = receipt_line(row)
        measures = [*line["restrictions"], *line["rewards"]]
        told = [
            f"{m['name']}：{m['feedback']['outcome']} {m['feedback']['row'].reason}" for m in measures if m["feedback"]
        ]
        names = "；".join(m["name"] for m in measures)
        file.row([row.at.isoformat(), line["who"], line["matter"], names, "；".join(told).strip(), row.id])
    return file


def _chosen(request: SpaceRequest, every: tuple[ReceiptRow, ...]) -> tuple[ReceiptRow, ...]:
    wanted = request.GET.get("matter", "")
    return tuple(row for row in every if wanted in ("", row.matter.code))
