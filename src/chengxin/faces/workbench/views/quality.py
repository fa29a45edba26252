"""Data quality on the workbench: the figures of a month, each check with its trend and rows, what was declared."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.listing import in_turn
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench import quality as shown
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, page, query_without, sheet, words
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.shown import item_name, organisation_names
from chengxin.faces.workbench.views.submissions import SEES
from chengxin.intake.quality import computing, issuing, policy, queries, rows, services
from chengxin.intake.quality.errors import MonthAhead
from chengxin.intake.quality.printing import CHINESE
from chengxin.intake.quality.queries import Computed, Narrowed
from chengxin.intake.quality.rows import BehindRow
from chengxin.intake.quality.rules import RULE, Check, Month, month_of, month_written
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.registry.catalogue import queries as catalogue

FAILING = 5
NAMES = ("month", "organisation", "division", "item")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, within what the reader may see; `computed` None: nothing was computed yet."""

    computed: Computed | None
    narrowed: Narrowed
    chosen: dict[str, str]
    provider_id: int | None


def asked(request: SignedInRequest) -> Asked:
    """The month (the newest without one), and which part of it."""
    chosen = {name: request.GET.get(name, "").strip()[:64] for name in NAMES}
    months = queries.months_computed()
    month = month_written(chosen["month"])
    month = month if month in months else next(iter(months), None)
    organisation = accounts.organisation_by_code(chosen["organisation"]) if chosen["organisation"] else None
    reach = rows.reach_of(request.actor)
    providers: frozenset[int] | None = None if request.actor.may(Permission.SEE_ALL_SUBMISSIONS) else reach
    if organisation is not None:
        providers = frozenset({organisation.id}) & reach
    own = request.actor.organisation_id if providers is not None and organisation is None else None
    narrowed = Narrowed(providers, chosen["division"], chosen["item"])
    computed = queries.computed(month) if month else None
    return Asked(computed, narrowed, chosen, organisation.id if organisation else own)


@require_GET
@open_to(*SEES)
def quality(request: SignedInRequest) -> HttpResponse:
    """The figures of a month against their targets, the score over time, and what failed most."""
    wanted = asked(request)
    context = _frame(request, wanted)
    if wanted.computed is not None:
        month = wanted.computed.month
        context |= {
            "figures": [shown.figure_line(row) for row in queries.figures(wanted.computed, wanted.narrowed)],
            "failing": [
                shown.rule_line(r) for r in queries.failing_most(wanted.computed, wanted.narrowed, most=FAILING)
            ],
            "trend": shown.trend_of(queries.score_trend(wanted.provider_id, month), with_average=True),
            "provider": _provider(wanted),
            "recomputed": queries.recomputed(month),
            "has_report": queries.report_of(month, language=CHINESE) is not None,
            "may_run": request.actor.may(Permission.RUN_QUALITY),
        }
    return page(request, "quality", context)


@require_GET
@open_to(*SEES)
def check(request: SignedInRequest, check: str) -> HttpResponse:
    """One check, or one rule of validation: what it means, its trend, and the rows behind its number."""
    wanted = asked(request)
    computed, defined = _defined(wanted, check)
    found = rows.behind(
        check, computed, wanted.narrowed, by=request.actor, on=clock.today(), page=number_of_page(request)
    )
    organisations = organisation_names()
    lines = [shown.behind_line(row, organisations) for row in found.rows]
    target = defined["target"]
    context = _frame(request, wanted) | {
        "defined": defined,
        "check": check,
        "found": found,
        "page": sheet(request, lines, found.total, rows.SHOWN),
        "may_merge": check == Check.UNIQUE and request.actor.may(Permission.RESOLVE_ROWS),
        "csv_query": query_without(request, "page"),
        "trend": shown.trend_of(queries.trend(check, computed.month, wanted.narrowed), target=target),
    }
    return page(request, "quality_check", context)


@require_GET
@open_to(*SEES)
def check_csv(request: SignedInRequest, check: str) -> HttpResponseBase:
    """The rows behind a number as CSV."""
    wanted = asked(request)
    computed, _defined_as = _defined(wanted, check)
    organisations = organisation_names()

    def cells(row: BehindRow) -> list[Any]:
        line = shown.behind_line(row, organisations)
        place = [line["organisation"], line["item"], row.submission_id, row.row]
        days = [row.decided_on or "", row.handed_in_on or ""]
        what = in_turn(map(str, line["what"]))
        return [*place, row.code, row.name, line["division"], *days, what, row.case_id]

    titles = [_("单位"), _("目录项"), _("提交号"), _("行号"), _("统一社会信用代码"), _("名称"), _("行政区划")]
    return CsvStream(
        f"quality-{computed.month.code}-{check.replace(':', '-')}.csv",
        [*titles, _("决定日期"), _("报送日期"), _("问题"), _("事项编号")],
        map(cells, rows.all_behind(check, computed, wanted.narrowed, by=request.actor, on=clock.today())),
    )


@require_http_methods(["GET", "POST"])
@open_to(Permission.SUBMIT_RECORDS)
def declare(request: SignedInRequest) -> HttpResponse:
    """How many decisions the organisation made in a month, by item of double publicity."""
    now = clock.now()
    current = month_of(clock.local_date(now))
    month = month_written(request.POST.get("month", request.GET.get("month", ""))) or current.before
    items = policy.double_publicity(month.first)
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        counts = {i: _whole(request.POST.get(i, "")) for i in items if request.POST.get(i, "").strip()}
        try:
            services.declare(month, counts, by=request.actor, at=now)
        except ChengxinError as error:
            field = "month" if isinstance(error, MonthAhead) else items[0]
            errors, status = [PageError(field, error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已申报。报送数与申报数相比得出上报率。"))
            return redirect(f"{request.path}?month={month.code}")
    own = _own_declarations(month, request.actor)
    context = {
        "month": month,
        "months": [Choice(m.code, m.code) for m in (current, current.before, current.before.before)],
        "lines": [
            {"code": i, "name": item_name(i), "declared": own.get(i), "given": request.POST.get(i, "")} for i in items
        ],
        "errors": errors,
    }
    return page(request, "quality_declare", context, status=status)


@require_POST
@open_to(Permission.RUN_QUALITY)
def recompute(request: SignedInRequest) -> HttpResponse:
    """Compute a month anew; what a closed month says stays."""
    month = month_written(request.POST.get("month", ""))
    if month is None:
        raise NotFound
    services.recompute(month, by=request.actor, at=clock.now())
    messages.success(request, _("已重新计算。已定稿的月份仍以定稿数字为准，重算结果另行显示。"))
    response = redirect("workbench:quality")
    response["Location"] += f"?month={month.code}"
    return response


@require_POST
@open_to(Permission.RUN_QUALITY)
def issue_report(request: SignedInRequest) -> HttpResponse:
    """Issue the report of a closed month where the night's work could not, for instance for want of fonts."""
    month = month_written(request.POST.get("month", ""))
    if month is None:
        raise NotFound
    issuing.issue(month, by=request.actor, at=clock.now())
    messages.success(request, _("月报已出具，可以在公开页下载。"))
    response = redirect("workbench:quality")
    response["Location"] += f"?month={month.code}"
    return response


def _own_declarations(month: Month, actor: Actor) -> dict[str, int]:
    own = [actor.organisation_id] if actor.organisation_id is not None else []
    return {item: n for (_, item), n in computing.latest_declarations(month, organisation_ids=own).items()}


def _whole(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() and len(text) < 10 else None


def _frame(request: SignedInRequest, wanted: Asked) -> dict[str, Any]:
    """What all pages of figures show: the filter, the month, how its figures came about."""
    sees_all = request.actor.may(Permission.SEE_ALL_SUBMISSIONS)
    names = shown.division_names()
    divisions = queries.divisions_of(wanted.computed) if wanted.computed else ()
    return {
        "computed": wanted.computed,
        "kind": shown.KINDS[wanted.computed.kind] if wanted.computed else "",
        "chosen": wanted.chosen,
        "query": query_without(request, "page"),
        "months": shown.month_choices(queries.months_computed()),
        "organisations": shown.organisation_choices() if sees_all else [],
        "divisions": [Choice(d, names.get(d, d)) for d in divisions] if sees_all else [],
        "items": [Choice(i.code, words(i.name)) for i in catalogue.items()],
    }


def _provider(wanted: Asked) -> dict[str, Any] | None:
    """The chosen provider's score and level beside the average of all."""
    assert wanted.computed is not None
    every = queries.provider_rows(wanted.computed)
    own = next((r for r in every if r.provider_id == wanted.provider_id), None)
    return {
        "row": own,
        "level": shown.LEVELS[own.level] if own and own.level else None,
        "average": queries.average_score(every),
    }


def _defined(wanted: Asked, code: str) -> tuple[Computed, dict[str, Any]]:
    """The month's figures, and what the check means. Raises `NotFound`."""
    if wanted.computed is None:
        raise NotFound
    if code.startswith(RULE):
        rule = next((r for r in policy.rules(wanted.computed.month.first) if f"{RULE}{r.code}" == code), None)
        if rule is None:
            raise NotFound
        return wanted.computed, {"name": words(rule.name), "formula": words(rule.definition), "target": None}
    found = next((r for r in queries.figures(wanted.computed, wanted.narrowed) if r.definition.code == code), None)
    if found is None:
        raise NotFound
    definition = found.definition
    owner = accounts.organisation_by_code(definition.owner)
    return wanted.computed, {
        "name": words(definition.name),
        "formula": words(definition.formula),
        "rows": words(definition.rows),
        "target": definition.target,
        "line": shown.figure_line(found),
        "owner": organisation_names().get(owner.id, "") if owner else definition.owner,
        "source": definition.source,
        "verified": definition.verified,
        "version": definition.version,
    }
