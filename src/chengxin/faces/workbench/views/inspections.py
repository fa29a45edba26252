"""Random inspections on the workbench: plans, publishing a draw, and a party's commitment and value."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.faces.workbench import inspections as lines
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, day, number_of_page, page, say, sheet
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.inspections import policy
from chengxin.regulation.inspections.checking import VOID
from chengxin.regulation.inspections.errors import MattersMissing, PlanIncomplete
from chengxin.regulation.inspections.procedure import APPROVED, REVIEWER
from chengxin.regulation.inspections.queries import draws, plans, registers
from chengxin.regulation.inspections.services import drawing, planning
from chengxin.regulation.inspections.services.planning import PlanGiven

SIZE = 20
AT_FIELD = {PlanIncomplete: "title", MattersMissing: "matters"}


@require_GET
@open_to(Permission.MANAGE_CASES)
def overview(request: SignedInRequest) -> HttpResponse:
    """The plans in which the organisation has a part, and the draws that wait for it as a party."""
    organisations = lines.names()
    found = draws.draws_waiting_for(request.actor.organisation_code)
    waiting = [lines.draw_line(row, organisations) for row in found]
    held = plans.plans_of(request.actor, page=number_of_page(request), size=SIZE)
    rows = [lines.plan_line(r, organisations) for r in held]
    context = {
        "page": sheet(request, rows, plans.plans_count(request.actor), SIZE),
        "waiting": waiting,
        "may_inspect": request.actor.may(Permission.INSPECT),
    }
    return page(request, "inspections", context)


@require_http_methods(["GET", "POST"])
@open_to(Permission.INSPECT)
def propose(request: SignedInRequest) -> HttpResponse:
    """The form of a new line of the plan."""
    now = clock.now()
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            plan_id = planning.propose(_given(request), by=request.actor, at=now)
        except ChengxinError as error:
            errors = [PageError(AT_FIELD.get(type(error), "title"), error.sentence, error.advice)]
            status = error.status
        else:
            messages.success(request, _("计划已提交信用办审核。批准后才能抽取。"))
            return redirect("workbench:inspection-plan", plan_id)
    context = {
        "errors": errors,
        "given": request.POST,
        "chosen": {name: request.POST.getlist(name) for name in ("matters", "divisions")},
        "matters": lines.matter_choices(clock.local_date(now)),
        "divisions": [Choice(code, name) for code, name in lines.divisions().items()],
    }
    return page(request, "inspection_propose", context, status=status)


@require_GET
@open_to(Permission.MANAGE_CASES)
def plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """One line of the plan, its draws, and the form that publishes the next."""
    return _plan(request, plan_id)


@require_POST
@open_to(Permission.INSPECT)
def publish(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Publish a draw with its rule, hash and parties."""
    try:
        draw_id = drawing.publish(plan_id, parties=request.POST.getlist("parties"), by=request.actor, at=clock.now())
    except NotFound:
        raise
    except ChengxinError as error:
        return _plan(request, plan_id, [PageError("parties", error.sentence, error.advice)], status=error.status)
    messages.success(request, _("抽取公告已经发布。参加方全部提交并公开以后，自动抽取。"))
    number = next(d.number for d in draws.draws_of_plan(plan_id) if d.id == draw_id)
    return redirect("workbench:inspection-draw", number)


@require_GET
@open_to(Permission.MANAGE_CASES)
def draw(request: SignedInRequest, number: str) -> HttpResponse:
    """One draw: its rounds, and the forms of one's own organisation as a party."""
    return _draw(request, number)


@require_POST
@open_to(Permission.MANAGE_CASES)
def commit(request: SignedInRequest, number: str) -> HttpResponse:
    """Take the organisation's commitment."""
    row = draws.draw_numbered(number)
    try:
        given = request.POST.get("commitment", "")
        drawing.commit(row.id, commitment=given, by=request.actor, at=clock.now())
    except ChengxinError as error:
        return _draw(request, number, [PageError("commitment", error.sentence, error.advice)], status=error.status)
    messages.success(request, _("承诺已经收到，写入公开日志。请保管好您的值，公开时要用。"))
    return redirect("workbench:inspection-draw", number)


@require_POST
@open_to(Permission.MANAGE_CASES)
def reveal(request: SignedInRequest, number: str) -> HttpResponse:
    """Take the organisation's value; the last one draws."""
    row = draws.draw_numbered(number)
    try:
        drawing.reveal(row.id, value=request.POST.get("value", ""), by=request.actor, at=clock.now())
    except ChengxinError as error:
        return _draw(request, number, [PageError("value", error.sentence, error.advice)], status=error.status)
    messages.success(request, _("您的值已经公开。"))
    return redirect("workbench:inspection-draw", number)


@require_POST
@open_to(Permission.INSPECT)
def again(request: SignedInRequest, number: str) -> HttpResponse:
    """Start a further round after a void one."""
    row = draws.draw_numbered(number)
    try:
        drawing.start_again(row.id, parties=request.POST.getlist("parties"), by=request.actor, at=clock.now())
    except NotFound:
        raise
    except ChengxinError as error:
        return _draw(request, number, [PageError("parties", error.sentence, error.advice)], status=error.status)
    messages.success(request, _("新一轮已经开始。"))
    return redirect("workbench:inspection-draw", number)


def _plan(
    request: SignedInRequest, plan_id: int, errors: list[PageError] | None = None, *, status: int = 200
) -> HttpResponse:
    organisations, today = lines.names(), clock.today()
    row = plans.plan_of(plan_id, actor=request.actor)
    found = [lines.draw_line(d, organisations) for d in draws.draws_of_plan(plan_id)]
    may_publish = (
        row.state == APPROVED
        and today < row.ends_on
        and row.lead_id == request.actor.organisation_id
        and not REVIEWER.isdisjoint(r.value for r in request.actor.roles)
        and all(d["row"].state == "drawn" for d in found)
    )
    counts = registers.object_counts()
    context = {
        "line": lines.plan_line(row, organisations),
        "draws": found,
        "objects": [(say(m.zh, m.en), counts.get(m.code, 0)) for m in row.matters],
        "may_publish": may_publish,
        "terms": policy.parties(today),
        "errors": errors or [],
        **_party_choices(request, row.lead_id),
    }
    return page(request, "inspection_plan", context, status=status)


def _party_choices(request: SignedInRequest, lead_id: int, barred: frozenset[str] = frozenset()) -> dict[str, object]:
    office = accounts.credit_office()
    known = [o for o in accounts.organisations() if o.code not in barred]
    first = {office.id, lead_id}
    return {
        "fixed": [Choice(o.code, say(o.name_zh, o.name_en)) for o in known if o.id in first],
        "others": [Choice(o.code, say(o.name_zh, o.name_en)) for o in known if o.id not in first],
        "chosen": request.POST.getlist("parties"),
    }


def _draw(
    request: SignedInRequest, number: str, errors: list[PageError] | None = None, *, status: int = 200
) -> HttpResponse:
    now = clock.now()
    row = draws.draw_numbered(number)
    codes, own = lines.names_by_code(), request.actor.organisation_code
    rounds = [lines.round_line(r, codes, at=now) for r in draws.rounds_of(row.id)]
    last = rounds[-1]
    mine = next((p["row"] for p in last["parties"] if p["row"].code == own), None)
    is_lead = row.lead_id == request.actor.organisation_id
    is_reviewer = not REVIEWER.isdisjoint(r.value for r in request.actor.roles)
    barred = frozenset().union(*(r["row"].barred for r in rounds))
    context = {
        "line": lines.draw_line(row, lines.names()),
        "strata": lines.rule_lines(row.statement, clock.local_date(row.published_at)),
        "rounds": rounds,
        "last": last,
        "mine": mine,
        "own": own,
        "may_commit": mine is not None and not mine.commitment and last["phase"] == "commit",
        "may_reveal": mine is not None and bool(mine.commitment) and not mine.value and last["phase"] == "reveal",
        "may_start": is_lead and is_reviewer and row.state == VOID,
        "terms": policy.parties(clock.local_date(now)),
        "errors": errors or [],
        "given": request.POST,
        **_party_choices(request, row.lead_id, barred),
    }
    return page(request, "inspection_draw", context, status=status)


def _given(request: SignedInRequest) -> PlanGiven:
    given = request.POST
    try:
        starts, ends = day(given.get("starts", "")), day(given.get("ends", ""))
    except ValueError as error:
        raise PlanIncomplete from error
    return PlanGiven(given.get("title", ""), given.getlist("matters"), given.getlist("divisions"), starts, ends)
