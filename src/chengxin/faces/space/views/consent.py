"""What organisations ask a subject to consent to: reading, signing, refusing, withdrawing; the receipt."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.workbench.consents import request_line
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import say
from chengxin.registry.accounts.rules import Scope
from chengxin.rights.consent import policy, queries, services
from chengxin.rights.consent.rules import Standing


@require_GET
@on_behalf(Scope.CONSENT)
def consent_list(request: SpaceRequest, _mandate_id: int) -> HttpResponse:
    """What waits for an answer, what is granted, what was before."""
    lines = [
        request_line(row) for row in queries.requests_to(request.mandate.about, by=request.actor, on=clock.today())
    ]
    context = {
        "waiting": [x for x in lines if x["row"].standing is Standing.WAITING],
        "granted": [x for x in lines if x["row"].standing is Standing.GRANTED],
        "past": [x for x in lines if x["row"].standing not in (Standing.WAITING, Standing.GRANTED)],
    }
    return page(request, "consents", context)


@require_http_methods(["GET", "POST"])
@on_behalf(Scope.CONSENT)
def consent_request(request: SpaceRequest, mandate_id: int, request_id: int) -> HttpResponse:
    """One request in plain words, to sign or to refuse."""
    now, about = clock.now(), request.mandate.about
    row = queries.request_to(request_id, about, by=request.actor, on=clock.local_date(now))
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "refuse":
                services.refuse(request_id, about=about, by=request.actor, at=now)
                messages.success(request, _("您没有同意。对方不能查询。"))
            else:
                services.grant(
                    request_id,
                    about=about,
                    signed_by=request.POST.get("signed_by", ""),
                    wording_version=request.POST.get("wording", "") if request.POST.get("agrees") else "",
                    by=request.actor,
                    at=now,
                )
                messages.success(request, _("授权已经签署，回执在这个页面上。您可以随时撤回。"))
        except ChengxinError as error:
            errors, status = [PageError("signed_by", error.sentence, error.advice)], error.status
        else:
            return redirect("space:consent-request", mandate_id, request_id)
    wording = policy.wording_on(clock.local_date(now))
    context = {
        "line": request_line(row),
        "is_waiting": row.standing is Standing.WAITING,
        "is_granted": row.standing is Standing.GRANTED,
        "wording": say(wording.zh, wording.en),
        "version": wording.version,
        "given": request.POST,
        "errors": errors,
    }
    return page(request, "consent_request", context, status=status)


@require_POST
@on_behalf(Scope.CONSENT)
def revoke(request: SpaceRequest, mandate_id: int, request_id: int) -> HttpResponse:
    """Withdraws a consent with one click."""
    services.revoke(request_id, about=request.mandate.about, by=request.actor, at=clock.now())
    messages.success(request, _("授权已经撤回，对方从现在起不能再查询。"))
    return redirect("space:consents", mandate_id)


@require_GET
@on_behalf(Scope.CONSENT)
def receipt(request: SpaceRequest, _mandate_id: int, request_id: int) -> HttpResponse:
    """The receipt as a file that machines read."""
    content = queries.receipt_of(request_id, request.mandate.about, by=request.actor)
    response = HttpResponse(json.dumps(content, ensure_ascii=False, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="consent-{request_id}.json"'
    return response
