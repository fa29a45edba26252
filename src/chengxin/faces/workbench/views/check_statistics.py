"""The statistics of cases (奖惩案例统计) for the credit office: what was checked, answered, and done about it."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.clock import CITY_TIME
from chengxin.base.listing import in_turn
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page, query_without, say
from chengxin.faces.workbench.views.checks import moment
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.measures import queries

DAYS = 90


@require_GET
@open_to(Permission.SEE_CHECK_STATISTICS)
def statistics(request: SignedInRequest) -> HttpResponse:
    """By matter, department and measure, for the period that the address names."""
    errors: list[PageError] = []
    try:
        rows = _lines(request)
    except ValueError:
        rows, errors = [], [PageError("since", _("日期要写成 2026-05-09 这样"))]
    context = {
        "rows": rows,
        "totals": {
            name: sum(r[name] for r in rows) for name in ("hits", "applied", "rewarded", "not_applied", "silent")
        },
        "asked": sum({r["asked_by"]: r["asked"] for r in rows}.values()),
        "query": query_without(request),
        "days": DAYS,
        "errors": errors,
    }
    return page(request, "check_statistics", context, status=422 if errors else 200)


@require_GET
@open_to(Permission.SEE_CHECK_STATISTICS)
def statistics_csv(request: SignedInRequest) -> HttpResponse:
    """The same as CSV, for a spreadsheet."""
    try:
        rows = _lines(request)
    except ValueError:
        return redirect("workbench:check-statistics")
    file = CsvFile("check-statistics.csv")
    counts = [_("查验次数"), _("答复次数"), _("已实施"), _("已给予"), _("未实施"), _("未反馈"), _("未实施的理由")]
    file.row([_("查验事项"), _("单位"), _("措施"), *counts])
    for row in rows:
        figures = [row[name] for name in ("asked", "hits", "applied", "rewarded", "not_applied", "silent")]
        file.row([row["matter"], row["who"], row["measure"], *figures, in_turn(row["reasons"])])
    return file


def _lines(request: SignedInRequest) -> list[dict[str, Any]]:
    today = clock.today()
    tomorrow = datetime.combine(today + timedelta(days=1), time.min, tzinfo=CITY_TIME)
    since = moment(request.GET.get("since", "")) or tomorrow - timedelta(days=DAYS)
    until = moment(request.GET.get("until", "")) or tomorrow
    found = queries.statistics(by=request.actor, since=since, until=until)
    return [
        {
            "asked_by": (row.matter, row.organisation_code),
            "matter": say(row.matter_zh, row.matter_en),
            "who": say(row.organisation_zh, row.organisation_en),
            "measure": say(row.measure_zh, row.measure_en),
            "asked": row.asked,
            "hits": row.hits,
            "applied": row.applied,
            "rewarded": row.rewarded,
            "not_applied": row.not_applied,
            "silent": row.silent,
            "reasons": row.reasons,
        }
        for row in found
    ]
