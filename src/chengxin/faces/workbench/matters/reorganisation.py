"""The green channel on the case page: the court's ruling, the plan, what is hidden, what was declared and signed."""

from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.pages import say
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.rights.repair import reorganised, reorganising


def reorganisation_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The application, and how many records it hides now or would hide."""
    on = local_date(at)
    row = reorganised.reorganisation_of_case(case.id, actor=actor, on=on)
    return {
        "reorganisation": row,
        "ruling": say(row.ruling_zh, row.ruling_en),
        "coverable": len(reorganised.coverable(row.about, on=on)),
        "may_propose_restoring": row.is_active and Role.CREDIT_OFFICE_OPERATOR in actor.roles,
    }


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step with its effect on the records."""
    reorganising.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


REORGANISATION = Matter("workbench/_matter_reorganisation.html", reorganisation_context, take=take)
