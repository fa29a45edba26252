"""Campaigns on the case page: what is proposed, a member's order, a typical case."""

from datetime import datetime
from typing import Any

from chengxin.base.casework import queries as casework
from chengxin.base.casework.queries import CaseRow
from chengxin.base.casework.rules import may_take
from chengxin.base.clock import local_date
from chengxin.faces.workbench import campaigns
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.campaigns import queries, services, telling
from chengxin.regulation.campaigns.procedure import DRAFTED, TAKE_DOWN


def campaign_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The plan, and while it is a draft, whom its saved query finds today."""
    on = local_date(at)
    row = queries.campaign_of_case(case.id, actor=actor, on=on)
    found = queries.selected(row.selection, on=on) if row.state == DRAFTED else None
    return {
        "line": campaigns.campaign_line(row, campaigns.names(), on=on),
        "selection": campaigns.selection_lines(row.selection),
        "found": None if found is None else len(found),
    }


def order_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """How far the order is."""
    on = local_date(at)
    order = queries.order_of_case(case.id, actor=actor, on=on)
    progress = next(p for p in queries.progress_of(order.campaign_id, on=on) if p.order_id == order.id)
    outcomes = campaigns.columns([progress], on=None)
    return {"order": order, "line": campaigns.progress_line(progress, campaigns.names(), outcomes=outcomes)}


def typical_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The text as it would stand on the public site today."""
    told = telling.typical_case_of_case(case.id, actor=actor, on=local_date(at))
    takes_down = may_take(TAKE_DOWN.opening, parties=casework.parties_of(case.id), by=actor)
    return {"told": told, "takes_down": told.stands and takes_down}


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step of a campaign with its effect."""
    services.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


def take_in_order(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step of a member's order."""
    services.take_in_order(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


def take_in_typical_case(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step of a typical case with its effect."""
    services.take_in_typical_case(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


CAMPAIGN = Matter("workbench/_matter_campaign.html", campaign_context, take=take)
ORDER = Matter("workbench/_matter_campaign_order.html", order_context, take=take_in_order)
TYPICAL_CASE = Matter("workbench/_matter_typical_case.html", typical_context, take=take_in_typical_case)
