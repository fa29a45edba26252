"""Who may open which page of My space: those who act on behalf of the subject, as far as their mandate goes."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

from chengxin.base.errors import NotFound, NotPermitted
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.registry.accounts.rules import Actor, Mandated, Scope, roles_of


class SpaceRequest(SignedInRequest):
    """A request on behalf of one subject; `actor` acts for it alone."""

    mandate: Mandated


View = Callable[..., HttpResponseBase]


def on_behalf(scope: Scope) -> Callable[[View], View]:
    """Open a view, whose first argument is the mandate's id, to those whose mandate is in force and holds `scope`.

    Someone else's mandate and one that ended look like none at all.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @open_to()
        def guarded(request: Any, mandate_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
            mandate = next((m for m in request.actor.mandates if m.id == mandate_id), None)
            if mandate is None:
                raise NotFound
            if scope not in mandate.scopes:
                raise NotPermitted
            request.mandate, request.actor = mandate, acting_for(mandate, request.actor)
            return view(request, mandate_id, *args, **kwargs)

        guarded.scope = scope  # type: ignore[attr-defined]
        return guarded

    return decorate


def acting_for(mandate: Mandated, actor: Actor) -> Actor:
    """The same person, acting on behalf of that subject and of no one else, in no office."""
    return replace(
        actor,
        organisation_id=None,
        organisation_code="",
        roles=roles_of((mandate,)),
        reaches=frozenset(),
        mandates=(mandate,),
    )
