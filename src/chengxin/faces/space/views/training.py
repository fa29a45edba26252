"""Repair training in My space: courses that come, registering, and the certificates."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.portal.training import course_line
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import name_of, page
from chengxin.faces.workbench.faults import PageError
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.subjects.rules import code_of
from chengxin.rights.training import printing, queries, services


@require_GET
@on_behalf(Scope.SEE)
def training(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """What was registered for, and what comes."""
    return _page(request)


@require_POST
@on_behalf(Scope.APPLY)
def register(request: SpaceRequest, mandate_id: int, course_id: int) -> HttpResponse:
    """Register someone for a course."""
    about = request.mandate.about
    name = name_of(about, request.user) if code_of(about) is not None else ""
    participant = request.POST.get("participant", "")
    try:
        services.register(
            course_id, about=about, subject_name=name, participant=participant, by=request.actor, at=clock.now()
        )
    except ChengxinError as error:
        place = f"participant-{course_id}"
        return _page(request, [PageError(place, error.sentence, error.advice)], status=error.status)
    messages.success(request, _("已报名。"))
    return redirect("space:training", mandate_id)


@require_POST
@on_behalf(Scope.APPLY)
def withdraw(request: SpaceRequest, mandate_id: int, registration_id: int) -> HttpResponse:
    """Take a registration back."""
    services.withdraw(registration_id, about=request.mandate.about, by=request.actor, at=clock.now())
    messages.success(request, _("已退出。"))
    return redirect("space:training", mandate_id)


@require_GET
@on_behalf(Scope.SEE)
def certificate(request: SpaceRequest, _mandate_id: int, registration_id: int) -> HttpResponse:
    """The certificate as signed PDF, in the language of the page."""
    row = queries.certificate_of(registration_id, request.mandate.about, by=request.actor)
    return HttpResponse(
        printing.certificate_pdf(row),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{row.number}.pdf"'},
    )


def _page(request: SpaceRequest, errors: list[PageError] | None = None, *, status: int = 200) -> HttpResponse:
    now = clock.now()
    mine = queries.registrations_of(request.mandate.about, by=request.actor, at=now)
    taken = {row.course.id for row in mine}
    context = {
        "mine": [
            {**course_line(row.course), "registration": row, "may_withdraw": now < row.course.begins_at} for row in mine
        ],
        "courses": [course_line(row) for row in queries.coming_courses(at=now) if row.id not in taken],
        "may_apply": Scope.APPLY in request.mandate.scopes,
        "given": request.POST,
        "errors": errors or [],
    }
    return page(request, "training", context, status=status)
