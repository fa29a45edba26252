"""Repair on the case page: the record, what was declared and signed, and which rule let it be applied for."""

from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.pages import say, words
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.rights.consent import reading
from chengxin.rights.repair import queries, services


def repair_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The application and the record as it stands now."""
    application = queries.application_of_case(case.id, actor=actor, on=local_date(at))
    held = reading.handled_record(
        application.natural_key, purpose=services.PURPOSE, by=actor, door=reading.SCREEN, at=at
    )
    return {
        "application": application,
        "record": held.row,
        "record_name": words(held.row.item_name),
        "record_headline": say(held.row.headline, held.row.headline_en),
        "record_lines": [{"name": words(f.name), "value": say(f.value, f.value_en)} for f in held.row.fields],
        "rules": application.rule.split(" · "),
        "may_propose_withdrawal": (
            case.state == "granted" and held.row.state == "repaired" and Role.DEPARTMENT_OFFICER in actor.roles
        ),
    }


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step with its effect on the record."""
    services.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


REPAIR = Matter("workbench/_matter_repair.html", repair_context, take=take)
