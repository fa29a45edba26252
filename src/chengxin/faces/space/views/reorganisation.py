"""The green channel of an enterprise in reorganisation: applying with the ruling, reporting the plan performed."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.space.parts.signing import signed_application
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import errors_of, file_limits, uploads_of
from chengxin.faces.workbench.pages import day_or_none, say
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.subjects.rules import code_of
from chengxin.rights.repair import policy, reorganised, reorganising
from chengxin.rights.repair.errors import CommitmentMissing, PlanNotFitting
from chengxin.rights.repair.reorganising import Ruling

FIELD_OF = {PlanNotFitting.code: "plan_until", CommitmentMissing.code: "signed_by"}


@require_http_methods(["GET", "POST"])
@on_behalf(Scope.APPLY)
def reorganisation(request: SpaceRequest, mandate_id: int) -> HttpResponse:
    """What is hidden and until when, and the form with the commitment; sent, it opens the case and shows it."""
    now, about = clock.now(), request.mandate.about
    if code_of(about) is None:
        raise NotFound
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            case_id = reorganising.apply(
                about,
                _ruling(request),
                **signed_application(request),
                by=request.actor,
                at=now,
            )
        except ChengxinError as error:
            errors, status = errors_of(error, FIELD_OF.get(error.code, "court")), error.status
        else:
            messages.success(request, _("申请已提交。您可以在这里看到办到哪一步。"))
            return redirect("space:case", mandate_id, case_id)
    return page(request, "reorganisation", _context(request, now, errors), status=status)


@require_POST
@on_behalf(Scope.APPLY)
def performed(request: SpaceRequest, mandate_id: int, reorganisation_id: int) -> HttpResponse:
    """Report that the plan has been performed; the credit office verifies and decides."""
    now = clock.now()
    try:
        case_id = reorganising.report_performed(
            reorganisation_id,
            statement=request.POST.get("statement", ""),
            evidence=uploads_of(request),
            by=request.actor,
            at=now,
        )
    except NotFound:
        raise
    except ChengxinError as error:
        return page(
            request, "reorganisation", _context(request, now, errors_of(error, "evidence")), status=error.status
        )
    messages.success(request, _("申请已提交。您可以在这里看到办到哪一步。"))
    return redirect("space:case", mandate_id, case_id)


def _context(request: SpaceRequest, now: datetime, errors: list[PageError]) -> dict[str, Any]:
    on, about = clock.local_date(now), request.mandate.about
    terms, wording = policy.reorganisation_on(on), policy.commitment_on(on, code=policy.PLAN_COMMITMENT)
    rows = reorganised.reorganisations_about(about, by=request.actor)
    return {
        "rows": [{"row": r, "ruling": say(r.ruling_zh, r.ruling_en)} for r in rows],
        "may_apply": not reorganised.is_under_way(about),
        "coverable": len(reorganised.coverable(about, on=on)),
        "rulings": [{"code": code, "name": say(zh, en)} for code, (zh, en) in terms.rulings.items()],
        "months": terms.most_months,
        "rule": terms.version,
        "wording": say(wording.zh, wording.en),
        "version": wording.version,
        "file_limits": file_limits(now),
        "given": request.POST,
        "errors": errors,
    }


def _ruling(request: SpaceRequest) -> Ruling | None:
    given = request.POST
    ruled_on, plan_until = (day_or_none(given.get(name, "")) for name in ("ruled_on", "plan_until"))
    if ruled_on is None or plan_until is None:
        return None
    return Ruling(given.get("court", ""), given.get("ruling", ""), given.get("number", ""), ruled_on, plan_until)
