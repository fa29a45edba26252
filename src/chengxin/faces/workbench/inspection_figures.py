"""How the statistics of inspections are said: shares with their intervals, and what they do not show."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.workbench import inspections as lines
from chengxin.regulation.inspections import policy
from chengxin.regulation.inspections.queries.statistics import Statistics
from chengxin.regulation.inspections.rates import Rate
from chengxin.regulation.inspections.rules import CONTROL


def context_of(found: Statistics, *, on: date) -> dict[str, Any]:
    """The table and the sentence above it, for both faces."""
    called, least = lines.strata(on), policy.least_visits(on)
    rows = [_line(name, found.by_stratum[code], least) for code, name in called.items() if code in found.by_stratum]
    return {
        "rows": rows,
        "graded": _line(_("按等级抽取合计"), found.graded, least),
        "control": _line(called[CONTROL], found.control, least),
        "finding": _finding(found, least),
        "least": least,
        "visits": found.graded.visits + found.control.visits,
    }


def csv_of(found: Statistics, *, on: date) -> CsvFile:
    """The same table for a spreadsheet."""
    told = context_of(found, on=on)
    file = CsvFile("inspection-statistics.csv")
    file.row([_("层"), _("检查数"), _("发现问题"), _("发现率（%）"), _("区间下限（%）"), _("区间上限（%）")])
    for row in (*told["rows"], told["graded"], told["control"]):
        file.row([row["name"], row["visits"], row["found"], row["share"], row["low"], row["high"]])
    return file


def _line(name: str, rate: Rate, least: int) -> dict[str, Any]:
    return {
        "name": name,
        "visits": rate.visits,
        "found": rate.found,
        "share": None if rate.share is None else round(100 * rate.share, 1),
        "low": round(100 * rate.low, 1),
        "high": round(100 * rate.high, 1),
        "is_few": rate.visits < least,
    }


def _finding(found: Statistics, least: int) -> str:
    gap = found.difference
    if gap is None:
        return _("还没有两组都公示的检查，不能比较。")
    points = {"low": f"{100 * gap.low:+.1f}", "high": f"{100 * gap.high:+.1f}", "value": f"{100 * gap.value:+.1f}"}
    if min(found.compared) < least:
        return _(
            "检查还太少（每组至少 {least} 次），差 {value} 个百分点（95% 区间 {low} 到 {high}），说明不了问题。"
        ).format(least=least, **points)
    if not gap.is_clear:
        return _("按等级抽取与对照组相差 {value} 个百分点（95% 区间 {low} 到 {high}），可能只是偶然。").format(**points)
    if gap.value > 0:
        return _("按等级抽取比对照组多发现 {value} 个百分点（95% 区间 {low} 到 {high}）。").format(**points)
    return _("按等级抽取比对照组少发现 {value} 个百分点（95% 区间 {low} 到 {high}）。").format(**points)
