"""How departments keep their time limits, for everyone to see."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.base.casework.performance import Quarter, quarter_of, quarters_until
from chengxin.base.casework.procedures import procedures
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.portal.context import in_english
from chengxin.registry.accounts.service_levels import ServiceLevelRow, service_levels

OFFERED = 8
WRITTEN = re.compile(r"(20\d\d|21\d\d)-Q([1-4])")


@require_safe
def service_level_page(request: HttpRequest) -> HttpResponse:
    """One quarter, by department and procedure; quarter and procedure stand in the address."""
    today, quarter = clock.today(), _quarter(request)
    rows = _rows(request, quarter)
    offered = quarters_until(today, count=OFFERED)
    context = {
        "place": "disclosure",
        "quarter": quarter,
        "quarters": offered if quarter in offered else (quarter, *offered),
        "procedures": [{"code": p.code, "name": p.name} for p in procedures().values()],
        "chosen": request.GET.get("procedure", ""),
        "rows": [{"row": row, "name": _name(row), "share": _share(row)} for row in rows],
        "today": today,
        "query": f"quarter={quarter.code}&procedure={_procedure(request)}",
    }
    return render(request, "portal/service_levels.html", context)


@require_safe
def service_level_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table, for a spreadsheet."""
    quarter = _quarter(request)
    file = CsvFile(f"service-levels-{quarter.code}.csv")
    titles = [_("季度"), _("单位"), _("统一社会信用代码"), _("事项类别"), _("办理步数"), _("按期"), _("逾期")]
    file.row([*titles, _("逾期未办"), _("工作日中位数")])
    for row in _rows(request, quarter):
        figures = (
            row.handled,
            row.on_time,
            row.late,
            row.open_overdue,
            "" if row.median_days is None else row.median_days,
        )
        file.row([row.quarter, _name(row), row.organisation_code, row.procedure_name, *figures])
    return file


def _rows(request: HttpRequest, quarter: Quarter) -> list[ServiceLevelRow]:
    chosen = _procedure(request)
    return [r for r in service_levels(quarter, on=clock.today()) if not chosen or r.procedure == chosen]


def _procedure(request: HttpRequest) -> str:
    chosen = request.GET.get("procedure", "")
    return chosen if chosen in procedures() else ""


def _quarter(request: HttpRequest) -> Quarter:
    written = WRITTEN.fullmatch(request.GET.get("quarter", ""))
    return Quarter(int(written[1]), int(written[2])) if written else quarter_of(clock.today())


def _name(row: ServiceLevelRow) -> str:
    return row.organisation_en if in_english() and row.organisation_en else row.organisation_zh


def _share(row: ServiceLevelRow) -> str:
    judged = row.on_time + row.late
    return f"{100 * row.on_time / judged:.1f}%" if judged else "–"
