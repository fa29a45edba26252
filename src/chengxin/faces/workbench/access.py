"""Who may open which page of the workbench: the decorators that its views wear."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotPermitted
from chengxin.faces.workbench import policy
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import Actor, Permission

SEEN = "workbench_seen"
SEEN_AGAIN_AFTER = timedelta(seconds=30)  # how exact the last sign of life is: one write of the session in this time

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request of a signed-in person, with who acts."""

    actor: Actor
    user: User


View = Callable[Concatenate[Any, P], HttpResponse]


def open_to(*permissions: Permission) -> Callable[[View[P]], View[P]]:
    """Open a view to signed-in people with one of `permissions` (none named: to everyone who is signed in).

    A stranger is sent to the sign-in page and back; a wrong role gets a page that says so, with status 403, before
    the view has done anything. What a service refuses becomes a page as well.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if (away := _sent_to_sign_in(request)) is not None:
                return away
            actor = accounts.actor_of_user(request.user, at=clock.now())
            if actor is None:
                return refusal(request, NotPermitted())
            request.actor = actor
            try:
                if permissions and not any(actor.may(p) for p in permissions):
                    raise NotPermitted
                response = view(request, *args, **kwargs)
            except ChengxinError as error:
                response = refusal(request, error)
            add_never_cache_headers(response)
            return response

        guarded.open_to = permissions  # type: ignore[attr-defined]
        return cast(View[P], guarded)

    return decorate


def open_to_newcomers(view: View[P]) -> View[P]:
    """Open a view to everyone who is signed in, also to those who hold no office and act for no one yet."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if (away := _sent_to_sign_in(request)) is not None:
            return away
        nobody = Actor(request.user.username, None, "", frozenset(), user_id=request.user.pk)
        request.actor = accounts.actor_of_user(request.user, at=clock.now()) or nobody
        try:
            response = view(request, *args, **kwargs)
        except ChengxinError as error:
            response = refusal(request, error)
        add_never_cache_headers(response)
        return response

    guarded.open_to = ()  # type: ignore[attr-defined]
    return cast(View[P], guarded)


def refusal(request: HttpRequest, error: ChengxinError) -> HttpResponse:
    """The page that says what was refused and what to do now."""
    return render(request, "workbench/refused.html", {"error": error}, status=error.status)


def _sent_to_sign_in(request: HttpRequest) -> HttpResponse | None:
    """The way to the sign-in page for a stranger or a session that was left alone too long; None: go on."""
    if not request.user.is_authenticated:
        return _to_sign_in(request, idle=False)
    now = clock.now()
    seen = request.session.get(SEEN)
    if seen is not None and now.timestamp() - seen > policy.idle_minutes(on=clock.today()) * 60:
        logout(request)
        return _to_sign_in(request, idle=True)
    if seen is None or now.timestamp() - seen > SEEN_AGAIN_AFTER.total_seconds():
        request.session[SEEN] = now.timestamp()
    return None


def _to_sign_in(request: HttpRequest, *, idle: bool) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else reverse("workbench:home")
    query = {"next": back} | ({"ended": "idle"} if idle else {})
    address = f"{reverse('workbench:sign-in')}?{urlencode(query)}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
