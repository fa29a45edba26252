"""How the pages of data quality say what a figure is: names, trends, rows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base import charts
from chengxin.base.casework.procedures import procedure
from chengxin.faces.workbench.names import FAULTS
from chengxin.faces.workbench.pages import Choice, say, words
from chengxin.faces.workbench.shown import item_name
from chengxin.intake.quality.models import OrderLine
from chengxin.intake.quality.order_queries import OrderRow
from chengxin.intake.quality.orders import title_of
from chengxin.intake.quality.queries import FailedRule, FigureRow, Point
from chengxin.intake.quality.rows import BehindRow
from chengxin.intake.quality.rules import Edit, Kind, Level, Month
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue import queries as catalogue

LEVELS = {
    Level.REQUIRED: _("必备级"),
    Level.EXPECTED: _("良好级"),
    Level.EXCELLENT: _("优秀级"),
}
KINDS = {
    Kind.PROVISIONAL: _("暂计"),
    Kind.CLOSING: _("已定稿"),
    Kind.RECOMPUTED: _("重算"),
}
LINE_FAULTS = {
    OrderLine.Fault.CHECK_DIGIT.value: _("代码校验不通过"),
    OrderLine.Fault.OTHER_SUBJECT.value: _("代码属于另一主体"),
    OrderLine.Fault.TWO_NAMES.value: _("名称与代码不符"),
}
EDITS: dict[str, Any] = {
    Edit.SUBSTITUTION: _("一位填错"),
    Edit.TRANSPOSITION: _("相邻两位颠倒"),
    Edit.SAME_NAME: _("同名主体登记的代码"),
    Edit.SAME_CODE: _("代码不变，名称改为登记名称"),
}
DIVISION = "division"


def figure_line(row: FigureRow) -> dict[str, Any]:
    """A check with its figure, as a table shows it."""
    return {
        "row": row,
        "code": row.definition.code,
        "name": words(row.definition.name),
        "level": LEVELS[row.definition.level],
        "target": f"{row.definition.target:f}%",
        "rate": f"{row.rate}%" if row.rate is not None else "–",
        "is_seen": row.total > 0,
    }


def rule_line(row: FailedRule) -> dict[str, Any]:
    """A rule of validation with the rows that it rejected."""
    return {"row": row, "name": FAULTS.get(row.rule, row.rule)}


def trend_of(points: tuple[Point, ...], *, target: Any = None, with_average: bool = False) -> dict[str, Any]:
    """A trend as the chart component draws it, with its table."""
    lines = [[p.rate for p in points]]
    if with_average:
        lines.append([p.average for p in points])
    return {
        "chart": charts.trend([p.month.code for p in points], lines, target=target),
        "points": points,
        "with_average": with_average,
        "is_empty": all(p.rate is None for p in points),
    }


def behind_line(row: BehindRow, organisations: Mapping[int, str]) -> dict[str, Any]:
    """A row behind a number."""
    return {
        "row": row,
        "organisation": organisations.get(row.provider_id or 0, ""),
        "item": item_name(row.item) if row.item else "",
        "what": [LINE_FAULTS.get(w, FAULTS.get(w, w)) for w in row.what],
        "division": division_names().get(row.division, row.division),
    }


def order_line(row: OrderRow, organisations: Mapping[int, str]) -> dict[str, Any]:
    """A work order in a list and as heading of its own page, in the language of the page."""
    item = item_name(row.item)
    return {
        "row": row,
        "title": title_of(item, row.lines),
        "organisation": organisations.get(row.provider_id, ""),
        "item": item,
        "state": str(procedure("code-order").state(row.state).name),
        "open": row.lines - row.mended,
    }


def division_names() -> dict[str, str]:
    """The city's divisions in the language of the page."""
    return {code: words(name) for code, name in catalogue.code_list(DIVISION).meanings.items()}


def organisation_choices() -> list[Choice]:
    """The city's organisations for a select, by code."""
    return [Choice(o.code, say(o.name_zh, o.name_en)) for o in accounts.organisations()]


def month_choices(months: tuple[Month, ...]) -> list[Choice]:
    """Months for a select."""
    return [Choice(m.code, m.code) for m in months]
