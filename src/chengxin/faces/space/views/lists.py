"""The subject's own entries on lists, and applying to be taken off one."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import choices, say
from chengxin.registry.accounts.rules import MandateKind, Scope
from chengxin.regulation.lists import persons, public, reading, services
from chengxin.regulation.lists.rules import ASKED_FOR, Exit
from chengxin.regulation.lists.words import EXITS


@require_GET
@on_behalf(Scope.SEE)
def own_lists(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """On which lists the subject stands or stood, until when, and how to leave."""
    return page(request, "lists", _context(request))


def _context(request: SpaceRequest) -> dict[str, Any]:
    now, about = clock.now(), request.mandate.about
    rows = reading.own_entries(about, by=request.actor, at=now)
    arrived = persons.own_arrivals(about, by=request.actor, at=now)
    names = {r.terms.code: say(r.terms.name_zh, r.terms.name_en) for r in rows}
    today = clock.local_date(now)
    return {
        "may_apply": Scope.APPLY in request.mandate.scopes,
        "may_consent": Scope.CONSENT in request.mandate.scopes and request.mandate.kind is MandateKind.SELF,
        "entries": [
            {
                "entry": r,
                "list": names[r.terms.code],
                "authority": say(r.authority_name_zh, r.authority_name_en),
                "ended": EXITS[Exit(r.ended)] if r.ended else "",
                "exits": choices(
                    EXITS,
                    [e for e in ASKED_FOR & r.terms.exits if e != "application" or (r.early_from or today) <= today],
                ),
            }
            for r in rows
        ],
        "arrived": [
            {
                "entry": e,
                "list": _name(e.list_code, now),
                "authority": say(e.authority_name_zh, e.authority_name_en),
                "key": e.reference.removeprefix("record:"),
            }
            for e in arrived
        ],
    }


@require_GET
@on_behalf(Scope.SEE)
def arrival_proofs(request: SpaceRequest, mandate_id: int, natural_key: UUID) -> HttpResponse:
    """What the public log was bound to when an entry that arrived about the subject came or changed."""
    now = clock.now()
    proofs = persons.own_proofs(request.mandate.about, natural_key, by=request.actor, at=now)
    if not proofs:
        raise NotFound
    context = {"key": natural_key, "openings": [json.dumps(one, ensure_ascii=False) for one in proofs]}
    return page(request, "arrival_proofs", context)


def _name(list_code: str, at: datetime) -> str:
    terms = public.the_list(list_code, at=at)
    return say(terms.name_zh, terms.name_en)


@require_POST
@on_behalf(Scope.APPLY)
def apply_for_removal(request: SpaceRequest, mandate_id: int, listed_id: int) -> HttpResponse:
    """Apply to be taken off a list before the end; the authority verifies and decides."""
    exit, grounds = request.POST.get("exit", ""), request.POST.get("grounds", "")
    try:
        case_id = services.apply_for_removal(
            listed_id, about=request.mandate.about, exit=exit, grounds=grounds, by=request.actor, at=clock.now()
        )
    except ChengxinError as error:
        errors = [PageError(f"grounds-{listed_id}", error.sentence, error.advice)]
        if Scope.SEE not in request.mandate.scopes:
            raise
        return page(
            request,
            "lists",
            {**_context(request), "errors": errors, "failed": listed_id, "given": request.POST},
            status=error.status,
        )
    messages.success(request, _("申请已提交。您可以在这里看到办到哪一步。"))
    return redirect("space:case", mandate_id, case_id)


@require_POST
@on_behalf(Scope.CONSENT)
def withdraw_consent(request: SpaceRequest, mandate_id: int, listed_id: int) -> HttpResponse:
    """Take back the consent by which the person stands on a list; the entry ends at once."""
    services.withdraw_consent(listed_id, about=request.mandate.about, by=request.actor, at=clock.now())
    messages.success(request, _("已撤回同意。这项列入已经终止，任何地方都不再显示。"))
    return redirect("space:lists", mandate_id)
