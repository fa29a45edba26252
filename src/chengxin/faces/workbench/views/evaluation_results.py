"""From a figure of monitoring to the subjects behind it, and from a result to the records behind each indicator."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.spreadsheets import CsvStream
from chengxin.evaluation.runs import members, overview, reviewing
from chengxin.evaluation.runs.members import ANY, GROUPINGS, Figure
from chengxin.evaluation.runs.monitoring import CITY
from chengxin.evaluation.runs.overview import Overview
from chengxin.evaluation.scorecards import wording
from chengxin.faces.workbench import evaluation
from chengxin.faces.workbench import evaluation_results as shown
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, page, query_without, sheet, words
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.subjects import queries as subjects

SIZE = 50


@require_GET
@open_to(Permission.RUN_EVALUATION)
def member_list(request: SignedInRequest, run_id: int) -> HttpResponse:
    """The subjects behind a figure of a run; the figure stands in the address."""
    found = overview.overview(run_id, on=clock.today())
    figure = _figure(request, found)
    total, rows, errors = members.count(figure), [], []
    try:
        rows = shown.member_lines(members.members(figure, page=number_of_page(request), size=SIZE))
    except NotFound:
        raise
    except ChengxinError as error:
        errors = [PageError("grouping", error.sentence, error.advice)]
    context = {
        "found": found,
        "figure": figure,
        "told": _told(figure, found),
        "page": sheet(request, rows, total, SIZE),
        "groups": _groups(found),
        "grades": _grades(found),
        "csv_query": query_without(request, "page"),
        "errors": errors,
    }
    return page(request, "evaluation_members", context, status=409 if errors else 200)


@require_GET
@open_to(Permission.RUN_EVALUATION)
def member_list_csv(request: SignedInRequest, run_id: int) -> HttpResponseBase:
    """All subjects behind the figure as CSV."""
    found = overview.overview(run_id, on=clock.today())
    figure = _figure(request, found)
    rows = (
        [line["name"], line["code"], line["member"].grade or _("未评级"), line["member"].points]
        for part in members.all_members(figure)
        for line in shown.member_lines(part)
    )
    titles = [_("名称"), _("统一社会信用代码"), _("等级"), _("得分")]
    return CsvStream(f"evaluation-run-{run_id}-subjects.csv", titles, rows)


@require_http_methods(["GET", "POST"])
@open_to(Permission.RUN_EVALUATION)
def result(request: SignedInRequest, run_id: int, code: str) -> HttpResponse:
    """One subject's result with its reasons; posted, with the records that are not public, too. Each look is logged."""
    now = clock.now()
    subject = subjects.by_code(code, on=clock.local_date(now))
    if subject is None:
        raise NotFound
    read = reviewing.look_at_all if request.method == "POST" else reviewing.look
    review = read(subject.id, subject.code, run_id, by=request.actor, at=now)
    model, grade = review.row.model, review.row.grade
    context = {
        "subject": subject,
        "row": review.row,
        "title": wording.say(model.title),
        "grade_title": wording.grade_title(model, grade.grade or None),
        "dimensions": shown.dimensions(review),
        "veto": shown.veto(review),
        "held_back": review.held_back,
        "read_all": request.method == "POST",
    }
    return page(request, "evaluation_result", context)


def _figure(request: SignedInRequest, found: Overview) -> Figure:
    grouping, _colon, group = request.GET.get("group", "").partition(":")
    grade = request.GET.get("grade", ANY)
    known = {(g.code, line.code) for g in found.groupings for line in g.lines}
    if grouping not in GROUPINGS or (grouping, group) not in known:
        grouping, group = CITY, ""
    return Figure(found.run.pk, grouping, group, grade if grade in {*found.grades, ""} else ANY)


def _groups(found: Overview) -> list[dict[str, Any]]:
    """The groups of the run for a select, by kind."""
    return [
        {
            "title": evaluation.TITLES[g.code],
            "choices": [Choice(f"{g.code}:{line.code}", words(line.name), line.subjects) for line in g.lines],
        }
        for g in found.groupings
        if g.lines
    ]


def _grades(found: Overview) -> list[Choice]:
    return [
        Choice(ANY, _("全部等级")),
        *(Choice(c.grade, f"{c.grade} {words(c.title)}") for c in found.model.cut_offs),
        Choice("", _("未评级")),
    ]


def _told(figure: Figure, found: Overview) -> str:
    """What the figure counts, in words."""
    lines = {(g.code, line.code): line for g in found.groupings for line in g.lines}
    line = lines.get((figure.grouping, figure.group), found.city)
    grade = next(c.name for c in _grades(found) if c.code == figure.grade)
    return f"{words(line.name)} · {grade}"
