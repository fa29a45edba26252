"""The targets of a campaign on the workbench: results with their files, and cases worth telling."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.attachments.errors import UploadsRefused
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench import campaigns
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import errors_of, file_limits, handed_out, uploads_of
from chengxin.faces.workbench.pages import Choice, page, query_without, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.campaigns import policy, queries, services, taking_down, telling
from chengxin.regulation.campaigns.errors import NotMember, RecordMissing
from chengxin.regulation.campaigns.procedure import ISSUED, OFFICER, REVIEWER, RUNNING

SIZE = 25
WRITERS = (Permission.SUBMIT_RECORDS, Permission.ISSUE_REPORTS)


@require_GET
@open_to(Permission.MANAGE_CASES)
def targets(request: SignedInRequest, campaign_id: int) -> HttpResponse:
    """The targets that this person may see, with a form for the result of each that waits for it."""
    return _targets(request, campaign_id)


@require_GET
@open_to(Permission.MANAGE_CASES)
def targets_csv(request: SignedInRequest, campaign_id: int) -> HttpResponseBase:
    """The filtered targets as CSV."""
    organisations, known = campaigns.names(), {o.version: o for o in policy.every_outcome()}

    def cells(row: queries.TargetRow) -> list[Any]:
        outcome = campaigns.said(known[row.outcome]) if row.outcome in known else row.outcome
        member = organisations.get(row.organisation_id, "")
        return [row.code, row.name, row.records, member, outcome, row.found]

    rows = queries.all_targets_of(campaign_id, actor=request.actor, **_filter(request))
    titles = [_("统一社会信用代码"), _("名称"), _("记录数"), _("参加单位"), _("核查结果"), _("查明的情况")]
    return CsvStream(f"campaign-{campaign_id}.csv", titles, map(cells, rows))


@require_POST
@open_to(*WRITERS)
def record_result(request: SignedInRequest, campaign_id: int, target_id: int) -> HttpResponse:
    """Write what was found at a target, then show the same page of targets."""
    outcome, found = request.POST.get("outcome", ""), request.POST.get("found", "")
    try:
        services.record_result(
            target_id, outcome=outcome, found=found, uploads=uploads_of(request), by=request.actor, at=clock.now()
        )
    except ChengxinError as error:
        place = "evidence" if isinstance(error, UploadsRefused) else "outcome"
        errors = [replace(e, field=f"{place}-{target_id}") for e in errors_of(error, place)]
        return _targets(request, campaign_id, errors, failed=target_id, status=error.status)
    messages.success(request, _("结果已记录。"))
    here = query_without(request)
    response = redirect("workbench:campaign-targets", campaign_id)
    response["Location"] += f"?{here}#target-{target_id}" if here else f"#target-{target_id}"
    return response


@require_POST
@open_to(Permission.MANAGE_CASES)
def hand_over(request: SignedInRequest, campaign_id: int) -> HttpResponse:
    """Give the ticked targets to another member, then show the same page of targets."""
    queries.campaign_of(campaign_id, actor=request.actor)
    chosen = [t for text in request.POST.getlist("targets") if (t := campaigns.whole(text)) is not None]
    to, reason = campaigns.whole(request.POST.get("to", "")), request.POST.get("reason", "")
    try:
        moved = services.hand_over(campaign_id, chosen, to=to, reason=reason, by=request.actor, at=clock.now())
    except ChengxinError as error:
        errors = [PageError("to" if isinstance(error, NotMember) else "reason", error.sentence, error.advice)]
        return _targets(request, campaign_id, errors, status=error.status)
    messages.success(request, _("已移交 {n} 个对象。").format(n=moved))
    here = query_without(request)
    response = redirect("workbench:campaign-targets", campaign_id)
    response["Location"] += f"?{here}" if here else ""
    return response


@require_GET
@open_to(Permission.MANAGE_CASES)
def open_file(request: SignedInRequest, campaign_id: int, target_id: int, attachment_id: UUID) -> HttpResponse:
    """A file of a target's results, to be saved."""
    queries.campaign_of(campaign_id, actor=request.actor)
    return handed_out(services.open_file(target_id, attachment_id, by=request.actor, at=clock.now()))


@require_http_methods(["GET", "POST"])
@open_to(*WRITERS)
def propose_case(request: SignedInRequest, campaign_id: int, order_id: int) -> HttpResponse:
    """The form of a typical case from a member's order, about the target in the address or about none."""
    now = clock.now()
    order = telling.own_order(order_id, campaign_id=campaign_id, actor=request.actor)
    target_id = campaigns.whole(request.GET.get("target", ""))
    chosen = telling.chosen_target(target_id, order_id=order.pk, on=clock.local_date(now)) if target_id else None
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            case_id = services.propose_case(
                order_id,
                target_id=target_id,
                record=_key(request.POST.get("record", "")),
                title=request.POST.get("title", ""),
                text=request.POST.get("text", ""),
                lesson=request.POST.get("lesson", ""),
                by=request.actor,
                at=now,
            )
        except ChengxinError as error:
            field = "record" if isinstance(error, RecordMissing) else "text"
            errors, status = [PageError(field, error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("案例已提交信用办审核。"))
            return redirect("workbench:case", case_id)
    context = {"campaign_id": campaign_id, "order_id": order_id, "errors": errors, "given": request.POST}
    return page(request, "campaign_case", context | {"chosen": chosen}, status=status)


@require_POST
@open_to(Permission.MANAGE_CASES)
def take_down(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Take a published case off the public site, then show its case page."""
    try:
        taking_down.take_down(case_id, reason=request.POST.get("reason", ""), by=request.actor, at=clock.now())
    except NotFound:
        raise
    except ChengxinError as error:
        messages.error(request, f"{error.sentence} {error.advice}")
    else:
        messages.success(request, _("案例已从网站撤下。"))
    return redirect("workbench:case", case_id)


def _targets(
    request: SignedInRequest,
    campaign_id: int,
    errors: list[PageError] | None = None,
    *,
    failed: int = 0,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    today = clock.local_date(now)
    organisations, known = campaigns.names(), {o.version: o for o in policy.every_outcome()}
    row = queries.campaign_of(campaign_id, actor=request.actor)
    is_officer = not OFFICER.isdisjoint(r.value for r in request.actor.roles)
    orders = queries.orders_of(campaign_id)
    open_orders = {o.organisation_id for o in orders if o.state == ISSUED}
    reviews = not REVIEWER.isdisjoint(r.value for r in request.actor.roles)
    hands_over = row.state == RUNNING and reviews and row.lead_id in request.actor.reaches
    number = number_of_page(request)
    found = queries.targets_of(campaign_id, actor=request.actor, page=number, size=SIZE, **_filter(request))

    def line(target: queries.TargetRow) -> dict[str, Any]:
        own = is_officer and target.organisation_id in request.actor.reaches
        return {
            "row": target,
            "files": found.files.get(target.id, ()),
            "organisation": organisations.get(target.organisation_id, ""),
            "outcome": campaigns.said(known[target.outcome]) if target.outcome in known else target.outcome,
            "is_settled": target.outcome in known and known[target.outcome].is_settled,
            "writes": own and target.organisation_id in open_orders and not row.waits_on(today),
            "moves": hands_over and target.organisation_id in open_orders,
            "tells": own and bool(target.outcome),
        }

    context = {
        "line": campaigns.campaign_line(row, organisations, on=today),
        "page": sheet(request, list(map(line, found.rows)), found.total, SIZE),
        "errors": errors or [],
        "failed": failed,
        "hands_over": hands_over,
        "ticked": request.POST.getlist("targets"),
        "file_limits": file_limits(now, services.RESULT_FILES),
        "given": request.POST,
        "chosen": {name: request.GET.get(name, "") for name in ("member", "outcome", "q")},
        "query": query_without(request),
        "csv_query": query_without(request, "page"),
        "outcomes": [Choice(o.code, campaigns.said(o)) for o in policy.outcomes(today).values()],
        "ended_in": [Choice(o.version, campaigns.said(o)) for o in known.values()],
        "members": [Choice(str(m), organisations.get(m, "")) for m in {*row.members, row.lead_id}],
        "own_orders": [o.id for o in orders if is_officer and o.organisation_id in request.actor.reaches],
    }
    return page(request, "campaign_targets", context, status=status)


def _filter(request: SignedInRequest) -> dict[str, Any]:
    outcome = request.GET.get("outcome")
    return {
        "organisation_id": campaigns.whole(request.GET.get("member", "")),
        "outcome": None if not outcome else "" if outcome == "open" else outcome,
        "text": request.GET.get("q", "")[:100],
    }


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
