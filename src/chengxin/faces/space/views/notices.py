"""What was told to a subject: the notices, and the letters that some of them tell of."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.casework import notices as told
from chengxin.base.casework import services as casework_changes
from chengxin.base.errors import NotFound
from chengxin.base.letters import queries as letters
from chengxin.faces.space.access import SpaceRequest, acting_for, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.letters import letter_file, proof_file
from chengxin.faces.workbench.pages import sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts.rules import Scope

SIZE = 20


@require_GET
@open_to()
def open_notice(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Where messages lead: to the notice, under the mandate that opens it."""
    for mandate in request.actor.mandates:
        if Scope.APPLY not in mandate.scopes:
            continue
        try:
            told.notice(notice_id, actor=acting_for(mandate, request.actor))
        except NotFound:
            continue
        return redirect("space:notice", mandate.id, notice_id)
    return render(request, "space/not_yours.html", status=404)


@require_GET
@on_behalf(Scope.APPLY)
def notice_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """All notices, newest first; `?unread=1` shows those that nobody has opened."""
    unread_only = request.GET.get("unread") == "1"
    found = told.notices_of(request.actor, page=number_of_page(request), size=SIZE, unread_only=unread_only)
    by_notice = letters.letters_of_notices([n.id for n in found.items], actor=request.actor)
    rows = [{"notice": n, "letter": by_notice.get(n.id)} for n in found.items]
    context = {
        "page": sheet(request, rows, found.total, SIZE),
        "unread": found.unread,
        "unread_only": unread_only,
    }
    return page(request, "notices", context)


@require_GET
@on_behalf(Scope.APPLY)
def notice(request: SpaceRequest, _mandate_id: int, notice_id: int) -> HttpResponse:
    """One notice, whole; opening it is noted as reading it."""
    casework_changes.mark_read(notice_id, by=request.actor, at=clock.now())
    found = told.notice(notice_id, actor=request.actor)
    by_notice = letters.letters_of_notices([notice_id], actor=request.actor)
    context: dict[str, Any] = {"notice": found, "letter": by_notice.get(notice_id)}
    return page(request, "notice", context)


@require_GET
@on_behalf(Scope.APPLY)
def letter(request: SpaceRequest, _mandate_id: int, letter_id: int) -> HttpResponse:
    """The signed PDF of a letter."""
    return letter_file(letter_id, request.actor, clock.now())


@require_GET
@on_behalf(Scope.APPLY)
def letter_proof(request: SpaceRequest, _mandate_id: int, letter_id: int) -> HttpResponse:
    """The proof that the letter was delivered, signed."""
    return proof_file(letter_id, request.actor, clock.now())
