"""Applying for the repair of a record."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.faces.space.access import SpaceRequest, on_behalf
from chengxin.faces.space.pages import page
from chengxin.faces.space.parts.repair import repair_part
from chengxin.faces.space.parts.signing import signed_application
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.files import errors_of, file_limits
from chengxin.faces.workbench.pages import say
from chengxin.registry.accounts.rules import Scope
from chengxin.rights.consent import reading
from chengxin.rights.repair import policy, services
from chengxin.rights.repair.errors import CommitmentMissing, StatementMissing

FIELD_OF = {StatementMissing.code: "statement", CommitmentMissing.code: "signed_by"}


@require_http_methods(["GET", "POST"])
@on_behalf(Scope.APPLY)
def apply(request: SpaceRequest, mandate_id: int, natural_key: UUID) -> HttpResponse:
    """The form with the commitment to read and sign; sent, it opens the case and shows it."""
    now, about = clock.now(), request.mandate.about
    held = (
        reading.own_read(about, by=request.actor, door=reading.SCREEN, at=clock.now())
        if Scope.SEE in request.mandate.scopes
        else ()
    )
    record = next((r for r in held if r.natural_key == natural_key), None)
    if record is None:
        raise NotFound
    wording = policy.commitment_on(clock.local_date(now))
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            case_id = services.apply(
                natural_key,
                about=about,
                **signed_application(request),
                by=request.actor,
                at=now,
            )
        except ChengxinError as error:
            errors, status = errors_of(error, FIELD_OF.get(error.code, "statement")), error.status
        else:
            messages.success(request, _("申请已提交。您可以在这里看到办到哪一步。"))
            return redirect("space:case", mandate_id, case_id)
    context = {
        "record": record,
        "headline": say(record.headline, record.headline_en),
        "part": repair_part(request, record, now),
        "wording": say(wording.zh, wording.en),
        "version": wording.version,
        "file_limits": file_limits(now),
        "given": request.POST,
        "errors": errors,
    }
    return page(request, "repair", context, status=status)
