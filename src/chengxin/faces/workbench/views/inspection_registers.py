"""The registers of inspections on the workbench: objects by matter, inspectors, recusals."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench import inspections as lines
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, page, say, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.inspections import policy
from chengxin.regulation.inspections.errors import InspectorIncomplete, MatterUnknown, ReasonNeeded
from chengxin.regulation.inspections.queries import registers
from chengxin.regulation.inspections.services import registers as services

SIZE = 25


@require_GET
@open_to(Permission.INSPECT)
def objects(request: SignedInRequest) -> HttpResponse:
    """The register of objects of one matter of the department; the matter stands in the address."""
    return _objects(request)


@require_GET
@open_to(Permission.INSPECT)
def objects_csv(request: SignedInRequest) -> HttpResponseBase:
    """The register of a matter as CSV."""
    matter, places = _matter(request), lines.divisions()
    rows = (
        [row.code, row.name, places.get(row.division, row.division), row.since.isoformat()]
        for row in registers.all_objects_of(matter.code)
    )
    titles = [_("统一社会信用代码"), _("名称"), _("登记地"), _("列入名录库日期")]
    return CsvStream(f"objects-{matter.code}.csv", titles, rows)


@require_POST
@open_to(Permission.INSPECT)
def renew(request: SignedInRequest) -> HttpResponse:
    """Bring the register of a matter to what is public today."""
    matter = request.POST.get("matter", "")
    try:
        moved = services.renew_objects(matter, by=request.actor, at=clock.now())
    except ChengxinError as error:
        return _objects(request, [PageError("matter", error.sentence, error.advice)], status=error.status)
    said = ngettext("名录库已更新，{n} 个对象进出。", "名录库已更新，{n} 个对象进出。", moved)
    messages.success(request, said.format(n=moved))
    return _to_objects(matter)


@require_POST
@open_to(Permission.INSPECT)
def take_out(request: SignedInRequest, object_id: int) -> HttpResponse:
    """Take a subject out of the register, with the reason."""
    try:
        services.take_out(object_id, reason=request.POST.get("reason", ""), by=request.actor, at=clock.now())
    except (ReasonNeeded, MatterUnknown) as error:
        errors = [PageError(f"reason-{object_id}", error.sentence, error.advice)]
        return _objects(request, errors, status=error.status)
    messages.success(request, _("已移出名录库。"))
    return _to_objects(request.POST.get("matter", ""))


@require_http_methods(["GET", "POST"])
@open_to(Permission.INSPECT)
def inspectors(request: SignedInRequest) -> HttpResponse:
    """The department's register of inspectors, and the form that adds one."""
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        given = request.POST
        try:
            services.add_inspector(
                given.get("number", ""),
                name=given.get("name", ""),
                skills=given.getlist("skills"),
                divisions=given.getlist("divisions"),
                user_id=_account(request),
                by=request.actor,
                at=clock.now(),
            )
        except ChengxinError as error:
            errors, status = [PageError("number", error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已列入检查人员名录库。"))
            return redirect("workbench:inspectors")
    today = clock.today()
    own = [request.actor.organisation_id] if request.actor.organisation_id else []
    context = {
        "rows": [_inspector_line(r) for r in registers.inspectors_of(own, year=today.year)],
        "errors": errors,
        "given": request.POST,
        **_terms(request),
    }
    return page(request, "inspectors", context, status=status)


@require_http_methods(["GET", "POST"])
@open_to(Permission.INSPECT)
def inspector(request: SignedInRequest, inspector_id: int) -> HttpResponse:
    """One inspector: what they can do and where, and from whom they withdraw."""
    now = clock.now()
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            _change(request, inspector_id)
        except ChengxinError as error:
            field = "code" if "code" in request.POST else "skills"
            errors, status = [PageError(field, error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("名录库已更新。"))
            return redirect("workbench:inspector", inspector_id)
    own, today = request.actor.organisation_id, clock.local_date(now)
    row = registers.inspector(inspector_id, organisation_id=own, year=today.year)
    grounds = {g.code: say(g.zh, g.en) for g in policy.grounds(today)}
    context = {
        "line": _inspector_line(row),
        "recusals": [(code, grounds.get(g, g), g) for _i, code, g in registers.recusals_in_force([inspector_id])],
        "grounds": [Choice(code, name) for code, name in grounds.items()],
        "errors": errors,
        "given": request.POST,
        **_terms(request),
        "chosen": {"skills": row.skills, "divisions": row.divisions},
    }
    return page(request, "inspector", context, status=status)


def _change(request: SignedInRequest, inspector_id: int) -> None:
    given, now = request.POST, clock.now()
    if "code" in given:
        services.declare_recusal(
            inspector_id,
            code=given["code"],
            ground=given.get("ground", ""),
            is_declared="lift" not in given,
            by=request.actor,
            at=now,
        )
        return
    services.change_inspector(
        inspector_id,
        skills=given.getlist("skills"),
        divisions=given.getlist("divisions"),
        is_active=given.get("active") == "1",
        by=request.actor,
        at=now,
    )


def _account(request: SignedInRequest) -> int | None:
    """Whose account the inspector's is; None where none was given. Raises `InspectorIncomplete` for a stranger's."""
    name, own = request.POST.get("account", "").strip(), request.actor.organisation_id
    if not name or own is None:
        return None
    found = accounts.user_in(name, organisation_id=own)
    if found is None:
        raise InspectorIncomplete
    return found


def _objects(request: SignedInRequest, errors: list[PageError] | None = None, *, status: int = 200) -> HttpResponse:
    own = [m for m in policy.matters(clock.today()) if m.department == request.actor.organisation_code]
    places, chosen = lines.divisions(), _matter(request) if own else None
    counts = registers.object_counts()
    rows, total = (
        ([], 0) if chosen is None else registers.objects_of(chosen.code, page=number_of_page(request), size=SIZE)
    )
    context = {
        "matters": [Choice(m.code, say(m.zh, m.en), counts.get(m.code, 0)) for m in own],
        "matter": chosen,
        "name": say(chosen.zh, chosen.en) if chosen else "",
        "page": sheet(request, [{"row": r, "division": places.get(r.division, "")} for r in rows], total, SIZE),
        "errors": errors or [],
    }
    return page(request, "inspection_objects", context, status=status)


def _matter(request: SignedInRequest) -> policy.Matter:
    own = [m for m in policy.matters(clock.today()) if m.department == request.actor.organisation_code]
    wanted = request.GET.get("matter") or request.POST.get("matter")
    found = next((m for m in own if m.code == wanted), own[0] if own else None)
    if found is None:
        raise MatterUnknown
    return found


def _to_objects(matter: str) -> HttpResponse:
    response = redirect("workbench:inspection-objects")
    if matter in {m.code for m in policy.matters(clock.today())}:
        response["Location"] += f"?matter={matter}"
    return response


def _inspector_line(row: registers.InspectorRow) -> dict[str, object]:
    skills = {s.code: say(s.zh, s.en) for s in policy.skills(clock.today())}
    places = lines.divisions()
    return {
        "row": row,
        "skills": [skills.get(s, s) for s in row.skills],
        "divisions": [places.get(d, d) for d in row.divisions],
    }


def _terms(request: SignedInRequest) -> dict[str, object]:
    return {
        "skills": [Choice(s.code, say(s.zh, s.en)) for s in policy.skills(clock.today())],
        "divisions": [Choice(code, name) for code, name in lines.divisions().items()],
        "chosen": {name: request.POST.getlist(name) for name in ("skills", "divisions")},
    }
