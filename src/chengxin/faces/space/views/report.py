"""A resident's own credit report: taking one, the note beside it, and how often each was verified."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.documents import queries as documents
from chengxin.base.errors import ChengxinError
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.faults import PageError
from chengxin.offerings.reports import person, person_services
from chengxin.offerings.reports.person_services import PersonReport
from chengxin.registry.accounts.rules import Scope

LATEST = 50


@require_GET
@on_behalf(Scope.SEE)
def own_report(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """What can be taken, what was taken, and by how many it was verified."""
    return _page(request)


@require_POST
@on_behalf(Scope.SEE)
def issue(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """A newly issued report of the resident, signed."""
    made = _made(request)
    return HttpResponse(
        made.pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{made.number}.pdf"'},
    )


@require_POST
@on_behalf(Scope.SEE)
def issue_json(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """The same for machines."""
    made = _made(request)
    told = {"number": made.number, "check_code": made.check_code, "report": person.as_json(made.content)}
    return HttpResponse(
        json.dumps(told, ensure_ascii=False, indent=2),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{made.number}.json"'},
    )


@require_POST
@on_behalf(Scope.SEE)
def write_note(request: SpaceRequest, mandate_id: int) -> HttpResponse:
    """Keeps what the resident wants to be read beside the records."""
    text = request.POST.get("note", "")
    try:
        person_services.write_note(request.mandate.about, text, by=request.actor, at=clock.now())
    except person_services.NoteTooLong as error:
        return _page(request, error=error, given=text)
    messages.success(request, _("说明已保存，会写在以后的报告里。"))
    return redirect("space:report", mandate_id)


def _made(request: SpaceRequest) -> PersonReport:
    language = get_language() or ""
    return person_services.issue_own(request.mandate.about, by=request.actor, at=clock.now(), language=language)


def _page(request: SpaceRequest, *, error: ChengxinError | None = None, given: str | None = None) -> HttpResponse:
    about = request.mandate.about
    note = person.own_note(about, by=request.actor)
    checks = person.checks_of(about, by=request.actor)
    issued = [
        {"row": row, "is_own": row.snapshot.get("items") is None, "checks": checks.get(row.number)}
        for row in documents.issued_for(about, limit=LATEST)
    ]
    context: dict[str, Any] = {
        "note": note if given is None else given,
        "longest": person_services.LONGEST_NOTE,
        "issued": issued,
        "errors": [PageError("note", error.sentence, error.advice)] if error else [],
    }
    return page(request, "report", context, status=error.status if error else 200)
