"""The embedded check: a small page of its own in a department's system, for the clerk whom a token names.

It knows no session and sets no cookie; the token is all that opens it. Only the origins registered for the token's
organisation may frame it; every other page of the platform still may not be framed at all.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.rest import queries as clients
from chengxin.faces.rest.rules import Scope
from chengxin.faces.workbench.checks import matter_line, receipt_line
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.regulation.measures import policy, services, widgets
from chengxin.regulation.measures.errors import TokenExpired, TokenNotGood

DEMO_MATTER = "administrative-licence"


@csrf_exempt  # no cookie opens it, so there is nothing to forge
@never_cache
@xframe_options_exempt
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form for one code; posted, the answer with its receipt."""
    now = clock.now()
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        visit = widgets.visit(token, at=now)
        if not _lives(visit.client):
            raise TokenNotGood
        matter = services.permitted(visit.matter, by=visit.actor, at=now)
    except TokenExpired as error:
        return _framed(_refused(request, error), error.details["origins"])
    except ChengxinError as error:
        return _refused(request, error)
    context: dict[str, Any] = {"token": token, "matter": matter_line(matter), "code": "", "error": None, "lines": []}
    status = 200
    if request.method == "POST":
        context["code"] = request.POST.get("code", "").strip()
        try:
            found = services.check([context["code"]], matter=matter.code, by=visit.actor, at=now, door=services.WIDGET)
            context["lines"] = [receipt_line(row) for row in found]
        except ChengxinError as error:
            context["error"], status = error, error.status
    return _framed(render(request, "portal/widget.html", context, status=status), visit.origins)


def _lives(client: str) -> bool:
    """Whether the client that asked for a token may still check; the demo's own host page is none."""
    return clients.is_living(client, scope=Scope.CHECK) if client else settings.DEMO


def _refused(request: HttpRequest, error: ChengxinError) -> HttpResponse:
    return render(request, "portal/widget.html", {"refused": error}, status=error.status)


def _framed(response: HttpResponse, origins: Sequence[str]) -> HttpResponse:
    """The page for these origins to embed; for none, where there are none."""
    if origins:
        response._csp_replace = {"frame-ancestors": list(origins)}  # type: ignore[attr-defined]
    return response


@require_safe
def demo_host(request: HttpRequest) -> HttpResponse:
    """A fictional business system of the approval bureau that embeds the check; in the demo alone."""
    code = next(iter(settings.WIDGET_ORIGINS), "")
    actor = accounts.actor_of_organisation(code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="api:演示业务系统")
    if not settings.DEMO or actor is None:
        raise Http404
    made = widgets.token_for(DEMO_MATTER, clerk="demo", client="", by=actor, at=clock.now())
    minutes = policy.limit("widget", "minutes", clock.today())
    return render(request, "portal/widget_demo.html", {"token": made.token, "minutes": minutes})
