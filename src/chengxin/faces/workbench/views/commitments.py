"""Commitments made to an organisation: the list with what is due, checks, proposals, figures."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.portal import commitment_lines as lines
from chengxin.faces.portal.commitments import pdf_response
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import errors_of, file_limits, handed_out, uploads_of
from chengxin.faces.workbench.pages import page, query_without, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.commitments import handling, queries
from chengxin.regulation.commitments.errors import ResultMissing
from chengxin.regulation.commitments.queries import CommitmentRow, Filter, Statement
from chengxin.regulation.commitments.rules import Kind, Result, State
from chengxin.regulation.commitments.services import checking, finding

SIZE = 20
OWN = "own"
DUE = {"1", OWN}  # what waits for a look: all that one sees, or made to one's own organisation


@require_GET
@open_to(Permission.MANAGE_CASES)
def commitment_list(request: SignedInRequest) -> HttpResponse:
    """The list; `?due=1` shows those alone that wait for a look, `?due=own` of one's own organisation."""
    chosen, due = _chosen(request), request.GET.get("due") in DUE
    today, names = clock.today(), lines.authorities()
    found = queries.commitments_with(request.actor, chosen, on=today, due=due, page=number_of_page(request), size=SIZE)
    context = {
        "page": sheet(request, [lines.line(row, names) for row in found.items], found.total, SIZE),
        "is_exact": found.is_exact,
        "chosen": chosen,
        "due": due,
        "own_due": chosen.own,
        "sees_city": request.actor.may(Permission.ISSUE_REPORTS),
        "is_filtered": due or any((chosen.text, chosen.kind, chosen.state)),
        "query": query_without(request, "page"),
        "kinds": lines.kinds(),
        "states": lines.states(),
        "late": queries.late_dues(request.actor, on=today),
        "figures": _figures(request),
        "state_heads": [one["name"] for one in lines.states()],
        "runs_association": request.actor.may(Permission.RUN_ASSOCIATION),
    }
    return page(request, "commitments", context)


def _chosen(request: SignedInRequest) -> Filter:
    told = {name: request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in ("q", "kind", "state")}
    return Filter(
        own=request.GET.get("due") == OWN,
        text=told["q"],
        kind=told["kind"] if told["kind"] in set(Kind) else "",
        state=told["state"] if told["state"] in set(State) else "",
    )


def _figures(request: SignedInRequest) -> list[dict[str, object]]:
    """How many of each type stand where; types without any are left out."""
    counted = queries.statistics(request.actor)
    return [
        {
            "kind": lines.kind_name(kind.value),
            "counts": [counted.get((kind.value, state.value), 0) for state in State],
            "total": sum(counted.get((kind.value, state.value), 0) for state in State),
        }
        for kind in Kind
        if any((kind.value, state.value) in counted for state in State)
    ]


@require_GET
@open_to(Permission.MANAGE_CASES)
def commitment_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """The filtered list as CSV, for a spreadsheet."""
    names = lines.authorities()

    def cells(row: CommitmentRow) -> list[Any]:
        told = lines.line(row, names)
        days = [told["signed_on"].isoformat(), row.ends_on.isoformat()]
        return [row.number, told["name"], told["kind"], told["matter"], *days, told["state"]]

    due = request.GET.get("due") in DUE
    rows = queries.all_commitments_with(request.actor, _chosen(request), on=clock.today(), due=due)
    titles = [_("编号"), _("承诺人"), _("类型"), _("事项"), _("签署日期"), _("有效期至"), _("履行状态")]
    return CsvStream("commitments.csv", titles, map(cells, rows))


@require_GET
@open_to(Permission.MANAGE_CASES)
def commitment(request: SignedInRequest, number: str) -> HttpResponse:
    """One commitment: obligations, checks, cases, and what can be done now."""
    return _shown(request, number)


def _shown(
    request: SignedInRequest, number: str, errors: list[PageError] | None = None, *, form: str = "", status: int = 200
) -> HttpResponse:
    now = clock.now()
    found = queries.statement_with(number, actor=request.actor, on=clock.local_date(now))
    context = {
        **lines.statement_context(found, with_checks=True),
        "cases": [{"id": i, "state": s} for i, s in queries.cases_about(found.row.id)],
        "may_identify": handling.is_handled_by(found.row, actor=request.actor),
        "may_act": _may_act(request, found),
        "may_propose": handling.may_propose(found.row, actor=request.actor),
        "all_met": all(d.result == Result.MET.value for d in found.dues),
        "file_limits": file_limits(now),
        "errors": errors or [],
        "failed_form": form,
        "given": request.POST,
    }
    return page(request, "commitment", context, status=status)


def _may_act(request: SignedInRequest, found: Statement) -> bool:
    is_authority = found.row.authority_id in request.actor.reaches
    runs = found.row.state == State.RUNNING.value
    return is_authority and runs and not queries.has_open_finding(found.row.number)


@require_GET
@open_to(Permission.MANAGE_CASES)
def promisor(request: SignedInRequest, number: str) -> HttpResponse:
    """Which natural person made the commitment; the look stands in their access log."""
    found = handling.promisor(number, by=request.actor, at=clock.now())
    return page(request, "commitment_promisor", {"number": number, "promisor": found})


@require_GET
@open_to(Permission.MANAGE_CASES)
def letter_pdf(request: SignedInRequest, number: str) -> HttpResponse:
    """The signed letter; the look stands in the promisor's access log."""
    return pdf_response(handling.letter(number, by=request.actor, at=clock.now()), number)


@require_POST
@open_to(Permission.MANAGE_CASES)
def record_check(request: SignedInRequest, number: str, due_id: int) -> HttpResponse:
    """Note what was found about one obligation, with files."""
    given = request.POST.get("result", "")
    try:
        if given not in set(Result):
            raise ResultMissing
        checking.record_check(
            due_id,
            result=Result(given),
            evidence=request.POST.get("evidence_text", ""),
            uploads=uploads_of(request),
            by=request.actor,
            at=clock.now(),
        )
    except NotFound:
        raise
    except ChengxinError as error:
        errors = errors_of(error, f"evidence-{due_id}")
        return _shown(request, number, errors, form=f"check-{due_id}", status=error.status)
    messages.success(request, _("核查结果已经记录。"))
    return redirect("workbench:commitment", number)


@require_POST
@open_to(Permission.MANAGE_CASES)
def propose_fulfilled(request: SignedInRequest, number: str) -> HttpResponse:
    """Propose that it was kept; another official confirms."""
    try:
        case_id = finding.propose_fulfilled(number, by=request.actor, at=clock.now())
    except NotFound:
        raise
    except ChengxinError as error:
        errors = [PageError("fulfilled", error.sentence, error.advice)]
        return _shown(request, number, errors, form="fulfilled", status=error.status)
    messages.success(request, _("已提出，等待另一名工作人员确认。"))
    return redirect("workbench:case", case_id)


@require_POST
@open_to(Permission.MANAGE_CASES)
def propose_breach(request: SignedInRequest, number: str) -> HttpResponse:
    """Tell the promisor that a breach is to be found, and hear it."""
    try:
        case_id = finding.propose_breach(
            number,
            obligations=request.POST.getlist("obligation"),
            reason=request.POST.get("reason", ""),
            uploads=uploads_of(request),
            by=request.actor,
            at=clock.now(),
        )
    except NotFound:
        raise
    except ChengxinError as error:
        return _shown(request, number, errors_of(error, "breach-reason"), form="breach", status=error.status)
    messages.success(request, _("已书面告知承诺人，等待陈述申辩。"))
    return redirect("workbench:case", case_id)


@require_GET
@open_to(Permission.MANAGE_CASES)
def check_file(request: SignedInRequest, number: str, check_id: int, attachment_id: UUID) -> HttpResponse:
    """A file that came with a check, to be saved; the look stands in the promisor's access log."""
    return handed_out(handling.check_file(number, check_id, attachment_id, by=request.actor, at=clock.now()))
