"""The first pages of My space: on whose behalf, and what there is to know and to do."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.casework import notices as told
from chengxin.base.casework import queries as casework
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import name_of, page
from chengxin.faces.space.shown import Standing, standing
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.registry.accounts.rules import Scope
from chengxin.rights.consent import reading

LAST = 5


@require_GET
@open_to()
def choose(request: SignedInRequest) -> HttpResponse:
    """On whose behalf: the only one there is, or a list to choose from."""
    mandates = request.actor.mandates
    request.session["mandates"] = len(mandates)
    if len(mandates) == 1:
        return redirect("space:home", mandates[0].id)
    named = [{"mandate": m, "name": name_of(m.about, request.user)} for m in mandates]
    return render(request, "space/choose.html", {"mandates": named})


@require_GET
@on_behalf(Scope.SEE)
def home(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """What is held, what waits, what was said lately."""
    today = clock.today()
    held = reading.own_read(request.mandate.about, by=request.actor, door=reading.SCREEN, at=clock.now())
    context: dict[str, Any] = {
        "figures": Counter(standing(r, on=today) for r in held),
        "hidden": sum(1 for r in held if standing(r, on=today) in (Standing.SHARED, Standing.AUTHORISED)),
        "total": len(held),
        "waiting": casework.inbox_of(request.actor, on=today, size=LAST),
        "notices": told.notices_of(request.actor, size=LAST),
    }
    return page(request, "home", context)
