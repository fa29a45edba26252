"""Credit checks of a subject as it sees them: who checked, in which matter, what was answered, what was done."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengxin.base.listing import in_turn
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.checks import feedback_told, receipt_line
from chengxin.faces.workbench.pages import Choice, cut, query_without, say
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Scope
from chengxin.regulation.measures import queries
from chengxin.regulation.measures.queries import ReceiptRow
from chengxin.rights.consent.queries import MOST_SHOWN

SIZE = 20


@require_GET
@on_behalf(Scope.SEE)
def check_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The list, newest first, filtered by the matter that the address names."""
    every = queries.checks_of(request.mandate.about, by=request.actor)
    matters = {row.matter.code: say(row.matter.name_zh, row.matter.name_en) for row in every}
    context = {
        "page": cut(request, tuple(_chosen(request, every)), SIZE, receipt_line),
        "matters": [Choice(code, name) for code, name in matters.items()],
        "is_filtered": bool(request.GET.get("matter")),
        "most": MOST_SHOWN if len(every) == MOST_SHOWN else None,
        "query": query_without(request, "page"),
    }
    return page(request, "checks", context)


@require_GET
@on_behalf(Scope.SEE)
def check_list_csv(request: SpaceRequest, _mandate_id: int) -> HttpResponseBase:
    """The filtered list as CSV, for a spreadsheet; all of it, however long."""
    who = {o.code: say(o.name_zh, o.name_en) for o in accounts.organisations()}

    def cells(row: ReceiptRow) -> list[Any]:
        measures = [*row.restrictions, *row.rewards]
        told = [f"{feedback_told(m)} {m.feedback.reason}".strip() for m in measures if m.feedback]
        names = in_turn(say(m.measure.name_zh, m.measure.name_en) for m in measures)
        asker = who.get(row.organisation_code, row.organisation_code)
        matter = say(row.matter.name_zh, row.matter.name_en)
        return [row.at.isoformat(), asker, matter, names, in_turn(told), row.id]

    rows = _chosen(request, queries.all_checks_of(request.mandate.about, by=request.actor))
    titles = [_("时间"), _("单位"), _("事项"), _("措施"), _("反馈"), _("回执号")]
    return CsvStream("checks-of-me.csv", titles, map(cells, rows))


def _chosen(request: SpaceRequest, every: Iterable[ReceiptRow]) -> Iterator[ReceiptRow]:
    wanted = request.GET.get("matter", "")
    return (row for row in every if wanted in ("", row.matter.code))
