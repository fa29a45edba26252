"""Campaigns on the workbench: the list, proposing one, the board, the targets with their results, typical cases."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench import campaigns
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, cut, day, page, query_without, say, words
from chengxin.faces.workbench.shown import divisions
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.rules import Severity
from chengxin.regulation.campaigns import policy, queries, services, telling
from chengxin.regulation.campaigns.errors import (
    FieldMissing,
    MembersMissing,
    MembersNotPublic,
    PeriodOver,
    PeriodWrong,
    RecordMissing,
    SelectionMissing,
)
from chengxin.regulation.campaigns.procedure import FINISHED, ISSUED, OFFICER, RUNNING
from chengxin.regulation.campaigns.rules import Plan, Selection

SIZE = 20
ONE_DAY = timedelta(days=1)
TARGETS_SIZE = 25
PROPOSERS = (Permission.SUBMIT_RECORDS, Permission.ISSUE_REPORTS)
STATES = (RUNNING, "drafted", FINISHED)
AT_FIELD = {
    FieldMissing: "field",
    PeriodWrong: "starts",
    PeriodOver: "ends",
    MembersMissing: "members",
    MembersNotPublic: "members",
    SelectionMissing: "item",
}


@require_GET
@open_to(Permission.MANAGE_CASES)
def campaign_list(request: SignedInRequest) -> HttpResponse:
    """The campaigns in which the organisation has a part; the state stands in the address."""
    state = request.GET.get("state", "") if request.GET.get("state") in STATES else ""
    organisations = campaigns.names()
    today = clock.today()
    rows = queries.campaigns_of(request.actor, state=state)
    shown = cut(request, rows, SIZE, lambda row: campaigns.campaign_line(row, organisations, on=today))
    may_propose = any(map(request.actor.may, PROPOSERS))
    return page(request, "campaigns", {"page": shown, "state": state, "states": _states(), "may_propose": may_propose})


@require_http_methods(["GET", "POST"])
@open_to(*PROPOSERS)
def propose(request: SignedInRequest) -> HttpResponse:
    """The form of a new campaign; `preview` counts whom the saved query finds today and keeps the form."""
    now = clock.now()
    today = clock.local_date(now)
    errors: list[PageError] = []
    found, status = None, 200
    if request.method == "POST":
        try:
            plan = _plan(request)
            if "preview" in request.POST:
                found = len(queries.selected(plan.selection, on=today))
            else:
                campaign_id = services.propose(request.POST.get("field", ""), plan, by=request.actor, at=now)
                messages.success(request, _("已提交信用办审核。批准后任务会分给各参加单位。"))
                return redirect("workbench:campaign", campaign_id)
        except ChengxinError as error:
            errors = [PageError(AT_FIELD.get(type(error), "title"), error.sentence, error.advice)]
            status = error.status
    context = {
        "errors": errors,
        "found": found,
        "given": request.POST,
        "chosen": {name: request.POST.getlist(name) for name in ("members", "severities", "divisions")},
        "fields": [Choice(f.code, say(f.zh, f.en)) for f in policy.fields(today)],
        "members": [Choice(str(o.id), say(o.name_zh, o.name_en)) for o in accounts.organisations() if o.is_public_body],
        "items": [Choice(i.code, words(i.name)) for i in catalogue.items() if i.subject == "organisation"],
        "severities": [s.value for s in Severity],
        "divisions": divisions(),
    }
    return page(request, "campaign_propose", context, status=status)


@require_GET
@open_to(Permission.MANAGE_CASES)
def campaign(request: SignedInRequest, campaign_id: int) -> HttpResponse:
    """The board: how far each member is, with one click to its targets."""
    today = clock.today()
    row = queries.campaign_of(campaign_id, actor=request.actor)
    organisations = campaigns.names()
    board = [campaigns.progress_line(p, organisations, on=today) for p in queries.progress_of(campaign_id, on=today)]
    context = {
        "line": campaigns.campaign_line(row, organisations, on=today),
        "selection": campaigns.selection_lines(row.selection),
        "board": board,
        "settled": sum(p["row"].settled for p in board),
        "total": sum(p["row"].targets for p in board),
        "cases": telling.typical_cases(on=today, campaign_id=campaign_id),
    }
    return page(request, "campaign", context)


@require_GET
@open_to(Permission.MANAGE_CASES)
def targets(request: SignedInRequest, campaign_id: int) -> HttpResponse:
    """The targets that this person may see, with a form for the result of each that waits for it."""
    return _targets(request, campaign_id)


@require_GET
@open_to(Permission.MANAGE_CASES)
def targets_csv(request: SignedInRequest, campaign_id: int) -> HttpResponseBase:
    """The filtered targets as CSV."""
    organisations, known = campaigns.names(), policy.outcomes(clock.today())

    def cells(row: queries.TargetRow) -> list[Any]:
        outcome = campaigns.said(known[row.outcome]) if row.outcome in known else row.outcome
        member = organisations.get(row.organisation_id, "")
        return [row.code, row.name, row.records, member, outcome, row.found]

    rows = queries.all_targets_of(campaign_id, actor=request.actor, **_filter(request))
    titles = [_("统一社会信用代码"), _("名称"), _("记录数"), _("参加单位"), _("核查结果"), _("查明的情况")]
    return CsvStream(f"campaign-{campaign_id}.csv", titles, map(cells, rows))


@require_POST
@open_to(Permission.SUBMIT_RECORDS, Permission.ISSUE_REPORTS)
def record_result(request: SignedInRequest, campaign_id: int, target_id: int) -> HttpResponse:
    """Write what was found at a target, then show the same page of targets."""
    outcome, found = request.POST.get("outcome", ""), request.POST.get("found", "")
    try:
        services.record_result(target_id, outcome=outcome, found=found, by=request.actor, at=clock.now())
    except ChengxinError as error:
        errors = [PageError(f"outcome-{target_id}", error.sentence, error.advice)]
        return _targets(request, campaign_id, errors, failed=target_id, status=error.status)
    messages.success(request, _("结果已记录。"))
    here = query_without(request)
    response = redirect("workbench:campaign-targets", campaign_id)
    response["Location"] += f"?{here}#target-{target_id}" if here else f"#target-{target_id}"
    return response


@require_http_methods(["GET", "POST"])
@open_to(Permission.SUBMIT_RECORDS, Permission.ISSUE_REPORTS)
def propose_case(request: SignedInRequest, campaign_id: int, order_id: int) -> HttpResponse:
    """The form of a typical case from a member's order, about the target in the address or about none."""
    now = clock.now()
    order = telling.own_order(order_id, campaign_id=campaign_id, actor=request.actor)
    target_id = _whole(request.GET.get("target", ""))
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


def _targets(
    request: SignedInRequest,
    campaign_id: int,
    errors: list[PageError] | None = None,
    *,
    failed: int = 0,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    organisations, known = campaigns.names(), policy.outcomes(today)
    row = queries.campaign_of(campaign_id, actor=request.actor)
    is_officer = not OFFICER.isdisjoint(r.value for r in request.actor.roles)
    progress = queries.progress_of(campaign_id, on=today)
    open_orders = {p.organisation_id for p in progress if p.state == ISSUED}
    rows = queries.targets_of(campaign_id, actor=request.actor, **_filter(request))

    def line(target: queries.TargetRow) -> dict[str, Any]:
        own = is_officer and target.organisation_id in request.actor.reaches
        return {
            "row": target,
            "organisation": organisations.get(target.organisation_id, ""),
            "outcome": campaigns.said(known[target.outcome]) if target.outcome in known else target.outcome,
            "is_settled": target.outcome in known and known[target.outcome].is_settled,
            "writes": own and target.organisation_id in open_orders and not row.waits_on(today),
            "tells": own and bool(target.outcome),
        }

    context = {
        "line": campaigns.campaign_line(row, organisations, on=today),
        "page": cut(request, rows, TARGETS_SIZE, line),
        "errors": errors or [],
        "failed": failed,
        "given": request.POST,
        "chosen": {name: request.GET.get(name, "") for name in ("member", "outcome", "q")},
        "query": query_without(request),
        "csv_query": query_without(request, "page"),
        "outcomes": [Choice(o.code, campaigns.said(o)) for o in known.values()],
        "members": [Choice(str(m), organisations.get(m, "")) for m in {*row.members, row.lead_id}],
        "own_orders": [p.order_id for p in progress if is_officer and p.organisation_id in request.actor.reaches],
    }
    return page(request, "campaign_targets", context, status=status)


def _filter(request: SignedInRequest) -> dict[str, Any]:
    outcome = request.GET.get("outcome")
    return {
        "organisation_id": _whole(request.GET.get("member", "")),
        "outcome": None if not outcome else "" if outcome == "open" else outcome,
        "text": request.GET.get("q", "")[:100],
    }


def _plan(request: SignedInRequest) -> Plan:
    given = request.POST
    try:
        days = {name: day(given.get(name, "")) for name in ("starts", "ends", "since", "until")}
    except ValueError as error:
        raise PeriodWrong from error
    days |= {name: _after(days[name]) for name in ("ends", "until")}  # the form names last days
    return Plan(
        title=given.get("title", ""),
        basis=given.get("basis", ""),
        criteria=given.get("criteria", ""),
        starts_on=days["starts"],
        ends_on=days["ends"],
        members=tuple(m for text in given.getlist("members") if (m := _whole(text)) is not None),
        selection=Selection(
            item=given.get("item", "") if given.get("item") in {i.code for i in catalogue.items()} else "",
            severities=tuple(given.getlist("severities")),
            divisions=tuple(d for d in given.getlist("divisions") if d.isdecimal()),
            since=days["since"],
            until=days["until"],
            least=_whole(given.get("least", "1")) or 0,
        ),
    )


def _after(last: date | None) -> date | None:
    return None if last is None or last == date.max else last + ONE_DAY


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _states() -> list[Choice]:
    names = {RUNNING: _("进行中"), "drafted": _("草案"), FINISHED: _("已结束")}
    return [Choice(code, name) for code, name in names.items()]
