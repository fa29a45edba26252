"""Campaigns on the workbench: the list, proposing one, the board, the targets with their results, typical cases."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotPermitted
from chengxin.faces.workbench import campaigns
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, cut, day, page, say, words
from chengxin.faces.workbench.shown import divisions
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.rules import Severity
from chengxin.regulation.campaigns import policy, queries, rules, services, telling
from chengxin.regulation.campaigns.errors import (
    FieldMissing,
    LeastWrong,
    MembersMissing,
    MembersNotPublic,
    PeriodOver,
    PeriodWrong,
    SelectionMissing,
    SelectionPeriodWrong,
)
from chengxin.regulation.campaigns.procedure import FINISHED, OFFICER, RUNNING
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
    SelectionPeriodWrong: "since",
    LeastWrong: "least",
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
    counts = queries.counts_of([line["row"].id for line in shown.rows])
    for line in shown.rows:
        line["counts"] = counts[line["row"].id]
    may_propose = _may_propose(request)
    return page(request, "campaigns", {"page": shown, "state": state, "states": _states(), "may_propose": may_propose})


@require_http_methods(["GET", "POST"])
@open_to(*PROPOSERS)
def propose(request: SignedInRequest) -> HttpResponse:
    """The form of a new campaign; `preview` counts whom the saved query finds today and keeps the form."""
    if not _may_propose(request):
        raise NotPermitted
    now = clock.now()
    today = clock.local_date(now)
    errors: list[PageError] = []
    found, status = None, 200
    if request.method == "POST":
        try:
            plan = _plan(request)
            if "preview" in request.POST:
                rules.check_selection(plan.selection)
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
    progress = queries.progress_of(campaign_id, on=today)
    outcomes = campaigns.columns(progress, on=today if row.state == RUNNING else None)
    board = [campaigns.progress_line(p, organisations, outcomes=outcomes) for p in progress]
    context = {
        "line": campaigns.campaign_line(row, organisations, on=today),
        "selection": campaigns.selection_lines(row.selection),
        "board": board,
        "settled": sum(p["row"].settled for p in board),
        "total": sum(p["row"].targets for p in board),
        "cases": telling.typical_cases(on=today, campaign_id=campaign_id, size=SIZE),
    }
    return page(request, "campaign", context)


def _plan(request: SignedInRequest) -> Plan:
    given = request.POST
    days = _days(given, "starts", "ends", wrong=PeriodWrong)
    days |= _days(given, "since", "until", wrong=SelectionPeriodWrong)
    days |= {name: _after(days[name]) for name in ("ends", "until")}  # the form names last days
    return Plan(
        title=given.get("title", ""),
        basis=given.get("basis", ""),
        criteria=given.get("criteria", ""),
        starts_on=days["starts"],
        ends_on=days["ends"],
        members=tuple(m for text in given.getlist("members") if (m := campaigns.whole(text)) is not None),
        selection=Selection(
            item=given.get("item", "") if given.get("item") in {i.code for i in catalogue.items()} else "",
            severities=tuple(given.getlist("severities")),
            divisions=tuple(d for d in given.getlist("divisions") if d.isdecimal()),
            since=days["since"],
            until=days["until"],
            least=campaigns.whole(given.get("least", "1")) or 0,
        ),
    )


def _days(given: Mapping[str, str], *names: str, wrong: type[ChengxinError]) -> dict[str, date | None]:
    try:
        return {name: day(given.get(name, "")) for name in names}
    except ValueError as error:
        raise wrong from error


def _may_propose(request: SignedInRequest) -> bool:
    roles = {role.value for role in request.actor.roles}
    return any(map(request.actor.may, PROPOSERS)) and not OFFICER.isdisjoint(roles)


def _after(last: date | None) -> date | None:
    return None if last is None or last == date.max else last + ONE_DAY


def _states() -> list[Choice]:
    names = {RUNNING: _("进行中"), "drafted": _("草案"), FINISHED: _("已结束")}
    return [Choice(code, name) for code, name in names.items()]
