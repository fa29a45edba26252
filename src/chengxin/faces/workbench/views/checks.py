"""Credit checks on the workbench: asking with one code or a pasted list, receipts, and what was done about them."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.clock import CITY_TIME
from chengxin.base.errors import ChengxinError
from chengxin.base.listing import in_turn
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.checks import (
    answer_line,
    feedback_told,
    matter_line,
    measure_names,
    receipt_line,
    subject_name,
)
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, day, page, query_without, say, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.measures import policy, queries, rereading, runs, services
from chengxin.regulation.measures.queries import ReceiptRow

SIZE = 20


@require_http_methods(["GET", "POST"])
@open_to(Permission.CHECK_CREDIT)
def check(request: SignedInRequest) -> HttpResponse:
    """The form; posted, it leads to the answers, so that reloading them checks nothing anew."""
    now = clock.now()
    errors, status = [], 200
    if request.method == "POST":
        try:
            found = services.check(
                request.POST.get("codes", "").split("\n"),
                matter=request.POST.get("matter", ""),
                by=request.actor,
                at=now,
                door=services.SCREEN,
            )
        except ChengxinError as error:
            field = "matter" if "matter" in error.code else "codes"
            errors, status = [PageError(field, error.sentence, error.advice)], error.status
        else:
            return redirect(f"workbench:check-{'receipt' if len(found) == 1 else 'list'}", found[0].id)
    context = {**_form(request), "given": request.POST or request.GET, "errors": errors}
    return page(request, "check", context, status=status)


@require_GET
@open_to(Permission.CHECK_CREDIT)
def pasted_list(request: SignedInRequest, receipt_id: UUID) -> HttpResponse:
    """The answers to a list that was pasted, each with its receipt, and the form for the next one."""
    found = rereading.read_list(receipt_id, by=request.actor, door=services.SCREEN, at=clock.now())
    given = {"matter": found[0].matter.code}
    return page(request, "check", {**_form(request), "given": given, "found": list(map(receipt_line, found))})


def _form(request: SignedInRequest) -> dict[str, Any]:
    today = clock.today()
    matters = [matter_line(m) for m in queries.matters_of(request.actor, on=today)]
    return {
        "matters": matters,
        "most": policy.limit("page", "codes", today),
        "most_in_file": policy.limit("file", "codes", today),
        "runs": runs.runs_of(request.actor)[:5],
    }


@require_GET
@open_to(Permission.CHECK_CREDIT)
def receipt_list(request: SignedInRequest) -> HttpResponse:
    """What one's own organisation checked, newest first, filtered by what the address says."""
    errors = []
    try:
        rows, total = queries.receipts_of(request.actor, **_chosen(request), page=number_of_page(request), size=SIZE)
    except ValueError:
        rows, total, errors = (), 0, [PageError("since", _("日期要写成 2026-05-09 这样"))]
    matters = [matter_line(m) for m in queries.matters_of(request.actor, on=clock.today())]
    context = {
        "page": sheet(request, [receipt_line(row) for row in rows], total, SIZE),
        "matters": [Choice(m["matter"].code, m["name"]) for m in matters],
        "is_filtered": any(request.GET.get(name) for name in ("matter", "since", "until", "open")),
        "query": query_without(request, "page"),
        "errors": errors,
    }
    return page(request, "check_receipts", context, status=422 if errors else 200)


@require_GET
@open_to(Permission.CHECK_CREDIT)
def receipt_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """The filtered list as CSV, for a spreadsheet."""
    try:
        chosen = _chosen(request)
    except ValueError:
        return redirect("workbench:check-receipts")
    what = [_("查验时间"), _("查验事项"), _("查验的代码"), _("名称"), _("惩戒措施"), _("激励措施")]
    rows = queries.all_receipts_of(request.actor, **chosen)
    return CsvStream("checks.csv", [*what, _("反馈"), _("回执号")], map(_cells, rows))


def _cells(row: ReceiptRow) -> list[Any]:
    matter = say(row.matter.name_zh, row.matter.name_en)
    if row.is_hidden:
        return [row.at.isoformat(), matter, row.asked, subject_name(row), *[_("见回执")] * 3, row.id]
    told = [said for m in (*row.restrictions, *row.rewards) if (said := feedback_told(m))]
    names = [in_turn(measure_names(part)) for part in (row.restrictions, row.rewards)]
    return [row.at.isoformat(), matter, row.asked, subject_name(row), *names, in_turn(told), row.id]


@require_http_methods(["GET", "POST"])
@open_to(Permission.CHECK_CREDIT, Permission.SEE_CHECK_STATISTICS)
def receipt(request: SignedInRequest, receipt_id: UUID) -> HttpResponse:
    """One receipt; posted, what was done about one of its measures."""
    errors, status = [], 200
    if request.method == "POST":
        try:
            services.report_outcome(
                receipt_id,
                measure=request.POST.get("measure", ""),
                outcome=request.POST.get("outcome", ""),
                reason=request.POST.get("reason", ""),
                by=request.actor,
                at=clock.now(),
            )
        except ChengxinError as error:
            if error.status in {403, 404}:
                raise
            field = f"reason-{request.POST.get('measure', '')}"
            errors, status = [PageError(field, error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已反馈。被查验的主体可以看到。"))
            return redirect("workbench:check-receipt", receipt_id)
    row = rereading.read_receipt(receipt_id, by=request.actor, door=services.SCREEN, at=clock.now())
    context: dict[str, Any] = {
        "line": receipt_line(row),
        "measures": _once(row),
        "may_report": request.actor.may(Permission.CHECK_CREDIT)
        and request.actor.organisation_id == row.organisation_id,
        "given": request.POST,
        "errors": errors,
    }
    return page(request, "check_receipt", context, status=status)


@require_POST
@open_to(Permission.CHECK_CREDIT)
def check_again(request: SignedInRequest, receipt_id: UUID) -> HttpResponse:
    """The same code in the same matter, as it stands now; a citizen number is not kept and must be given again."""
    row = queries.receipt_of(receipt_id, by=request.actor)
    if not row.is_valid or row.about.startswith("person:") or "*" in row.asked:
        return redirect("workbench:check")
    found = services.check([row.asked], matter=row.matter.code, by=request.actor, at=clock.now(), door=services.SCREEN)
    return redirect("workbench:check-receipt", found[0].id)


def moment(text: str) -> datetime | None:
    """The first moment of the day that an address names. Raises `ValueError`."""
    named = day(text)
    return datetime.combine(named, time.min, tzinfo=CITY_TIME) if named else None


def _once(row: queries.ReceiptRow) -> list[dict[str, Any]]:
    """Each measure of the receipt once, for reporting: it may stand on several grounds."""
    return [answer_line(m) for m in {m.measure.code: m for m in row.measures}.values()]


def _chosen(request: SignedInRequest) -> dict[str, Any]:
    return {
        "matter": request.GET.get("matter", ""),
        "since": moment(request.GET.get("since", "")),
        "until": moment(request.GET.get("until", "")),
        "only_open": request.GET.get("open") == "1",
    }
