"""Evaluation runs for the credit office: what was computed, who stands where, and how two runs differ."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.spreadsheets import CsvFile
from chengxin.evaluation.runs import comparing, overview
from chengxin.evaluation.runs.models import Run
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.faces.workbench import evaluation
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.pages import number_of_page, page, sheet, words
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.subjects import queries as subjects

RUNS, MOVERS = 20, 50


@require_GET
@open_to(Permission.RUN_EVALUATION)
def run_list(request: SignedInRequest) -> HttpResponse:
    """The latest runs of all models, or of the one that the address names."""
    wanted = request.GET.get("model", "")
    codes = {m.code: words(m.title) for m in scorecards.models()}
    model = wanted if wanted in codes else ""
    found = overview.latest_runs(model=model, page=number_of_page(request), size=RUNS)
    rows = sheet(request, [_row(r) for r in found], overview.runs_count(model=model), RUNS)
    context = {"runs": rows, "models": codes, "wanted": wanted}
    return page(request, "evaluation_runs", context)


@require_GET
@open_to(Permission.RUN_EVALUATION)
def run(request: SignedInRequest, run_id: int) -> HttpResponse:
    """One run: distribution by group, stability, disparity, foresight, and what the grade does not know."""
    found = overview.overview(run_id, on=clock.today())
    others = [r for r in overview.latest_runs(model=found.run.model) if r.pk != run_id]
    context = {
        "found": found,
        "row": _row(found.run),
        "city": evaluation.whole_chart(found),
        "charts": [evaluation.chart_of(g, found) for g in found.groupings if g.lines],
        "legend": evaluation.legend(found),
        "grades_of_the_city": _city(found),
        "stability": evaluation.stability(found),
        "has_later_days": found.run.as_of < clock.today(),
        "outcome": words(catalogue.item(found.watch.outcome).name),
        "foresights": [{"seen": f, "name": words(catalogue.item(f.row.outcome).name)} for f in found.foresights],
        "others": [_against(found.run, r) for r in others],
        "seconds": found.run.milliseconds / 1000,
    }
    return page(request, "evaluation_run", context)


def _against(one: Run, other: Run) -> dict[str, Any]:
    """A line about the other run with the two in the order of days, so that "up" is what came later."""
    before, after = sorted((one, other), key=lambda r: (r.as_of, r.pk))
    return {**_row(other), "before": before, "after": after}


def _city(found: overview.Overview) -> list[dict[str, Any]]:
    """How many subjects of the city have each grade, for links to them."""
    names = evaluation.legend(found)
    return [
        {"grade": grade, "name": name["name"], "count": count}
        for grade, name, count in zip((*found.grades, ""), names, found.city.counts, strict=True)
    ]


@require_GET
@open_to(Permission.RUN_EVALUATION)
def run_csv(request: SignedInRequest, run_id: int) -> HttpResponse:
    """The distribution as CSV, for a spreadsheet."""
    found = overview.overview(run_id, on=clock.today())
    file = CsvFile(f"evaluation-run-{run_id}.csv")
    file.row([_("分组"), _("组"), _("代码"), *found.grades, _("未评级"), _("合计"), _("平均分")])
    for grouping in found.groupings:
        for line in grouping.lines:
            title = str(evaluation.TITLES[grouping.code])
            file.row([title, words(line.name), line.code, *line.counts, line.subjects, line.mean])
    return file


@require_GET
@open_to(Permission.RUN_EVALUATION)
def comparison(request: SignedInRequest, run_id: int, other_id: int) -> HttpResponse:
    """How run `run_id` differs from `other_id`, which comes before it."""
    found = comparing.compared(other_id, run_id)
    model = scorecards.model(found.after.model, found.after.version)
    before = scorecards.model(found.before.model, found.before.version)
    titles = {i.code: words(i.title) for m in (before, model) for i in m.indicators}
    number = number_of_page(request)
    rows = comparing.movers(other_id, run_id, page=number, size=MOVERS)
    names = subjects.names_of([m.subject_id for m in rows])
    movers = [{"mover": m, "name": names[m.subject_id][0], "code": names[m.subject_id][1]} for m in rows]
    context = {
        "found": found,
        "before": _row(found.before),
        "after": _row(found.after),
        "moves": [m for m in found.moves if m.before != m.after],
        "causes": [{"title": titles[c.code], "cause": c} for c in found.causes],
        "movers": sheet(request, movers, sum(m.subjects for m in found.moves if m.before != m.after), MOVERS),
        "share": evaluation.per_cent(found.up + found.down, found.matched),
        "rules": evaluation.rule_changes(before, model),
    }
    return page(request, "evaluation_comparison", context)


def _row(found: Run) -> dict[str, Any]:
    try:
        title = words(scorecards.model(found.model, found.version).title)
    except NotFound:
        title = found.model
    return {
        "run": found,
        "title": title,
        "name": f"{found.model}-{found.version}",
        "purpose": evaluation.PURPOSES[found.purpose],
        "engine": evaluation.ENGINES[found.engine],
        "is_trial": found.purpose == "trial",
    }
