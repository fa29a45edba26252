"""What waits for a person's organisation, and each case: where it stands, what happened, what can be done now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.casework import evidence
from chengxin.base.casework import notices as told
from chengxin.base.casework import queries as casework
from chengxin.base.casework.queries import DueFilter
from chengxin.base.casework.stages import Stage
from chengxin.base.clock import local_date
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.listing import listed
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.commitments_waiting import commitments_waiting
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import errors_of, file_limits, handed_out, uploads_of
from chengxin.faces.workbench.inspections import names_by_code
from chengxin.faces.workbench.letters import letters_of_case
from chengxin.faces.workbench.matters.known import matter_of
from chengxin.faces.workbench.pages import choices, page, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.shown import organisation_names
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.regulation.measures import queries as measures
from chengxin.rights.consent import papers

SIZE = 20
NOTICES = 5
EVIDENCE = "evidence"
DUE = {
    DueFilter.SOON: gettext_lazy("即将到期"),
    DueFilter.OVERDUE: gettext_lazy("已超期"),
    DueFilter.ESCALATED: gettext_lazy("已上报"),
}
STATES = {"open": gettext_lazy("办理中"), "closed": gettext_lazy("已办结")}
IS_OPEN = {"open": True, "closed": False}
PARTS = {
    "applicant": gettext_lazy("申请人"),
    "inspected": gettext_lazy("被检查对象"),
    "promisor": gettext_lazy("承诺人"),
}
CONCERNED = gettext_lazy("当事人")
STAGES = {
    Stage.REMIND: gettext_lazy("已提醒"),
    Stage.REVIEWERS: gettext_lazy("超期，已报本单位负责人"),
    Stage.UP: gettext_lazy("超期，已报上级单位和信用办"),
}


@require_GET
@open_to(Permission.MANAGE_CASES)
def inbox(request: SignedInRequest) -> HttpResponse:
    """The cases that wait for a step of this person, overdue first; `?all=1` shows every case of the organisation.

    `?due=` shows those alone whose deadline is soon or over, or went up the line, `?matter=` those of one procedure,
    and among all `?state=` the open or the closed.
    """
    shows_all, asked = request.GET.get("all") == "1", request.GET
    due = DueFilter(asked["due"]) if asked.get("due") in set(DueFilter) else None
    matters = casework.matters_of(request.actor)
    matter = asked["matter"] if asked.get("matter") in matters else ""
    state = asked["state"] if shows_all and asked.get("state") in STATES else ""
    wanted: dict[str, Any] = {"due": due, "matter": matter, "page": number_of_page(request), "size": SIZE}
    if shows_all:
        found = casework.cases_of(request.actor, on=clock.today(), is_open=IS_OPEN.get(state), **wanted)
    else:
        found = casework.inbox_of(request.actor, on=clock.today(), **wanted)
    context = {
        "page": sheet(request, found.items, found.total, SIZE),
        "overdue": found.overdue,
        "is_exact": found.is_exact,
        "shows_all": shows_all,
        "due": due,
        "due_choices": choices(DUE),
        "matter": matter,
        "matters": choices(matters),
        "state": state,
        "states": choices(STATES),
        "is_filtered": bool(due or matter or state),
        "reports": _overdue_reports(request.actor),
        **commitments_waiting(request.actor, on=clock.today()),
        "notices": told.notices_of(request.actor, size=NOTICES).items,
    }
    return page(request, "inbox", context)


def _overdue_reports(actor: Actor) -> dict[str, Any] | None:
    """The item of the inbox that asks for reports on credit checks whose time is over."""
    if not actor.may(Permission.CHECK_CREDIT):
        return None
    count, before = measures.overdue_reports(actor, on=clock.today())
    return {"count": count, "before": before.isoformat()} if count else None


@require_GET
@open_to(Permission.MANAGE_CASES)
def case(request: SignedInRequest, case_id: int) -> HttpResponse:
    """One case, with the forms of the steps that this person can take now."""
    return page(request, "case", case_context(request, case_id, clock.now()))


@require_POST
@open_to(Permission.MANAGE_CASES)
def take_step(request: SignedInRequest, case_id: int, step: str) -> HttpResponse:
    """Take a step, then show the case as it stands; what is refused is said above the form, which keeps its words."""
    if (errors := taken(request, case_id, step, clock.now())) is None:
        return redirect("workbench:case", case_id)
    return page(request, "case", case_context(request, case_id, clock.now(), step, errors[0]), status=errors[1])


@require_POST
@open_to(Permission.MANAGE_CASES)
def add_evidence(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Add files to the case."""
    if (errors := added(request, case_id, clock.now())) is None:
        return redirect("workbench:case", case_id)
    return page(request, "case", case_context(request, case_id, clock.now(), EVIDENCE, errors[0]), status=errors[1])


@require_GET
@open_to(Permission.MANAGE_CASES)
def open_evidence(request: SignedInRequest, case_id: int, attachment_id: UUID) -> HttpResponse:
    """A file of the case, to be saved."""
    return handed_out(papers.case_file(case_id, attachment_id, by=request.actor, at=clock.now()))


def case_context(
    request: SignedInRequest, case_id: int, at: datetime, step: str = "", errors: list[PageError] | None = None
) -> dict[str, Any]:
    """What a case page shows, here and in My space. `step` is the one whose form has `errors`."""
    actor = request.actor
    row = casework.case(case_id, actor=actor, on=local_date(at))
    matter = matter_of(row.procedure)
    told = matter.context(row, actor, at)
    steps = [
        {
            "code": s.code,
            "name": s.name,
            "needs_reason": s.needs_reason,
            "form": matter.forms.get(s.code, ""),
            "reason_field": f"{s.code}-reason",
            "given": request.POST if s.code == step else {},
        }
        for s in casework.steps_open_to(case_id, actor=actor)
        if s.code not in told.get("closed_steps", ())
    ]
    return {
        "case": row,
        "events": casework.events(case_id, actor=actor),
        "organisations": names_by_code(),
        "letters": letters_of_case(case_id, actor, at),
        "steps": steps,
        "matter": matter.template,
        "with_whom": _with_whom(case_id, actor),
        "alerts": _alerts(case_id, actor),
        "evidence": evidence.evidence_of(case_id, actor=actor, at=at),
        "file_limits": file_limits(at),
        "errors": errors or [],
        "failed_step": step,
        **told,
    }


def _with_whom(case_id: int, actor: Actor) -> str:
    """Who has the case now, in words: organisations by name, everyone else by the part that they have in it."""
    waiting = casework.waits_for(case_id, actor=actor)
    names = organisation_names() if any(p.organisation_id is not None for p in waiting.values()) else {}
    told = [
        names.get(p.organisation_id, "") if p.organisation_id is not None else str(PARTS.get(part, CONCERNED))
        for part, p in waiting.items()
    ]
    return listed(told)


def _alerts(case_id: int, actor: Actor) -> list[dict[str, Any]]:
    """To whom the case's deadlines went, in words."""
    rows = casework.alerts_of(case_id, actor=actor)
    names = organisation_names() if rows else {}
    return [
        {
            "stage": row.stage,
            "told": STAGES[row.stage],
            "to": listed(names.get(i, "") for i in row.organisation_ids),
            "people": row.people,
            "due_on": row.due_on,
            "at": row.at,
        }
        for row in rows
    ]


def taken(request: SignedInRequest, case_id: int, step: str, at: datetime) -> tuple[list[PageError], int] | None:
    """None where the step was taken; else what to say about the form, and the status of the answer."""
    matter = matter_of(casework.case(case_id, actor=request.actor, on=local_date(at)).procedure)
    try:
        said = matter.take(request, case_id, step, at)
    except ChengxinError as error:
        place = matter.fields.get(type(error), f"{step}-reason")
        return [PageError(place, error.sentence, error.advice)], error.status
    messages.success(request, said or _("已办理。"))
    return None


def added(request: SignedInRequest, case_id: int, at: datetime) -> tuple[list[PageError], int] | None:
    """None where the files were added; else what to say about each, and the status of the answer."""
    try:
        evidence.add_evidence(case_id, uploads=uploads_of(request), by=request.actor, at=at)
    except NotFound:
        raise
    except ChengxinError as error:
        return errors_of(error, EVIDENCE), error.status
    messages.success(request, _("材料已提交。"))
    return None
