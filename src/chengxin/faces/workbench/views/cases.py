"""What waits for a person's organisation, and each case: where it stands, what happened, what can be done now."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.base.clock import local_date
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.letters import letters_of_case
from chengxin.faces.workbench.matters.known import matter_of
from chengxin.faces.workbench.pages import number_of_page, page, sheet
from chengxin.registry.accounts.rules import Permission

SIZE = 20


@require_GET
@open_to(Permission.MANAGE_CASES)
def inbox(request: SignedInRequest) -> HttpResponse:
    """The cases that wait for a step of this person, overdue first; `?all=1` shows every case of the organisation."""
    shows_all = request.GET.get("all") == "1"
    read = casework.cases_of if shows_all else casework.inbox_of
    found = read(request.actor, on=clock.today(), page=number_of_page(request), size=SIZE)
    rows = sheet(request, found.items, found.total, SIZE)
    return page(request, "inbox", {"page": rows, "overdue": found.overdue, "shows_all": shows_all})


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


def case_context(
    request: SignedInRequest, case_id: int, at: datetime, step: str = "", errors: list[PageError] | None = None
) -> dict[str, Any]:
    """What a case page shows, here and in My space. `step` is the one whose form has `errors`."""
    actor = request.actor
    row = casework.case(case_id, actor=actor, on=local_date(at))
    matter = matter_of(row.procedure)
    steps = [
        {
            "code": s.code,
            "name": s.name,
            "needs_reason": s.needs_reason,
            "form": matter.forms.get(s.code, ""),
            "given": request.POST if s.code == step else {},
        }
        for s in casework.steps_open_to(case_id, actor=actor)
    ]
    return {
        "case": row,
        "events": casework.events(case_id, actor=actor),
        "letters": letters_of_case(case_id, actor, at),
        "steps": steps,
        "matter": matter.template,
        "errors": errors or [],
        "failed_step": step,
        **matter.context(row, actor, at),
    }


def taken(request: SignedInRequest, case_id: int, step: str, at: datetime) -> tuple[list[PageError], int] | None:
    """None where the step was taken; else what to say about the form, and the status of the answer."""
    row = casework.case(case_id, actor=request.actor, on=local_date(at))
    try:
        matter_of(row.procedure).take(request, case_id, step, at)
    except ChengxinError as error:
        return [PageError(f"{step}-reason", error.sentence, error.advice)], error.status
    messages.success(request, _("已办理。"))
    return None
