"""Who may open which page of the workbench: the decorators that its views wear."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotPermitted
from chengxin.faces.workbench import sessions
from chengxin.faces.workbench.pages import up_to_the_last_page
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import Actor, Permission, SessionEnd

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
        opened = up_to_the_last_page(view)

        @wraps(view)
        def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor = _actor_of(request)
            if (away := _sent_to_sign_in(request, actor)) is not None:
                return away
            if actor is None:
                return _newcomer(request)
            if _lacks_second_factor(request, actor):
                return HttpResponseRedirect(reverse("workbench:security"))
            request.actor = actor
            try:
                if permissions and not any(actor.may(p) for p in permissions):
                    raise NotPermitted
                response = opened(request, *args, **kwargs)
            except ChengxinError as error:
                response = refusal(request, error)
            add_never_cache_headers(response)
            return response

        guarded.open_to = permissions  # type: ignore[attr-defined]
        return cast(View[P], guarded)

    return decorate


def open_to_newcomers(view: View[P]) -> View[P]:
    """Open a view to everyone who is signed in, also to those who hold no office and act for no one yet."""

    opened = up_to_the_last_page(view)

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = _actor_of(request)
        if (away := _sent_to_sign_in(request, actor)) is not None:
            return away
        request.actor = actor or Actor(request.user.username, None, "", frozenset(), user_id=request.user.pk)
        try:
            response = opened(request, *args, **kwargs)
        except ChengxinError as error:
            response = refusal(request, error)
        add_never_cache_headers(response)
        return response

    guarded.open_to = ()  # type: ignore[attr-defined]
    return cast(View[P], guarded)


def refusal(request: HttpRequest, error: ChengxinError) -> HttpResponse:
    """The page that says what was refused and what to do now, with the way home: of the workbench or of My space."""
    in_space = request.resolver_match is not None and request.resolver_match.app_name == "space"
    context = {"error": error, "in_space": in_space, "mandate": getattr(request, "mandate", None)}
    return render(request, "workbench/refused.html", context, status=error.status)


def _newcomer(request: HttpRequest) -> HttpResponse:
    """The page for someone who holds no office and acts for no one: why there is nothing here, and what to do."""
    response = render(request, "workbench/newcomer.html", status=NotPermitted.status)
    add_never_cache_headers(response)
    return response


def _sent_to_sign_in(request: HttpRequest, actor: Actor | None) -> HttpResponse | None:
    """The way to the sign-in page for a stranger or a session that is over; None: go on."""
    if not isinstance(request.user, User):
        return _to_sign_in(request, None)
    why = sessions.ended(request, request.user, staff=actor is not None and actor.organisation_id is not None)
    return None if why is None else _to_sign_in(request, why)


def _actor_of(request: HttpRequest) -> Actor | None:
    return accounts.actor_of_user(request.user, at=clock.now()) if isinstance(request.user, User) else None


def _lacks_second_factor(request: SignedInRequest, actor: Actor) -> bool:
    """Whether this person works here, must have a second factor, and has none; the demo's people need none."""
    if not settings.SECOND_FACTOR_REQUIRED or actor.organisation_id is None or (settings.DEMO and request.user.is_demo):
        return False
    return not accounts.has_second_factor(request.user.pk)


def _to_sign_in(request: HttpRequest, why: SessionEnd | None) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else reverse("workbench:home")
    query = {"next": back} | ({"ended": why.value} if why else {})
    address = f"{reverse('workbench:sign-in')}?{urlencode(query)}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
