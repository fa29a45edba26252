"""Disputing a record."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.faces.space.access import SpaceRequest, acting_for, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.space.parts.dispute import dispute_part
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import errors_of, file_limits, uploads_of
from chengxin.faces.workbench.pages import say, words
from chengxin.registry.accounts.rules import Actor, Mandated, Scope
from chengxin.rights.consent import reading
from chengxin.rights.disputes import naming, policy, services
from chengxin.rights.disputes.errors import GroundMissing

FIELD_OF = {GroundMissing.code: "ground"}


@require_GET
@open_to()
def contest(request: SignedInRequest, natural_key: UUID) -> HttpResponse:
    """From a public record to its page in My space, where it can be disputed; says so where it is about others."""
    for mandate in request.actor.mandates:
        if Scope.SEE in mandate.scopes:
            held = reading.own_read(
                mandate.about, by=acting_for(mandate, request.actor), door=reading.SCREEN, at=clock.now()
            )
            if any(r.natural_key == natural_key for r in held):
                return redirect(reverse("space:record", args=[mandate.id, natural_key]) + "#dispute")
    for mandate in request.actor.mandates:
        if Scope.APPLY in mandate.scopes and _is_named(natural_key, mandate, request.actor):
            return redirect("space:dispute", mandate.id, natural_key)
    return render(request, "space/not_yours.html", status=404)


@require_http_methods(["GET", "POST"])
@on_behalf(Scope.APPLY)
def file_dispute(request: SpaceRequest, mandate_id: int, natural_key: UUID) -> HttpResponse:
    """The form; sent, it opens the case and shows it."""
    now, about = clock.now(), request.mandate.about
    may_see = Scope.SEE in request.mandate.scopes
    held = reading.own_read(about, by=request.actor, door=reading.SCREEN, at=now) if may_see else ()
    own = next((r for r in held if r.natural_key == natural_key), None)
    record = own or naming.record_naming(natural_key, about, by=request.actor).row
    is_shown = own is not None or naming.is_public(record, on=clock.local_date(now))
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            case_id = services.file_dispute(
                natural_key,
                about=about,
                ground=request.POST.get("ground", ""),
                statement=request.POST.get("statement", ""),
                evidence=uploads_of(request),
                by=request.actor,
                at=now,
            )
        except ChengxinError as error:
            errors, status = errors_of(error, FIELD_OF.get(error.code, "statement")), error.status
        else:
            messages.success(request, _("异议已提交。您可以在这里看到办到哪一步。"))
            return redirect("space:case", mandate_id, case_id)
    today = clock.local_date(now)
    context = {
        "record": record,
        "is_own": own is not None,
        "headline": say(record.headline, record.headline_en) if is_shown else words(record.item_name),
        "part": dispute_part(request, record, now),
        "grounds": [{"code": g.code, "name": say(g.zh, g.en)} for g in policy.grounds(on=today)],
        "limits": {step: policy.limit(step, today).working_days for step in ("accept", "check", "answer")},
        "file_limits": file_limits(now),
        "given": request.POST,
        "errors": errors,
    }
    return page(request, "dispute", context, status=status)


def _is_named(natural_key: UUID, mandate: Mandated, actor: Actor) -> bool:
    try:
        return naming.names(natural_key, mandate.about, by=acting_for(mandate, actor))
    except NotFound:
        return False
