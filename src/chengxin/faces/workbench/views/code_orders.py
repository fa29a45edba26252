"""Work orders about wrong codes on the workbench: the list, the lines of one, and deciding which code is right."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.base.casework import rules as casework_rules
from chengxin.base.errors import ChengxinError
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench import quality as shown
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import page, query_without, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.shown import item_name, organisation_names
from chengxin.faces.workbench.views.submissions import reach
from chengxin.intake.quality import order_queries, orders
from chengxin.intake.quality.order_queries import LineRow
from chengxin.intake.quality.procedure import CODE_ORDER, ISSUED
from chengxin.registry.accounts.rules import Permission

SIZE = 20
LINES = 25
STATES = {"open": True, "closed": False}


@require_GET
@open_to(Permission.MANAGE_CASES)
def order_list(request: SignedInRequest) -> HttpResponse:
    """The work orders of the organisation, of all for the credit office; `?state=` shows open or closed ones."""
    state = request.GET.get("state", "")
    number = number_of_page(request)
    found, total = order_queries.orders_of(
        reach(request.actor), on=clock.today(), is_open=STATES.get(state), page=number, size=SIZE
    )
    organisations = organisation_names()
    lines = [shown.order_line(row, organisations) for row in found]
    return page(request, "code_orders", {"page": sheet(request, lines, total, SIZE), "state": state})


@require_GET
@open_to(Permission.MANAGE_CASES)
def order(request: SignedInRequest, case_id: int) -> HttpResponse:
    """The lines of a work order with what is proposed for each."""
    return _page(request, case_id)


@require_GET
@open_to(Permission.MANAGE_CASES)
def order_csv(request: SignedInRequest, case_id: int) -> HttpResponseBase:
    """The lines as CSV, to mend the department's own system by."""
    found = order_queries.order_of_case(case_id, actor=request.actor, on=clock.today())
    told = [_("行号"), _("问题"), _("所填代码"), _("名称"), _("核定代码"), _("首选建议代码"), _("建议主体")]
    titles = [*told, _("已更正代码")]
    return CsvStream(f"code-order-{case_id}.csv", titles, map(_cells, order_queries.all_lines_of(found.id)))


def _cells(line: LineRow) -> list[Any]:
    best = line.proposals[0] if line.proposals else None
    told = [line.row, str(shown.LINE_FAULTS[line.fault]), line.code, line.name, line.decided]
    return [*told, best.code if best else "", best.name if best else "", line.mended_code]


@require_POST
@open_to(Permission.SUBMIT_RECORDS)
def decide(request: SignedInRequest, case_id: int, line_id: int) -> HttpResponse:
    """Take the proposal that was clicked, or the code that was typed, as the right one for a line."""
    proposal = request.POST.get("proposal", "")
    try:
        if proposal.isdecimal() and len(proposal) < 19:
            orders.accept(line_id, int(proposal), by=request.actor, at=clock.now())
        else:
            orders.decide(line_id, request.POST.get("code", "")[:50], by=request.actor, at=clock.now())
    except ChengxinError as error:
        errors = [PageError(f"code-{line_id}", error.sentence, error.advice)]
        return _page(request, case_id, errors, failed=line_id, status=error.status)
    messages.success(request, _("代码已核定。请在下一次报送时更正，收到更正数据后自动办结。"))
    here = query_without(request)
    response = redirect("workbench:code-order", case_id)
    response["Location"] += f"?{here}#line-{line_id}" if here else f"#line-{line_id}"
    return response


@require_POST
@open_to(Permission.SUBMIT_RECORDS)
def accept_best(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Take every proposal whose subject bears exactly the line's name."""
    found = order_queries.order_of_case(case_id, actor=request.actor, on=clock.today())
    taken = orders.accept_best(found.id, by=request.actor, at=clock.now())
    told = ngettext("已核定 %(n)s 行代码。", "已核定 %(n)s 行代码。", taken) % {"n": taken}
    messages.success(request, told)
    return redirect("workbench:code-order", case_id)


def _page(
    request: SignedInRequest,
    case_id: int,
    errors: list[PageError] | None = None,
    *,
    failed: int = 0,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    case = casework.case(case_id, actor=request.actor, on=today)
    found = order_queries.order_of_case(case_id, actor=request.actor, on=today)
    parties = casework.parties_of(case_id)
    writes = case.state == ISSUED and casework_rules.may_take(
        CODE_ORDER.step("explain"), parties=parties, by=request.actor
    )
    lines = [
        {
            "row": line,
            "fault": shown.LINE_FAULTS[line.fault],
            "proposals": [{"row": p, "edit": shown.EDITS.get(p.edit, p.edit)} for p in line.proposals],
        }
        for line in order_queries.lines_of(found.id, page=number_of_page(request), size=LINES)
    ]
    context = {
        "case": case,
        "line": shown.order_line(found, organisation_names()),
        "item_name": item_name(found.item),
        "page": sheet(request, lines, found.lines, LINES),
        "certain": len(order_queries.certain_proposals(found.id)) if writes else 0,
        "writes": writes,
        "errors": errors or [],
        "failed": failed,
        "given": request.POST,
        "query": query_without(request),
    }
    return page(request, "code_order", context, status=status)
