"""The public page that says how fast records are taken down everywhere once that was decided."""

from datetime import date
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.base.spreadsheets import CsvFile
from chengxin.intake.exchange import queries
from chengxin.intake.exchange.queries import TakedownLine, TakedownReport

KEPT_SECONDS = 5
KINDS = {
    "department": _lazy("部门"),
    "district": _lazy("县（市、区）人民政府"),
    "development-zone": _lazy("开发区管委会"),
    "court": _lazy("法院"),
    "party": _lazy("党委部门"),
    "public-service": _lazy("公共服务单位"),
    "bank": _lazy("银行"),
    "agency": _lazy("信用服务机构"),
}


@require_safe
def takedowns(request: HttpRequest) -> HttpResponse:
    """The last twelve months, by month and by kind of receiver, with the definition."""
    report = _report()
    context = {
        "place": "disclosure",
        "total": _line(report.total),
        "months": [_line(line) for line in report.months],
        "kinds": [_line(line) for line in report.kinds],
    }
    return render(request, "portal/takedowns.html", context)


@require_safe
def takedowns_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table, for a spreadsheet; seconds."""
    report = _report()
    file = CsvFile("takedowns.csv")
    file.row([_("月份"), _("接收方类别"), _("撤下"), _("告知"), _("待签收"), _("中位数（秒）"), _("最长（秒）")])
    for line in (*report.months, *report.kinds):
        seconds = [_rounded(line.median_seconds), _rounded(line.worst_seconds)]
        kind = str(KINDS.get(line.kind, line.kind))
        file.row([_month(line.month), kind, line.takedowns, line.notices, line.waiting, *seconds])
    return file


def _report() -> TakedownReport:
    """Kept for a few seconds, so that many readers cost one count."""
    found: TakedownReport | None = cache.get("portal.takedowns")
    if found is None:
        found = queries.takedown_report(at=clock.now())
        cache.set("portal.takedowns", found, KEPT_SECONDS)
    return found


def _line(line: TakedownLine) -> dict[str, Any]:
    return {
        "month": _month(line.month),
        "kind": KINDS.get(line.kind, line.kind),
        "line": line,
        "median": duration(line.median_seconds),
        "worst": duration(line.worst_seconds),
    }


def duration(seconds: float | None) -> str:
    """A length of time as people say it; a dash where there is none."""
    if seconds is None:
        return "—"
    if seconds < 60:
        return _("{n} 秒").format(n=f"{seconds:.1f}")
    if seconds < 3600:
        return _("{n} 分钟").format(n=f"{seconds / 60:.0f}")
    if seconds < 2 * 86_400:
        return _("{n} 小时").format(n=f"{seconds / 3600:.1f}")
    return _("{n} 天").format(n=f"{seconds / 86_400:.1f}")


def _month(month: date | None) -> str:
    return f"{month:%Y-%m}" if month else ""


def _rounded(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"
