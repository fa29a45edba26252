"""An offer to natural persons on the case page: all that it opens, by which records, and what it never looks at."""

from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.evaluation.persons import approving, offers
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


PERSON_OFFER = Matter("workbench/_matter_person_offer.html", offer_context, take=take)
