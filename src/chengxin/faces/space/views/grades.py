"""The grades of a company, in My space: one line a model, and a page with every reason."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.spreadsheets import CsvFile
from chengxin.evaluation.runs import queries as runs
from chengxin.evaluation.runs.queries import Grade
from chengxin.evaluation.scorecards import queries as scorecards
from chengxin.evaluation.scorecards import wording
from chengxin.faces.space import grades
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import code_of
from chengxin.rights.consent import reading


@require_GET
@on_behalf(Scope.SEE)
def grade_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The grade by each model that is in force, and for models without one, why."""
    subject, on = _subject(request), clock.today()
    lines = []
    for one in scorecards.in_force(on=on):
        found = runs.grade_of(subject, model=one.model.code, on=on)
        lines.append({"model": one.model, "title": wording.say(one.model.title), "grade": _told(found)})
    context = {"lines": [x for x in lines if x["grade"]], "others": [x for x in lines if not x["grade"]]}
    return page(request, "grades", context)


@require_GET
@on_behalf(Scope.SEE)
def grade(request: SpaceRequest, _mandate_id: int, model_code: str) -> HttpResponse:
    """One grade, whole; `repaired` in the address previews the repair of a record."""
    subject, on = _subject(request), clock.today()
    found = runs.grade_of(subject, model=model_code, on=on)
    if found is None:
        raise NotFound
    row = runs.explained(subject, found.run_id)
    held = reading.own_read(request.mandate.about, by=request.actor, door=reading.SCREEN, at=clock.now())
    by_id = {r.id: r for r in held}
    today = grades.today_of(row.model, held, on=on)
    wanted = _key(request.GET.get("repaired", ""))
    context = {
        "row": row,
        "title": wording.say(row.model.title),
        "limits": wording.say(row.model.limits),
        "told": _told(found),
        "version": next((one for one in scorecards.in_force(on=on) if one.model.code == model_code), None),
        "coming": scorecards.coming(model_code, on=on),
        "dimensions": grades.dimensions(row, by_id),
        "veto": grades.veto(row, by_id),
        "today": grades.result(row.model, points=today.outcome.points, grade=today.outcome.grade),
        "has_moved": grades.has_moved(found, today.outcome),
        "upward": grades.upward(today, held),
        "ahead": grades.ahead(today, by_id),
        "preview": grades.preview(today, held, wanted) if wanted else None,
        "history": [_told(one) for one in runs.history(subject, model=model_code, on=on)],
    }
    return page(request, "grade", context)


@require_GET
@on_behalf(Scope.SEE)
def grade_csv(request: SpaceRequest, _mandate_id: int, model_code: str) -> HttpResponse:
    """What each indicator gave, for a spreadsheet."""
    subject, on = _subject(request), clock.today()
    found = runs.grade_of(subject, model=model_code, on=on)
    if found is None:
        raise NotFound
    row = runs.explained(subject, found.run_id)
    file = CsvFile("grade.csv")
    file.row([_("指标"), _("情况"), _("数值"), _("分值"), _("最高")])
    for one in row.model.indicators:
        scored = row.of(one.code)
        file.row([wording.say(one.title), wording.reached(one, scored.bin), scored.value, scored.points, one.best])
    return file


def _subject(request: SpaceRequest) -> int:
    code = code_of(request.mandate.about)
    found = subjects.ids_of([code]) if code else {}
    if code not in found:
        raise NotFound  # natural persons are not graded
    return found[code]


def _told(found: Grade | None) -> dict[str, Any] | None:
    if found is None:
        return None
    model = scorecards.model(found.model, found.version)
    return {"as_of": found.as_of, "name": model.name, **grades.result(model, points=found.points, grade=found.grade)}


def _key(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
