"""What every page of My space knows: on whose behalf it is, and where one can go."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengxin.base import clock
from chengxin.faces.space.access import SpaceRequest
from chengxin.faces.workbench.pages import Group, Place, say
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import Mandated, MandateKind, Scope
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import code_of

# Which places there are, by group: address, name, and the scope that opens it.
PLACES: tuple[tuple[Any, tuple[tuple[str, Any, Scope], ...]], ...] = (
    (
        "",
        (
            ("home", _("我的空间"), Scope.SEE),
            ("cases", _("我的事项"), Scope.APPLY),
            ("notices", _("通知"), Scope.APPLY),
        ),
    ),
    (
        _("我的信用"),
        (
            ("records", _("我的记录"), Scope.SEE),
            ("grades", _("信用评价"), Scope.SEE),
            ("benefits", _("守信便利"), Scope.CONSENT),
            ("lists", _("我的名单"), Scope.SEE),
            ("report", _("信用报告"), Scope.SEE),
            ("commitments", _("信用承诺"), Scope.SEE),
            ("inspections", _("随机抽查"), Scope.SEE),
            ("reorganisation", _("重整修复"), Scope.APPLY),
            ("training", _("修复培训"), Scope.SEE),
        ),
    ),
    (
        _("谁在用"),
        (
            ("looked", _("谁看过我"), Scope.SEE),
            ("checks", _("信用查验"), Scope.SEE),
            ("consents", _("授权"), Scope.CONSENT),
            ("delegates", _("谁可以代表您"), Scope.SEE),
        ),
    ),
)
WITHIN = {
    "commitment": "commitments",
    "commitment-sign": "commitments",
    "consent-request": "consents",
    "looked-complaint": "looked",
    "record": "records",
    "report-note": "report",
    "repair": "records",
    "grade": "grades",
    "benefit": "benefits",
    "dispute": "records",
    "list-removal": "lists",
    "list-consent": "lists",
    "list-proofs": "lists",
    "case": "cases",
    "notice": "notices",
    "case-step": "cases",
    "case-evidence": "cases",
    "invite": "delegates",
    "training-register": "training",
    "reorganisation-performed": "reorganisation",
}


def page(request: SpaceRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Render `space/<template>.html` with the navigation of this mandate."""
    shared = {
        "places": places(request),
        "mandate": request.mandate,
        "subject_name": name_of(request.mandate.about, request.user),
        "has_other_mandates": request.session.get("mandates", 0) > 1,
    }
    return render(request, f"space/{template}.html", {**shared, **context}, status=status)


def places(request: SpaceRequest) -> list[Group]:
    """Where this person can go on behalf of this subject, by group."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    here = WITHIN.get(here or "", here)
    groups = (
        (
            group,
            tuple(
                Place(reverse(f"space:{name}", args=[request.mandate.id]), title, here == name)
                for name, title, scope in within
                if scope in request.mandate.scopes and _fits(name, request.mandate)
            ),
        )
        for group, within in PLACES
    )
    return [Group(name, shown) for name, shown in groups if shown]


def _fits(name: str, mandate: Mandated) -> bool:
    """Whether that place is one for this mandate: some are for companies, some for people in their own right alone."""
    own, is_company = mandate.kind is MandateKind.SELF, code_of(mandate.about) is not None
    own_page = {"report": own, "grades": is_company, "reorganisation": is_company, "benefits": own and not is_company}
    return own_page.get(name, True)


def name_of(about: str, user: User) -> str:
    """How the subject is called: a company by its name, a resident by their own."""
    code = code_of(about)
    if code is None:
        own = accounts.own_name(about)  # a resident's delegate must not read their own name here
        return say(*own) if own else say(user.display_name_zh, user.display_name_en)
    found = subjects.by_code(code, on=clock.today())
    return found.name if found else code
