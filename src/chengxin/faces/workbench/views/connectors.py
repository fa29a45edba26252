"""Connectors to departments' systems: where each stands, trying its connection, pulling now, pausing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, choices, cut, page, query_without, say, sheet, words
from chengxin.faces.workbench.paging import number_of_page
from chengxin.intake.connectors import pulling, queries, services
from chengxin.intake.connectors.queries import ConnectorRow, RunRow
from chengxin.intake.connectors.rules import RunState
from chengxin.intake.connectors.services import SCHEDULE
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import queries as catalogue

SIZE = 20
KINDS = {
    "database": _lazy("前置库"),
    "rest": _lazy("REST 接口"),
    "sftp": _lazy("SFTP 文件夹"),
    "s3": _lazy("S3 文件夹"),
}
RUN_STATES = {
    RunState.RUNNING: (_lazy("正在拉取"), "tag-wait"),
    RunState.DONE: (_lazy("拉取完成"), "tag-good"),
    RunState.FAILED: (_lazy("没有拉成"), "tag-bad"),
    RunState.INTERRUPTED: (_lazy("中断，已接着拉取"), "tag-wait"),
    RunState.STOPPED: (_lazy("暂停时停止"), ""),
}
STANDINGS = {
    "unset": (_lazy("未设置"), ""),
    "paused": (_lazy("已暂停"), "tag-wait"),
    "failing": (_lazy("拉取不成"), "tag-bad"),
    "behind": (_lazy("数据滞后"), "tag-bad"),
    "waiting": (_lazy("等待第一次拉取"), "tag-wait"),
    "current": (_lazy("数据最新"), "tag-good"),
}
SEES = (Permission.SEE_OWN_SUBMISSIONS, Permission.RUN_EXCHANGE)
ACTS = (Permission.SUBMIT_RECORDS, Permission.RUN_EXCHANGE)


@require_GET
@open_to(*SEES)
def connector_list(request: SignedInRequest) -> HttpResponse:
    """Those that need somebody first; the standing is chosen in the address."""
    lines, chosen = _lines(request)
    context = {
        "page": cut(request, lines, SIZE),
        "chosen": chosen,
        "standings": choices({code: name for code, (name, _tag) in STANDINGS.items()}),
        "query": query_without(request, "page"),
    }
    return page(request, "connectors", context)


@require_GET
@open_to(*SEES)
def connector_list_csv(request: SignedInRequest) -> HttpResponse:
    """The same list as CSV."""
    file = CsvFile("connectors.csv")
    file.row(
        [_("系统对接"), _("单位"), _("目录项"), _("现状"), _("数据截至"), _("下次拉取"), _("行数"), _("没有接收的")]
    )
    for line in _lines(request)[0]:
        row, run = line["row"], line["row"].last_run
        times = [_told(row.current_as_of), _told(row.next_run_at)]
        counts = [run.rows, run.rejected] if run else [None, None]
        file.row([line["name"], line["organisation"], line["item"], line["state"], *times, *counts])
    return file


def _told(moment: Any) -> str:
    return moment.astimezone(clock.CITY_TIME).strftime("%Y-%m-%d %H:%M") if moment else ""


def _lines(request: SignedInRequest) -> tuple[list[dict[str, Any]], str]:
    chosen = request.GET.get("state", "") if request.GET.get("state") in STANDINGS else ""
    lines = [_line(row) for row in queries.connectors(by=request.actor, at=clock.now())]
    return [line for line in lines if not chosen or line["standing"] == chosen], chosen


def _line(row: ConnectorRow) -> dict[str, Any]:
    standing = _standing(row)
    state, tag = STANDINGS[standing]
    return {
        "row": row,
        "name": words(row.connector.name),
        "organisation": say(row.organisation_zh, row.organisation_en),
        "item": words(catalogue.item(row.connector.item).name),
        "kind": KINDS[row.connector.source.kind],
        "standing": standing,
        "state": state,
        "tag": tag,
    }


def _standing(row: ConnectorRow) -> str:
    for holds, name in (
        (row.missing, "unset"),
        (row.paused_at, "paused"),
        (row.failures, "failing"),
        (row.last_run is None, "waiting"),
        (row.is_behind, "behind"),
    ):
        if holds:
            return name
    return "current"


@require_GET
@open_to(*SEES)
def connector(request: SignedInRequest, connector_code: str) -> HttpResponse:
    """Where it stands, what it maps, its pulls."""
    return _page(request, connector_code)


@require_POST
@open_to(*ACTS)
def try_connection(request: SignedInRequest, connector_code: str) -> HttpResponse:
    """Fetch the first rows, masked, or the names of the first files; nothing is handed in."""
    try:
        found = pulling.first_rows(connector_code, by=request.actor, at=clock.now())
    except ChengxinError as error:
        if error.status in {403, 404}:
            raise
        errors = [PageError("try", error.sentence, error.advice)]
        return _page(request, connector_code, errors=errors, status=error.status)
    names = list(dict.fromkeys(code for row in found.rows for code in row))
    item = catalogue.item(queries.connector(connector_code, by=request.actor, at=clock.now()).connector.item)
    sample = {
        "titles": [words(item.field_of(code).name) for code in names],
        "rows": [[row.get(code, "") for code in names] for row in found.rows],
        "files": found.files,
    }
    return _page(request, connector_code, sample=sample)


@require_POST
@open_to(*ACTS)
def run_now(request: SignedInRequest, connector_code: str) -> HttpResponse:
    """Have it pulled now."""
    services.ask_to_run(connector_code, by=request.actor, at=clock.now())
    messages.success(request, _("已开始拉取，稍后刷新本页查看结果。"))
    return redirect("workbench:connector", connector_code)


@require_POST
@open_to(*ACTS)
def pause(request: SignedInRequest, connector_code: str) -> HttpResponse:
    """Pull no more until somebody resumes it."""
    services.pause(connector_code, by=request.actor, at=clock.now())
    messages.success(request, _("已暂停。恢复之前不再拉取。"))
    return redirect("workbench:connector", connector_code)


@require_POST
@open_to(*ACTS)
def resume(request: SignedInRequest, connector_code: str) -> HttpResponse:
    """Pull again at its times."""
    services.resume(connector_code, by=request.actor, at=clock.now())
    messages.success(request, _("已恢复，将从上次成功的地方继续拉取。"))
    return redirect("workbench:connector", connector_code)


def _page(
    request: SignedInRequest,
    code: str,
    *,
    errors: list[PageError] | None = None,
    sample: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    row = queries.connector(code, by=request.actor, at=clock.now())
    runs, total = queries.runs_of(code, page=number_of_page(request), size=SIZE)
    item = catalogue.item(row.connector.item)
    context = {
        "line": _line(row),
        "errors": errors or [],
        "sample": sample,
        "page": sheet(request, [_run_line(run) for run in runs], total, SIZE),
        "parts": queries.parts_of(code),
        "columns": [
            Choice(column, words(item.field_of(field).name)) for field, column in row.connector.columns.items()
        ],
        "constants": [Choice(text, words(item.field_of(f).name)) for f, text in row.connector.constants.items()],
        "variables": [{"name": name, "is_set": name not in row.missing} for name in row.connector.variables()],
    }
    return page(request, "connector", context, status=status)


def _run_line(run: RunRow) -> dict[str, Any]:
    state, tag = RUN_STATES[RunState(run.state)]
    seconds = int((run.finished_at - run.began_at).total_seconds()) if run.finished_at else None
    asked = _("按时间") if run.asked_by == SCHEDULE else run.asked_by
    return {"row": run, "state": state, "tag": tag, "seconds": seconds, "asked_by": asked}
