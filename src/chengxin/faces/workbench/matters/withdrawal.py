"""The withdrawal of a record on the case page: the record, the ground, the paper's number."""

from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.pages import say, words
from chengxin.registry.accounts.rules import Actor
from chengxin.rights.consent import reading
from chengxin.rights.disputes import policy, withdrawing


def withdrawal_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The proposal and the record as it stands now."""
    found = withdrawing.withdrawal_of_case(case.id, actor=actor, at=at)
    named = {g.code: say(g.zh, g.en) for g in policy.withdrawal_grounds(on=local_date(found.proposed_at))}
    return {"withdrawal": found, "ground": named.get(found.ground, found.ground)} | record_context(
        found.natural_key, actor, at
    )


def record_context(natural_key: Any, actor: Actor, at: datetime) -> dict[str, Any]:
    """The record with its fields; the look is logged."""
    held = reading.handled_record(natural_key, purpose=withdrawing.PURPOSE, by=actor, door=reading.SCREEN, at=at)
    return {
        "record": held.row,
        "record_name": words(held.row.item_name),
        "record_headline": say(held.row.headline, held.row.headline_en),
        "record_lines": [{"name": words(f.name), "value": say(f.value, f.value_en)} for f in held.row.fields],
    }


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step with its effect on the record."""
    withdrawing.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


WITHDRAWAL = Matter("workbench/_matter_withdrawal.html", withdrawal_context, take=take)
