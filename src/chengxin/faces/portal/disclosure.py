"""What the city makes public beside the records of subjects, on one page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what is public: where it stands, its name, and what one finds there."""

    url: str
    name: Any
    lead: Any


SECTIONS: tuple[tuple[Any, tuple[Section, ...]], ...] = (
    (
        _("办理"),
        (
            Section(
                "portal:service-levels",
                _("按期办理情况"),
                _("各单位办理异议、信用修复等事项是否守住了法定时限，按季度公开。"),
            ),
        ),
    ),
    (
        _("监管"),
        (
            Section("portal:campaigns", _("专项整治"), _("整治什么、按什么标准、由谁核查、进展和典型案例。")),
            Section("portal:commitments", _("信用承诺"), _("谁公开承诺了什么、是否履行；承诺书范本和核验。")),
        ),
    ),
)


@require_safe
def disclosure(request: HttpRequest) -> HttpResponse:
    """The sections, each with one sentence."""
    return render(request, "portal/disclosure.html", {"place": "disclosure", "groups": SECTIONS})
