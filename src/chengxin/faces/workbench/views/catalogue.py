"""The catalogue for the credit office: versions, changes proposed and decided, and the directory of data resources."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.catalogue_forms import changes_of, form_context, told
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import day_or_none, page, words
from chengxin.faces.workbench.shown import item_name
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import directory, in_force, proposals, revising, services
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.revising import ProposalState

STATES = {
    ProposalState.PROPOSED: (_lazy("待审核"), "tag-wait"),
    ProposalState.PUBLISHED: (_lazy("已发布"), "tag-good"),
    ProposalState.REFUSED: (_lazy("未通过审核"), "tag-bad"),
    ProposalState.WITHDRAWN: (_lazy("已撤回"), ""),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _line(row: proposals.ProposalRow) -> dict[str, Any]:
    name, tag = STATES[ProposalState(row.state)]
    return {"row": row, "item": item_name(row.item), "state": name, "tag": tag}


@require_GET
@open_to(Permission.MANAGE_CATALOGUE)
def item_list(request: SignedInRequest) -> HttpResponse:
    """All items with their versions, and the newest proposals."""
    found = proposals.proposals(by=request.actor)
    waiting = {row.item: row.id for row in found if row.state == ProposalState.PROPOSED}
    rows = [
        {"item": i, "name": words(i.name), "category": words(catalogue.category(i.category).name),
         "proposal": waiting.get(i.code)}
        for i in catalogue.items()
    ]  # fmt: skip
    return page(request, "catalogue_items", {"rows": rows, "proposals": [_line(row) for row in found]})


@require_GET
@open_to(Permission.MANAGE_CATALOGUE)
def item(request: SignedInRequest, item_code: str) -> HttpResponse:
    """One item: its versions with what each changed, and the proposals about it."""
    present = catalogue.item(item_code)
    versions = in_force.versions_of(item_code)
    read = [(v, catalogue.item_read_from(v.content)) for v in versions]
    before = [one for _, one in read[1:]] + [None]
    rows = [
        {
            "row": v,
            "changes": told(revising.differences(old, new)) if old else [],
            "in_force": v.number == present.version,
            "to_come": v.number > present.version,
        }
        for (v, new), old in zip(read, before, strict=True)
    ]
    found = [_line(row) for row in proposals.proposals(by=request.actor, item=item_code)]
    has_open = any(one["row"].state == ProposalState.PROPOSED for one in found)
    context = {"item": present, "name": words(present.name), "versions": rows, "proposals": found, "has_open": has_open}
    return page(request, "catalogue_item", context)


@require_http_methods(["GET", "POST"])
@open_to(Permission.MANAGE_CATALOGUE)
def propose(request: SignedInRequest, item_code: str) -> HttpResponse:
    """The form over the item's newest version; sent, it makes a proposal and shows it."""
    catalogue.item(item_code)
    newest = in_force.newest_item(item_code)
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            number = services.propose(
                item_code,
                changes_of(newest, request.POST),
                effective_from=day_or_none(request.POST.get("effective_from", "")),
                reason=request.POST.get("reason", ""),
                by=request.actor,
                at=clock.now(),
            )
        except ChengxinError as error:
            field = "effective_from" if error.code in ("version-too-early", "revision-incomplete") else "fields"
            errors, status = [PageError(field, error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("变更已提出，等待另一名审核员决定。"))
            return redirect("workbench:catalogue-proposal", number)
    given = request.POST if request.method == "POST" else None
    context = form_context(newest, given) | {
        "item": newest, "name": words(newest.name), "errors": errors,
    }  # fmt: skip
    return page(request, "catalogue_propose", context, status=status)


@require_http_methods(["GET", "POST"])
@open_to(Permission.MANAGE_CATALOGUE)
def proposal(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """A proposal with what it changes in plain words; posted, it is published, refused or withdrawn."""
    errors: list[PageError] = []
    status = 200
    if request.method == "POST":
        try:
            _decide(request, proposal_id)
        except ChengxinError as error:
            errors, status = [PageError("reason", error.sentence, error.advice)], error.status
        else:
            return redirect("workbench:catalogue-proposal", proposal_id)
    row, found = proposals.proposal(proposal_id, by=request.actor)
    is_open = row.state == ProposalState.PROPOSED
    is_own = row.proposed_by_id == request.actor.user_id
    context = {
        "line": _line(row),
        "changes": told(found),
        "may_decide": is_open and not is_own and request.actor.may(Permission.PUBLISH_CATALOGUE),
        "may_withdraw": is_open and is_own,
        "errors": errors,
        "given": request.POST,
    }
    return page(request, "catalogue_proposal", context, status=status)


def _decide(request: SignedInRequest, proposal_id: int) -> None:
    by, at, decision = request.actor, clock.now(), request.POST.get("decision", "")
    if decision == "publish":
        number = services.publish(proposal_id, by=by, at=at)
        messages.success(request, _("已发布为第 {number} 版。").format(number=number))
    elif decision == "withdraw":
        services.withdraw(proposal_id, by=by, at=at)
        messages.success(request, _("已撤回。"))
    else:
        services.refuse(proposal_id, by=by, at=at, reason=request.POST.get("reason", ""))
        messages.success(request, _("已记为未通过，理由会显示给提出人。"))


@require_GET
@open_to(Permission.MANAGE_CATALOGUE)
def directory_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The catalogue as the directory of government data resources expects it."""
    office = accounts.credit_office()
    names = {o.code: o.name_zh for o in accounts.organisations()}
    found = directory.entries(on=clock.today(), office=(office.name_zh, office.code), names=names)
    if ending == "json":
        response: HttpResponse = JsonResponse(
            directory.as_json(found), safe=False, json_dumps_params={"ensure_ascii": False, "indent": 1}
        )
    elif ending == "csv":
        response = HttpResponse(directory.as_csv(found), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(directory.as_xlsx(found), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="government-data-directory.{ending}"'
    return response


@require_GET
@open_to(Permission.MANAGE_CATALOGUE)
def written(request: SignedInRequest, item_code: str, version: int) -> HttpResponse:
    """A version as YAML, for the city's folder."""
    catalogue.item(item_code)
    found = next((v for v in in_force.versions_of(item_code) if v.number == version), None)
    if found is None:
        return redirect("workbench:catalogue-item", item_code)
    response = HttpResponse(found.content, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{item_code}.yaml"'
    return response
