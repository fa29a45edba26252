"""What was handed in: the list, one submission with its result, and sending again with columns corrected."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, choices, day, page, query_without, say, sheet, words
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.shown import (
    STATES,
    organisation_names,
    submission_line,
)
from chengxin.intake.collection import queries
from chengxin.intake.collection.queries import SubmissionRow
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.registry.catalogue import queries as catalogue

SIZE = 20
FAULTS_SIZE = 25
SEES = (Permission.SEE_OWN_SUBMISSIONS, Permission.SEE_ALL_SUBMISSIONS)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def reach(actor: Actor) -> frozenset[int] | None:
    """Whose submissions the actor sees: None is everyone's."""
    return None if actor.may(Permission.SEE_ALL_SUBMISSIONS) else actor.reaches


@require_GET
@open_to(*SEES)
def submission_list(request: SignedInRequest) -> HttpResponse:
    """The list, filtered by what the address says."""
    chosen = _chosen(request)
    try:
        found = queries.submissions_of(reach(request.actor), **_filter(chosen), page=number_of_page(request), size=SIZE)
        errors = []
    except ValueError:
        found, errors = None, [PageError("since", _("日期要写成 2026-05-09 这样"))]
    organisations = organisation_names()
    sees_all = reach(request.actor) is None
    rows = [submission_line(row, organisations) for row in found.rows] if found else []
    context = {
        "page": sheet(request, rows, found.total if found else 0, SIZE),
        "chosen": chosen,
        "errors": errors,
        "is_filtered": any(chosen.values()),
        "query": query_without(request, "page"),
        "items": [Choice(item.code, words(item.name)) for item in catalogue.items()],
        "states": choices(STATES),
        "show_organisation": sees_all,
        "organisations": [Choice(o.code, say(o.name_zh, o.name_en)) for o in accounts.organisations()]
        if sees_all
        else [],
    }
    return page(request, "submissions", context, status=422 if errors else 200)


@require_GET
@open_to(*SEES)
def submission_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """The filtered list as CSV, for a spreadsheet."""
    try:
        chosen = _filter(_chosen(request))
    except ValueError:
        return redirect("workbench:submissions")
    organisations = organisation_names()

    def cells(row: SubmissionRow) -> list[Any]:
        line = submission_line(row, organisations)
        at = timezone.localtime(row.received_at).strftime("%Y-%m-%d %H:%M")
        told = [line["item_name"], line["organisation"], row.filename, line["state_name"]]
        return [row.id, at, *told, *line["figures"]]

    rows = queries.all_submissions_of(reach(request.actor), **chosen)
    figures = [_("文件行数"), _("新入库"), _("已更正"), _("无变化"), _("未通过")]
    titles = [_("提交号"), _("收到时间"), _("目录项"), _("单位"), _("文件名"), _("状态"), *figures]
    return CsvStream("submissions.csv", titles, map(cells, rows))


def _chosen(request: SignedInRequest) -> dict[str, str]:
    names = ("item", "state", "organisation", "since", "until")
    return {name: request.GET.get(name, "").strip() for name in names}


def _filter(chosen: dict[str, str]) -> dict[str, Any]:
    organisation = accounts.organisation_by_code(chosen["organisation"]) if chosen["organisation"] else None
    return {
        "item": chosen["item"] or None,
        "state": chosen["state"] or None,
        "organisation_id": organisation.id if organisation else None,
        "since": day(chosen["since"]),
        "until": day(chosen["until"]),
    }
