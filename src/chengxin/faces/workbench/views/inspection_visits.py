"""Visits on the workbench: the list, one visit with its form (for those without the offline page), replacing people."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.attachments import services as attachments
from chengxin.base.casework.procedures import procedure
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.workbench import inspection_visits as shown
from chengxin.faces.workbench import inspections as lines
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import handed_out
from chengxin.faces.workbench.pages import Choice, number_of_page, page, query_without, say, sheet
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.inspections import onsite, policy
from chengxin.regulation.inspections.onsite import Entry
from chengxin.regulation.inspections.procedure import ASSIGNED, REVIEWER
from chengxin.regulation.inspections.queries import visits
from chengxin.regulation.inspections.queries.visits import VisitRow, Wanted
from chengxin.regulation.inspections.services import visiting

SIZE = 25
_SAVED, _SAVED_FOR_LEAD = gettext_lazy("已保存。"), gettext_lazy("已保存，牵头单位的检查人员可以看到。")


@require_GET
@open_to(Permission.INSPECT)
def visit_list(request: SignedInRequest) -> HttpResponse:
    """The visits in which the department has a part; the filter stands in the address."""
    organisations, today = lines.names(), clock.today()
    wanted = _wanted(request)
    rows = visits.visits_with(request.actor, wanted, on=today, page=number_of_page(request), size=SIZE)
    total = visits.visits_count(request.actor, wanted, on=today)
    context = {
        "page": sheet(request, [shown.visit_line(r, organisations, on=today) for r in rows], total, SIZE),
        "states": [Choice(s.code, s.name) for s in procedure("inspection-visit").states],
        "matters": [Choice(m.code, say(m.zh, m.en)) for m in policy.matters(today)],
        "chosen": wanted,
        "is_filtered": wanted != visits.ALL,
        "csv_query": query_without(request, "page"),
    }
    return page(request, "inspection_visits", context)


@require_GET
@open_to(Permission.INSPECT)
def visit_list_csv(request: SignedInRequest) -> HttpResponse:
    """The filtered visits as CSV."""
    organisations, today = lines.names(), clock.today()
    file = CsvFile("visits.csv")
    file.row([_("编号"), _("统一社会信用代码"), _("名称"), _("抽查事项"), _("检查人员"), _("状态"), _("期限")])
    for row in visits.visits_with(request.actor, _wanted(request), on=today):
        line = shown.visit_line(row, organisations, on=today)
        due = row.due_on.isoformat() if row.due_on else ""
        people = "、".join(line["people"])
        file.row([row.number, row.code, row.name, "、".join(line["matters"]), people, line["state"], due])
    return file


@require_http_methods(["GET", "POST"])
@open_to(Permission.INSPECT)
def visit(request: SignedInRequest, visit_id: int) -> HttpResponse:
    """One visit: what was written down, and for its inspectors the form."""
    if request.method != "POST":
        return _visit(request, visit_id)
    now = clock.now()
    row = visits.visit_with(visit_id, actor=request.actor)
    try:
        for upload in request.FILES.getlist("photos"):
            visiting.keep_file(
                visit_id, uuid4(), purpose=visiting.PHOTO, file=upload, name=upload.name or "", by=request.actor, at=now
            )
        visiting.write_down(visit_id, _entries(request, row), made_at=now, by=request.actor, at=now)
        if "finish" in request.POST:
            visiting.take(row.case_id, "record", by=request.actor, at=now)
            messages.success(request, _("结果已提交，等待另一名审核员审核公示。"))
        else:
            messages.success(request, _SAVED if row.is_led_by(request.actor) else _SAVED_FOR_LEAD)
    except NotFound:
        raise
    except ChengxinError as error:
        return _visit(request, visit_id, [PageError("inspected_on", error.sentence, error.advice)], error.status)
    return redirect("workbench:inspection-visit", visit_id)


@require_POST
@open_to(Permission.INSPECT)
def replace(request: SignedInRequest, visit_id: int, inspector_id: int) -> HttpResponse:
    """Put the next inspector in the place of one who must withdraw."""
    try:
        number = visiting.replace_inspector(
            visit_id, inspector_id, reason=request.POST.get("reason", ""), by=request.actor, at=clock.now()
        )
    except NotFound:
        raise
    except ChengxinError as error:
        field = f"reason-{inspector_id}"
        return _visit(request, visit_id, [PageError(field, error.sentence, error.advice)], error.status)
    messages.success(request, _("已按抽取的次序替换为 {number}。").format(number=number))
    return redirect("workbench:inspection-visit", visit_id)


@require_GET
@open_to(Permission.INSPECT)
def visit_file(request: SignedInRequest, visit_id: int, file_id: UUID) -> HttpResponse:
    """A photo or signature of a visit, to be saved."""
    visits.visit_with(visit_id, actor=request.actor)
    found = next((f for f in visits.files_of(visit_id) if f.id == file_id), None)
    if found is None:
        raise NotFound
    reference = visiting.reference_of(visit_id)
    return handed_out(attachments.opened(found.attachment_id, reference=reference, by=request.actor, at=clock.now()))


def _visit(
    request: SignedInRequest, visit_id: int, errors: list[PageError] | None = None, status: int = 200
) -> HttpResponse:
    today = clock.today()
    row = visits.visit_with(visit_id, actor=request.actor)
    is_open = row.state == ASSIGNED
    context = {
        "line": shown.visit_line(row, lines.names(), on=today),
        "sheet": shown.sheet_of(row, on=today),
        "outcomes": [shown.outcome_line(o, on=today) for o in visits.outcomes_of([visit_id]).get(visit_id, ())],
        "may_write": is_open and visits.is_inspector(visit_id, actor=request.actor),
        "may_replace": is_open and not REVIEWER.isdisjoint(r.value for r in request.actor.roles),
        "is_lead": row.is_led_by(request.actor),
        "errors": errors or [],
        "today": today,
    }
    return page(request, "inspection_visit", context, status=status)


def _entries(request: SignedInRequest, row: VisitRow) -> list[Entry]:
    """What the form changed against what is kept; each field by a new entry above all that there are."""
    held = visits.entries_of(row.id)
    values, counter = onsite.values_of(held), max((e.counter for e in held), default=0) + 1
    given: dict[str, Any] = {
        field: request.POST[field]
        for matter in row.matters
        for field in (
            onsite.result_field(matter),
            onsite.note_field(matter),
            *(onsite.answer_field(matter, item.code) for item in matter.checklist),
        )
        if request.POST.get(field)
    }
    if request.POST.get(onsite.DAY):
        given[onsite.DAY] = request.POST[onsite.DAY]
    kind, text = request.POST.get("signature_kind", ""), request.POST.get("signature_text", "").strip()
    if kind in (onsite.TYPED, onsite.REFUSED) and text:
        given[onsite.SIGNATURE] = {"kind": kind, "text": text}
    return [Entry(uuid4(), field, value, counter) for field, value in given.items() if values.get(field) != value]


def _wanted(request: SignedInRequest) -> Wanted:
    known = {s.code for s in procedure("inspection-visit").states}
    matters = {m.code for m in policy.matters(clock.today())}
    state, matter = request.GET.get("state", ""), request.GET.get("matter", "")
    return Wanted(
        state=state if state in known else "",
        matter=matter if matter in matters else "",
        draw=_text(request, "draw"),
        text=_text(request, "q"),
        mine=request.GET.get("mine") == "1",
        late=request.GET.get("late") == "1",
    )


def _text(request: SignedInRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:60]
