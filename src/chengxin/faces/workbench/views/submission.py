"""One submission: watching it, its result, its faults, and sending it again with the columns corrected."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.catalogue_forms import told
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.names import FAULTS, STEPS
from chengxin.faces.workbench.pages import Choice, Sheet, page, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.resolving import STATES as ROW_STATES
from chengxin.faces.workbench.resolving import TAGS as ROW_TAGS
from chengxin.faces.workbench.shown import FINISHED, STATES, TAGS, field_names, item_name, organisation_names
from chengxin.faces.workbench.views.submissions import SEES, reach
from chengxin.intake.collection import queries, services
from chengxin.intake.collection.queries import SubmissionDetail
from chengxin.intake.collection.rules import State
from chengxin.intake.resolution import queries as resolution
from chengxin.intake.resolution.rules import State as RowState
from chengxin.registry.accounts.rules import Permission, require
from chengxin.registry.catalogue import proposals

FAULTS_SIZE = 25
NOTES_SIZE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@open_to(*SEES)
def submission(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """How far the submission is, or what came of it."""
    return _page(request, queries.submission(submission_id, reach(request.actor)))


@require_POST
@open_to(Permission.SUBMIT_RECORDS)
def assign_columns(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """Remember the officer's assignment of columns for files with these titles, and send the file again with it."""
    detail = queries.submission(submission_id, reach(request.actor))
    chosen = dict(zip(request.POST.getlist("title"), request.POST.getlist("field"), strict=False))
    if doubled := _doubled(detail, chosen):
        return _page(request, detail, errors=[doubled], chosen=chosen, status=422)
    try:
        again = services.send_again(detail.id, mapping=chosen, by=request.actor, at=clock.now())
    except ChengxinError as error:
        errors = [PageError("columns", error.sentence, error.advice)]
        return _page(request, detail, errors=errors, chosen=chosen, status=error.status)
    return redirect("workbench:submission", again)


@require_GET
@open_to(*SEES)
def rejected_rows(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """The rejected rows in the template's own columns, with what is wrong."""
    detail = queries.submission(submission_id, reach(request.actor))
    # The file opens sealed values again, so it goes to nobody but those who handed them in.
    require(request.actor, Permission.SEE_OWN_SUBMISSIONS, of=detail.organisation_id)
    response = HttpResponse(services.hand_back(detail.id, by=request.actor, at=clock.now()), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="rejected-{detail.id}.xlsx"'
    return response


def _uncoded(request: SignedInRequest, detail: SubmissionDetail) -> Sheet | None:
    """The rows without a code, and what became of them."""
    if not detail.waiting:
        return None
    number = number_of_page(request, "uncoded")
    rows, total = resolution.rows_of_submission(detail.id, page=number, size=FAULTS_SIZE)
    lines = [{"row": row, "state": ROW_STATES[row.state], "tag": ROW_TAGS[RowState(row.state)]} for row in rows]
    return sheet(request, lines, total, FAULTS_SIZE, "uncoded")


def _page(
    request: SignedInRequest,
    detail: SubmissionDetail,
    *,
    errors: list[PageError] | None = None,
    chosen: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    state = State(detail.state)
    context: dict[str, Any] = {
        "detail": detail,
        "errors": errors or [],
        "uncoded": _uncoded(request, detail),
        "changes": told(proposals.changes_since(detail.item, detail.item_version)),
        "item_name": item_name(detail.item),
        "organisation": organisation_names().get(detail.organisation_id, ""),
        "state_name": STATES[state],
        "tag": TAGS[state],
        "is_done": state in FINISHED,
        "may_download": request.actor.may(Permission.SEE_OWN_SUBMISSIONS, of=detail.organisation_id),
        "may_submit": request.actor.may(Permission.SUBMIT_RECORDS, of=detail.organisation_id),
    }
    if state not in FINISHED:
        context |= _progress(detail)
    else:
        context["may_assign"] = context["may_submit"] and detail.may_be_sent_again
        context |= _columns(detail, chosen, is_open=bool(errors) or state == State.UNREADABLE)
    if state == State.DONE:
        context |= {"finding": _finding(detail)} | _faults(request, detail) | _notes(request, detail)
    return page(request, "submission", context, status=status)


def _progress(detail: SubmissionDetail) -> dict[str, Any]:
    waiting = detail.step is None
    return {
        "step_name": _("已收到，排队中") if waiting else STEPS.get(detail.step or "", _("处理中")),
        "percent": None if waiting else round(100 * detail.fraction),
    }


def _finding(detail: SubmissionDetail) -> str:
    taken = detail.rows - detail.rejected
    if not detail.rejected:
        return ngettext("%(n)s 行全部通过", "%(n)s 行全部通过", detail.rows) % {"n": detail.rows}
    if not taken:
        return ngettext("%(n)s 行都没有通过", "%(n)s 行都没有通过", detail.rows) % {"n": detail.rows}
    return ngettext("%(n)s 行通过，%(bad)s 行需要改", "%(n)s 行通过，%(bad)s 行需要改", taken) % {
        "n": taken,
        "bad": detail.rejected,
    }


def _columns(detail: SubmissionDetail, chosen: dict[str, str] | None, *, is_open: bool) -> dict[str, Any]:
    names = field_names(detail.item)
    columns = [
        {
            "title": column.title,
            "field": (chosen or {}).get(column.title, column.field or ""),
            "field_name": names.get(column.field or ""),
            "unknown": column.field is None,
        }
        for column in queries.columns_taken(detail.id)
        if column.title
    ]
    unknown = sum(1 for column in columns if column["unknown"])
    finding = ngettext("%(n)s 列没有对应的字段", "%(n)s 列没有对应的字段", unknown) % {"n": unknown}
    return {
        "columns": columns,
        "columns_finding": finding if unknown else _("每一列都有对应的字段，或者已说明不采用。"),
        "columns_open": is_open or bool(unknown),
        "fields": [Choice(code, name) for code, name in names.items()],
    }


def _doubled(detail: SubmissionDetail, chosen: dict[str, str]) -> PageError | None:
    names = field_names(detail.item)
    given = [field for field in chosen.values() if field]
    for place, field in enumerate(chosen.values()):
        if field and given.count(field) > 1:
            return PageError(f"column-{place}", _("有两列都对应“%(field)s”") % {"field": names.get(field, field)})
    return None


def _faults(request: SignedInRequest, detail: SubmissionDetail) -> dict[str, Any]:
    field, rule = request.GET.get("field", ""), request.GET.get("rule", "")
    found = queries.faults(
        detail.id, page=number_of_page(request), size=FAULTS_SIZE, field=field or None, rule=rule or None
    )
    names = field_names(detail.item)
    counts = queries.fault_counts(detail.id)
    by_field: dict[str, int] = {}
    by_rule: dict[str, int] = {}
    for one_field, one_rule, count in counts:
        by_field[one_field] = by_field.get(one_field, 0) + count
        by_rule[one_rule] = by_rule.get(one_rule, 0) + count
    return {
        "field": field,
        "rule": rule,
        "fault_fields": [Choice(code, names.get(code, code), n) for code, n in by_field.items()],
        "fault_rules": [Choice(code, FAULTS.get(code, code), n) for code, n in by_rule.items()],
        "faults": _lines(request, found, names, FAULTS_SIZE, "page"),
    }


def _notes(request: SignedInRequest, detail: SubmissionDetail) -> dict[str, Any]:
    found = queries.notes(detail.id, page=number_of_page(request, "notes"), size=NOTES_SIZE)
    return {"notes": _lines(request, found, field_names(detail.item), NOTES_SIZE, "notes")}


def _lines(request: SignedInRequest, found: Any, names: dict[str, str], size: int, parameter: str) -> Sheet:
    rows = [
        {"row": f.row, "field_name": names.get(f.field, f.field), "message": f.message, "hint": f.hint}
        for f in found.rows
    ]
    return sheet(request, rows, found.total, size, parameter)
