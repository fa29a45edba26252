"""Repair training for everyone to see: the courses that come, and whether a certificate is genuine."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.base.sealing.rules import mask_name
from chengxin.faces.portal.context import in_english
from chengxin.rights.training import queries
from chengxin.rights.training.queries import CourseRow
from chengxin.rights.training.rules import CourseState

LONGEST = 60
STATES = {
    CourseState.OPEN: _lazy("可以报名"),
    CourseState.FULL: _lazy("名额已满"),
    CourseState.BEGUN: _lazy("正在进行"),
    CourseState.ENDED: _lazy("已结束"),
    CourseState.CANCELLED: _lazy("已取消"),
}


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """The courses that come, free of charge."""
    lines = [course_line(row) for row in queries.coming_courses(at=clock.now())]
    return render(request, "portal/training.html", {"place": "rights", "courses": lines})


@require_safe
@never_cache
def certificate(request: HttpRequest) -> HttpResponse:
    """Whether a certificate with that number and check code was issued, and what it says."""
    number, code = (request.GET.get(name, "").strip()[:LONGEST] for name in ("number", "code"))
    found = queries.certificate_numbered(number, code) if number else None
    context: dict[str, Any] = {"place": "verify", "number": number, "code": code, "found": found}
    if found:
        context |= {
            "title": found.title_en if in_english() else found.title_zh,
            "participant": mask_name(found.participant),
        }
    return render(request, "portal/training_certificate.html", context)


def course_line(row: CourseRow) -> dict[str, Any]:
    """A course as a line of a list, in the words of the page."""
    return {
        "row": row,
        "title": row.title_en if in_english() else row.title_zh,
        "state": STATES[row.state],
        "left": max(0, row.capacity - row.registered),
    }
