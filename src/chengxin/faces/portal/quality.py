"""How good the data are that departments hand in, for everyone to see: by department, month and check."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from chengxin.base import charts
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.portal.context import in_english
from chengxin.intake.quality import policy, queries
from chengxin.intake.quality.printing import CHINESE, ENGLISH
from chengxin.intake.quality.queries import Computed, FigureRow, Narrowed, Point, ProviderRow
from chengxin.intake.quality.rules import Check, Kind, Level, Month, Words, month_written
from chengxin.registry.accounts import queries as accounts

LEVELS = {
    Level.REQUIRED: gettext_lazy("必备级"),
    Level.EXPECTED: gettext_lazy("良好级"),
    Level.EXCELLENT: gettext_lazy("优秀级"),
}
SHOWN = (Check.REPORTING, Check.COMPLIANCE, Check.TIMELINESS, Check.CODES)
FAILING = 5


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """One month, by department; the month stands in the address, the newest closed one without it."""
    computed = _computed(request)
    context: dict[str, Any] = {"place": "disclosure", "computed": computed}
    if computed is not None:
        rows = queries.provider_rows(computed)
        average = queries.average_score(rows)
        names = _names()
        context |= {
            "months": queries.months_computed(),
            "is_closed": computed.kind == Kind.CLOSING,
            "shown": [d for d in queries.definitions_of(computed.month) if d.code in SHOWN],
            "rows": [_provider(r, names) for r in rows if r.score is not None],
            "average": average,
            "figures": [_figure(f) for f in queries.figures(computed)],
            "failing": [
                {"row": f, "name": _rule_names(computed.month).get(f.rule, f.rule)}
                for f in queries.failing_most(computed, most=FAILING)
            ],
            "has_report": queries.report_of(computed.month, language=ENGLISH if in_english() else CHINESE) is not None,
            "received": sum(r.disputes_received for r in rows),
            "closed": sum(r.disputes_closed for r in rows),
            "trend": _trend(queries.score_trend(None, computed.month)),
        }
    return render(request, "portal/quality.html", context)


@require_safe
def quality_csv(request: HttpRequest) -> HttpResponse:
    """All figures of the month by department, as a table for a spreadsheet."""
    computed = _computed(request)
    if computed is None:
        raise Http404
    file = CsvFile(f"data-quality-{computed.month.code}.csv")
    titles = [_("月份"), _("单位"), _("统一社会信用代码"), _("总分"), _("质量指标"), _("结果"), _("目标"), _("通过")]
    file.row([*titles, _("全部")])
    known = {o.id: o for o in accounts.organisations()}
    for row in queries.provider_rows(computed):
        organisation = known[row.provider_id]
        for figure in row.figures:
            if figure.total:
                told = [computed.month.code, _name_of(organisation), organisation.code, row.score]
                target = f"{figure.definition.target:f}"
                file.row([*told, _said(figure.definition.name), figure.rate, target, figure.good, figure.total])
    return file


@require_safe
def report(request: HttpRequest, month: str) -> HttpResponse:
    """The signed report of a closed month, in the language of the page."""
    written = month_written(month)
    pdf = queries.report_of(written, language=ENGLISH if in_english() else CHINESE) if written else None
    if pdf is None:
        raise Http404
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="data-quality-{month}.pdf"'
    return response


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """Every check and every rule of validation, with its definition, target, owner and source."""
    computed = _computed(request)
    defined = queries.definitions_of(computed.month) if computed else ()
    rules = policy.rules(computed.month.first) if computed else ()
    context = {
        "place": "disclosure",
        "checks": [_definition(d) for d in defined],
        "rules": [{"code": r.code, "name": _said(r.name), "definition": _said(r.definition)} for r in rules],
    }
    return render(request, "portal/quality_definitions.html", context)


@require_safe
def definition(request: HttpRequest, check: str) -> HttpResponse:
    """One check: its definition, its trend in the city, and each department's figure."""
    computed = _computed(request)
    if computed is None:
        raise Http404
    found = next((f for f in queries.figures(computed) if f.definition.code == check), None)
    if found is None:
        raise Http404
    names = _names()
    rows = [
        {"name": names.get(r.provider_id, ""), "line": _figure(f)}
        for r in queries.provider_rows(computed)
        for f in r.figures
        if f.definition.code == check and f.total
    ]
    context = {
        "place": "disclosure",
        "computed": computed,
        "months": queries.months_computed(),
        "is_closed": computed.kind == Kind.CLOSING,
        "check": _definition(found.definition),
        "line": _figure(found),
        "rows": rows,
        "trend": _trend(queries.trend(check, computed.month, Narrowed()), target=found.definition.target),
    }
    return render(request, "portal/quality_definition.html", context)


def _computed(request: HttpRequest) -> Computed | None:
    """The figures of the month in the address; without one of the newest closed month, else of the newest."""
    asked, months = month_written(request.GET.get("month", "")), queries.months_computed()
    month = asked if asked in months else queries.last_closed() or next(iter(months), None)
    return queries.computed(month) if month else None


def _provider(row: ProviderRow, names: dict[int, str]) -> dict[str, Any]:
    lines = {f.definition.code: _figure(f) for f in row.figures}
    return {
        "row": row,
        "name": names.get(row.provider_id, ""),
        "level": LEVELS[row.level] if row.level else None,
        "lines": [lines[d] for d in SHOWN if d in lines],
    }


def _figure(row: FigureRow) -> dict[str, Any]:
    return {
        "row": row,
        "code": row.definition.code,
        "name": _said(row.definition.name),
        "rate": f"{row.rate}%" if row.rate is not None else "–",
        "target": f"{row.definition.target:f}%",
        "level": LEVELS[row.definition.level],
    }


def _definition(definition: Any) -> dict[str, Any]:
    owner = accounts.organisation_by_code(definition.owner)
    return {
        "code": definition.code,
        "name": _said(definition.name),
        "formula": _said(definition.formula),
        "level": LEVELS[definition.level],
        "target": f"{definition.target:f}%",
        "weight": definition.weight,
        "owner": _name_of(owner) if owner else definition.owner,
        "source": definition.source,
        "verified": definition.verified,
        "version": definition.version,
    }


def _trend(points: tuple[Point, ...], *, target: Any = None) -> dict[str, Any]:
    chart = charts.trend([p.month.code for p in points], [[p.rate for p in points]], target=target)
    return {"chart": chart, "points": points, "with_average": False, "is_empty": all(p.rate is None for p in points)}


def _rule_names(month: Month) -> dict[str, str]:
    return {r.code: _said(r.name) for r in policy.rules(month.first)}


def _names() -> dict[int, str]:
    return {o.id: _name_of(o) for o in accounts.organisations()}


def _name_of(organisation: Any) -> str:
    return str(organisation.name_en if in_english() and organisation.name_en else organisation.name_zh)


def _said(words: Words) -> str:
    return words.en if in_english() else words.zh
