"""An offer to natural persons on the case page of its approval or end: what it opens, and what it never looks at."""

from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.evaluation.persons import approving, ending, offers
from chengxin.faces.portal.evaluation import offer_line
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.offers_to_persons import standing_line
from chengxin.registry.accounts.rules import Actor


def offer_context(case: CaseRow, _actor: Actor, at: datetime) -> dict[str, Any]:
    """The version with where it stands."""
    row = offers.standing_of_case(case.id, on=local_date(at))
    return {"standing": standing_line(row), "offer": offer_line(row.offer)}


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Approve, refuse or withdraw the version."""
    approving.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


def end_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The version with the day on which it is to end."""
    return {**offer_context(case, actor, at), "proposed_end": offers.end_proposed_in(case.id)}


def take_end(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """End the version, keep it or withdraw the proposal."""
    ending.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


PERSON_OFFER = Matter("workbench/_matter_person_offer.html", offer_context, take=take)
PERSON_OFFER_END = Matter("workbench/_matter_person_offer.html", end_context, take=take_end)
