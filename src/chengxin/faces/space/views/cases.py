"""The subject's own applications and what became of them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.casework import queries as casework
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.files import handed_out
from chengxin.faces.workbench.pages import sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.views.cases import EVIDENCE, added, case_context, taken
from chengxin.registry.accounts.rules import Scope
from chengxin.rights.consent import papers

SIZE = 20


@require_GET
@on_behalf(Scope.APPLY)
def case_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """All cases of the subject, newest first."""
    found = casework.cases_of(request.actor, on=clock.today(), page=number_of_page(request), size=SIZE)
    context = {"page": sheet(request, found.items, found.total, SIZE), "is_exact": found.is_exact}
    return page(request, "cases", context)


@require_GET
@on_behalf(Scope.APPLY)
def case(request: SpaceRequest, _mandate_id: int, case_id: int) -> HttpResponse:
    """One case: the steps, who has it, until when."""
    return page(request, "case", case_context(request, case_id, clock.now()))


@require_POST
@on_behalf(Scope.APPLY)
def take_step(request: SpaceRequest, mandate_id: int, case_id: int, step: str) -> HttpResponse:
    """Take a step on the subject's behalf, then show the case as it stands."""
    if (errors := taken(request, case_id, step, clock.now())) is None:
        return redirect("space:case", mandate_id, case_id)
    return page(request, "case", case_context(request, case_id, clock.now(), step, errors[0]), status=errors[1])


@require_POST
@on_behalf(Scope.APPLY)
def add_evidence(request: SpaceRequest, mandate_id: int, case_id: int) -> HttpResponse:
    """Add files to the case on the subject's behalf."""
    if (errors := added(request, case_id, clock.now())) is None:
        return redirect("space:case", mandate_id, case_id)
    return page(request, "case", case_context(request, case_id, clock.now(), EVIDENCE, errors[0]), status=errors[1])


@require_GET
@on_behalf(Scope.APPLY)
def open_evidence(request: SpaceRequest, _mandate_id: int, case_id: int, attachment_id: UUID) -> HttpResponse:
    """A file of the case, to be saved."""
    return handed_out(papers.case_file(case_id, attachment_id, by=request.actor, at=clock.now()))
