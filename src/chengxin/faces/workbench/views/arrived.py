"""What arrived on lists from the platforms above: who stands there by it, and the proofs in the public log."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengxin.base import clock
from chengxin.base.spreadsheets import CsvFile
from chengxin.faces.portal.templatetags.portal import last_day
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.pages import Choice, number_of_page, page, query_without, say, sheet
from chengxin.registry.accounts.rules import Permission
from chengxin.regulation.lists import arrived, public
from chengxin.regulation.lists.arrived import ArrivedRow
from chengxin.regulation.lists.rules import ListTerms

SIZE, EXPORTED_ROWS = 20, 10_000


@require_GET
@open_to(Permission.MANAGE_CASES)
def arrived_index(request: SignedInRequest) -> HttpResponse:
    """One list's arrived entries, newest first, by name or code; the authority's own lists, the credit office's all."""
    now, query = clock.now(), request.GET.get("q", "")[:100]
    lists = arrived.lists_seen_by(request.actor, at=now)
    chosen = request.GET.get("list", "") or (lists[0].code if lists else "")
    counts = public.arrived_counts(at=now)
    choices = [Choice(t.code, _name(t), counts.get(t.code, 0)) for t in lists]
    context: dict[str, Any] = {"lists": choices, "chosen": chosen, "q": query}
    if chosen:
        found = arrived.arrived_on(chosen, by=request.actor, at=now, q=query, page=number_of_page(request), size=SIZE)
        context["page"] = sheet(request, [_shown(row) for row in found.items], found.total, SIZE)
        context["list_name"] = next(_name(t) for t in lists if t.code == chosen)
        context["query"] = query_without(request, "page")
    return page(request, "lists_arrived", context)


@require_GET
@open_to(Permission.MANAGE_CASES)
def arrived_index_csv(request: SignedInRequest) -> HttpResponse:
    """The same as a table, for a spreadsheet."""
    query, chosen = request.GET.get("q", "")[:100], request.GET.get("list", "")
    found = arrived.arrived_on(chosen, by=request.actor, at=clock.now(), q=query, size=EXPORTED_ROWS)
    file = CsvFile("list-arrivals.csv")
    file.row([_("名称"), _("统一社会信用代码"), _("认定单位"), _("文号"), _("自"), _("至")])
    for row in found.items:
        begins = row.begins.isoformat()
        file.row([row.name, row.code, _authority(row), row.decision_number, begins, last_day(row.until)])
    return file


@require_GET
@open_to(Permission.MANAGE_CASES)
def arrival_proofs(request: SignedInRequest, list_code: str, natural_key: UUID) -> HttpResponse:
    """What the public log was bound to when this entry came to the list or changed on it."""
    now = clock.now()
    row, proofs = arrived.proofs_on(list_code, natural_key, by=request.actor, at=now)
    context = {
        **_shown(row),
        "list_code": list_code,
        "list_name": next(_name(t) for t in arrived.lists_seen_by(request.actor, at=now) if t.code == list_code),
        "openings": [json.dumps(one, ensure_ascii=False) for one in proofs],
    }
    return page(request, "list_proofs", context)


def _shown(row: ArrivedRow) -> dict[str, Any]:
    return {"entry": row, "authority": _authority(row)}


def _authority(row: ArrivedRow) -> str:
    return say(row.authority_name_zh, row.authority_name_en)


def _name(terms: ListTerms) -> str:
    return say(terms.name_zh, terms.name_en)
