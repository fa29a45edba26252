"""The audit chain, for auditors: verify it now, read its last entries."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from chengxin.base import clock
from chengxin.base.audit import queries, services
from chengxin.base.audit.queries import Verdict
from chengxin.base.audit.rules import Entry
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.names import ACTIONS
from chengxin.faces.workbench.pages import Choice, page, say, sheet
from chengxin.faces.workbench.paging import number_of_page
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Permission

SIZE = 25
SHOWN_FAULTS = 50
KINDS = {"changed": _("被改动"), "removed": _("被删除"), "inserted": _("被插入")}


@require_GET
@open_to(Permission.VERIFY_AUDIT)
def audit(request: SignedInRequest) -> HttpResponse:
    """The last entries, with filters."""
    return _page(request)


@require_POST
@open_to(Permission.VERIFY_AUDIT)
def verify_now(request: SignedInRequest) -> HttpResponse:
    """Walk the whole chain and say whether it holds; the verification is itself an entry."""
    verdict = queries.verify(at=clock.now())
    services.note(
        "audit.verified", "audit", by=request.actor, at=clock.now(), entries=verdict.entries, faults=len(verdict.faults)
    )
    return _page(request, verdict)


def _page(request: SignedInRequest, verdict: Verdict | None = None) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").strip() for name in ("action", "actor")}
    found = queries.entries(**chosen, page=number_of_page(request), size=SIZE)
    organisations = {o.code: say(o.name_zh, o.name_en) for o in accounts.organisations()}
    rows = [_shown(entry, organisations) for entry in found.entries]
    context = {
        "page": sheet(request, rows, found.total, SIZE),
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "actions": [Choice(action, ACTIONS.get(action, action)) for action in queries.actions()],
        "outcome": _outcome(verdict) if verdict else None,
    }
    return page(request, "audit", context)


def _shown(entry: Entry, organisations: dict[str, str]) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "organisation": organisations.get(entry.organisation, entry.organisation),
        "action_name": ACTIONS.get(entry.action, entry.action),
        "object": entry.object,
    }


def _outcome(verdict: Verdict) -> dict[str, Any]:
    faults = [
        {"seq": f.seq, "kind_name": KINDS.get(f.kind, f.kind), "message": f.message}
        for f in verdict.faults[:SHOWN_FAULTS]
    ]
    return {"intact": verdict.intact, "entries": verdict.entries, "faults": faults}
