"""Signing in and out."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench import sessions
from chengxin.faces.workbench.callers import address_of
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.names import ROLES
from chengxin.faces.workbench.pages import page, say
from chengxin.faces.workbench.views import second_factor
from chengxin.registry.accounts import queries, services
from chengxin.registry.accounts.rules import Method
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import code_of


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, and the answer to its form."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect("workbench:home")
        return _page(request)
    username = request.POST.get("username", "").strip()
    password = request.POST.get("password", "")
    errors = []
    if not username:
        errors.append(PageError("username", _("请输入用户名")))
    if not password:
        errors.append(PageError("password", _("请输入密码")))
    if errors:
        return _page(request, errors=errors, status=422)
    try:
        user = services.sign_in(username, password, address=address_of(request), at=clock.now())
    except ChengxinError as error:
        return refused(request, error, field="username")
    if queries.has_second_factor(user.pk):
        return second_factor.ask(request, user, first=Method.PASSWORD, then=where_to(request))
    sessions.begin(request, user)
    return HttpResponseRedirect(where_to(request))


@require_POST
def sign_in_as_demo(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo people by one click; exists in demo mode only."""
    if not settings.DEMO:
        raise Http404
    try:
        user = services.sign_in_as_demo(request.POST.get("username", ""), at=clock.now())
    except ChengxinError as error:
        return refused(request, error, field="demo")
    sessions.begin(request, user)
    return HttpResponseRedirect(where_to(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sessions.end(request, reason="own")
    return redirect(f"{reverse('workbench:sign-in')}?ended=yes")


def refused(request: HttpRequest, error: ChengxinError, *, field: str) -> HttpResponse:
    """The sign-in page, which says why someone was not signed in."""
    return _page(request, errors=[PageError(field, error.sentence, error.advice)], status=error.status)


def _page(request: HttpRequest, *, errors: list[PageError] | None = None, status: int = 200) -> HttpResponse:
    context = {
        "errors": errors or [],
        "username": request.POST.get("username", ""),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "ended": request.GET.get("ended", ""),
        "demo_people": [_shown(person) for person in queries.demo_people()] if settings.DEMO else [],
        "has_provider": bool(settings.IDENTITY_PROVIDER["issuer"]),
        "labels": {"username": _("用户名"), "password": _("密码")},
    }
    return page(request, "sign_in", context, status=status)


def _shown(person: queries.DemoPerson) -> dict[str, object]:
    return {
        "username": person.username,
        "name": say(person.name_zh, person.name_en),
        "role": ROLES[person.role],
        "organisation": _place_of(person),
    }


def _place_of(person: queries.DemoPerson) -> str:
    """Where the person works, or on whose behalf they act."""
    code = code_of(person.about)
    if code is None:
        return say(person.organisation_zh, person.organisation_en)
    found = subjects.by_code(code, on=clock.today())
    return found.name if found else code


def where_to(request: HttpRequest) -> str:
    """The page of this site that the person wanted to open, or their home."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("workbench:home")
