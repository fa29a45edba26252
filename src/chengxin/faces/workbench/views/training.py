"""Repair training for the credit office: announcing courses, who registered, who was there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.portal.training import course_line
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import moment_or_none, page, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts.rules import Permission
from chengxin.rights.training import queries, services
from chengxin.rights.training.rules import LONGEST, CourseState

SIZE = 20


@require_http_methods(["GET", "POST"])
@open_to(Permission.MANAGE_TRAINING)
def training(request: SignedInRequest) -> HttpResponse:
    """All courses, and the form that announces one more."""
    now = clock.now()
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            course_id = services.announce_course(
                {name: request.POST.get(name, "") for name in LONGEST},
                begins_at=moment_or_none(request.POST.get("begins_at", "")),
                ends_at=moment_or_none(request.POST.get("ends_at", "")),
                is_online=request.POST.get("is_online") == "1",
                capacity=_number(request.POST.get("capacity", "")),
                by=request.actor,
                at=now,
            )
        except ChengxinError as error:
            errors, status = [PageError("title_zh", error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("培训已公布。"))
            return redirect("workbench:training-course", course_id)
    rows, total = queries.all_courses(by=request.actor, at=now, page=number_of_page(request), size=SIZE)
    context: dict[str, Any] = {
        "page": sheet(request, [course_line(row) for row in rows], total, SIZE),
        "given": request.POST,
        "errors": errors,
    }
    return page(request, "training", context, status=status)


@require_GET
@open_to(Permission.MANAGE_TRAINING)
def course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """One course with those who registered."""
    return _course(request, course_id)


@require_POST
@open_to(Permission.MANAGE_TRAINING)
def certify(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Note who was there; each gets a certificate."""
    chosen = [int(text) for text in request.POST.getlist("present") if text.isdecimal() and len(text) < 19]
    try:
        made = services.certify(course_id, chosen, by=request.actor, at=clock.now())
    except ChengxinError as error:
        return _course(request, course_id, [PageError("present", error.sentence, error.advice)], status=error.status)
    told = ngettext("已登记到课，出具 {n} 份证明。", "已登记到课，出具 {n} 份证明。", made)
    messages.success(request, told.format(n=made))
    return redirect("workbench:training-course", course_id)


@require_POST
@open_to(Permission.MANAGE_TRAINING)
def cancel(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Cancel a course; those who registered are told."""
    services.cancel_course(course_id, by=request.actor, at=clock.now())
    messages.success(request, _("培训已取消，已通知报名的人。"))
    return redirect("workbench:training-course", course_id)


def _course(
    request: SignedInRequest, course_id: int, errors: list[PageError] | None = None, *, status: int = 200
) -> HttpResponse:
    row, registered = queries.participants_of(course_id, by=request.actor, at=clock.now())
    has_begun = row.state in (CourseState.BEGUN, CourseState.ENDED)
    context = {
        "line": course_line(row),
        "registered": registered,
        "may_certify": has_begun and any(not one.number for one in registered),
        "may_cancel": row.state in (CourseState.OPEN, CourseState.FULL),
        "errors": errors or [],
    }
    return page(request, "training_course", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0
