"""Merges of two entries of the register that are one subject: proposed, looked at side by side, decided, undone."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.listing import listed
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.portal.templatetags.portal import named
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, page, query_without, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.shown import item_name
from chengxin.intake.resolution import merges, merging
from chengxin.intake.resolution.errors import ReasonMissing
from chengxin.intake.resolution.merges import MergeRow, Side
from chengxin.intake.resolution.rules import MergeState
from chengxin.registry.accounts.rules import Permission

SIZE = 20
STATES: dict[str, Any] = {
    MergeState.PROPOSED: _lazy("待审核"),
    MergeState.MERGED: _lazy("已合并"),
    MergeState.REFUSED: _lazy("未采用"),
    MergeState.UNDONE: _lazy("已撤销合并"),
}
TAGS = {
    MergeState.PROPOSED: "tag-wait",
    MergeState.MERGED: "tag-good",
    MergeState.REFUSED: "tag-bad",
    MergeState.UNDONE: "tag-bad",
}


@require_GET
@open_to(Permission.RESOLVE_ROWS)
def merge_list(request: SignedInRequest) -> HttpResponse:
    """Merges by state, newest first."""
    state = _state(request)
    rows, total = merges.merges(by=request.actor, state=state, page=number_of_page(request), size=SIZE)
    counts = merges.merge_counts()
    context = {
        "page": sheet(request, [_line(row) for row in rows], total, SIZE),
        "state": state,
        "states": [Choice(code, name, counts.get(code, 0)) for code, name in STATES.items()],
        "query": query_without(request, "page"),
    }
    return page(request, "merges", context)


@require_GET
@open_to(Permission.RESOLVE_ROWS)
def merge_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """The filtered list as CSV, for a spreadsheet."""
    rows = merges.all_merges(by=request.actor, state=_state(request))
    names = [_("并入的代码"), _("并入的名称"), _("保留的代码"), _("保留的名称")]
    titles = [_("编号"), *names, _("状态"), _("提出时间"), _("移动的记录")]
    return CsvStream("merges.csv", titles, map(_cells, rows))


def _cells(row: MergeRow) -> list[Any]:
    at = timezone.localtime(row.proposed_at).strftime("%Y-%m-%d %H:%M")
    names = [row.absorbed_code, row.absorbed_name, row.survivor_code, row.survivor_name]
    return [row.id, *names, str(STATES[row.state]), at, row.records]


def _state(request: SignedInRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in STATES else ""


@require_http_methods(["GET", "POST"])
@open_to(Permission.RESOLVE_ROWS)
def propose(request: SignedInRequest) -> HttpResponse:
    """The form of a proposal; codes may stand in the address, from a list of subjects that share a name."""
    errors: list[PageError] = []
    status = 200
    given = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        try:
            made = merging.propose(
                given.get("absorbed", ""),
                given.get("survivor", ""),
                reason=given.get("reason", ""),
                by=request.actor,
                at=clock.now(),
            )
        except ChengxinError as error:
            field = "reason" if isinstance(error, ReasonMissing) else "absorbed"
            errors, status = [PageError(field, error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已提出，等待另一名审核员决定；在那之前什么都不变。"))
            return redirect("workbench:merge", made)
    return page(request, "merge_propose", {"errors": errors, "given": given}, status=status)


@require_GET
@open_to(Permission.RESOLVE_ROWS)
def merge(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """The two entries side by side, and what the person who looks may do."""
    return _page(request, merge_id)


@require_POST
@open_to(Permission.DECIDE_MERGES)
def decide(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """Merge or leave as they are, as the button says."""
    reason, now = request.POST.get("reason", ""), clock.now()

    def act() -> str:
        if request.POST.get("decision") != "merge":
            merging.refuse(merge_id, decision=reason, by=request.actor, at=now)
            return _("已退回，两个主体保持原样。")
        moved = merging.merge(merge_id, decision=reason, by=request.actor, at=now)
        return _("已合并，{n} 条记录归入保留的主体；订阅单位和收到过记录的单位会得到通知。").format(n=moved)

    return _done(request, merge_id, act)


@require_POST
@open_to(Permission.DECIDE_MERGES)
def undo(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """Take a merge back, for a reason."""

    def act() -> str:
        moved = merging.undo(merge_id, reason=request.POST.get("reason", ""), by=request.actor, at=clock.now())
        return _("已撤销合并，{n} 条记录归还原主体。").format(n=moved)

    return _done(request, merge_id, act)


def _done(request: SignedInRequest, merge_id: int, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except ChengxinError as error:
        if error.status == 404:
            raise
        return _page(request, merge_id, [PageError("reason", error.sentence, error.advice)], status=error.status)
    return redirect("workbench:merge", merge_id)


def _page(
    request: SignedInRequest, merge_id: int, errors: list[PageError] | None = None, *, status: int = 200
) -> HttpResponse:
    detail = merges.merge_detail(merge_id, by=request.actor)
    row, actor = detail.row, request.actor
    decides = actor.may(Permission.DECIDE_MERGES)
    context = {
        "line": _line(row),
        "sides": _compared(*detail.sides, row),
        "errors": errors or [],
        "may_decide": decides and row.state == MergeState.PROPOSED and row.proposed_by_id != actor.user_id,
        "waits_for_another": row.state == MergeState.PROPOSED and row.proposed_by_id == actor.user_id,
        "may_undo": decides and row.state == MergeState.MERGED,
        "given": request.POST,
    }
    return page(request, "merge", context, status=status)


def _line(row: MergeRow) -> dict[str, Any]:
    return {"row": row, "state": STATES[row.state], "tag": TAGS[MergeState(row.state)]}


def _compared(first: Side, second: Side, row: MergeRow) -> list[dict[str, Any]]:
    """The rows of the comparison: a title, and what each of the two says."""
    codes = (row.absorbed_code, row.survivor_code)
    sides = (first, second)
    told: list[tuple[Any, list[str]]] = [
        (_("代码"), list(codes)),
        (_("名称"), [side.entry.name for side in sides]),
        (_("类别"), [named(side.entry.kind) for side in sides]),
        (_("登记状态"), [named(side.entry.status) for side in sides]),
        (_("基础登记"), [_("有") if side.entry.registered else _("没有") for side in sides]),
        (_("用过的名称"), [listed(side.entry.names) for side in sides]),
        (_("其他代码"), [listed(_others(side)) for side in sides]),
        (_("现有记录"), [listed(f"{item_name(i)} {n}" for i, n in side.records.items()) for side in sides]),
    ]
    return [{"title": title, "cells": cells, "differs": cells[0] != cells[1]} for title, cells in told]


def _others(side: Side) -> list[str]:
    return [f"{named(scheme)} {value}" for scheme, value in side.entry.codes]
