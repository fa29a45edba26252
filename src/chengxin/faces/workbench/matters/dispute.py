"""Disputes on the case page: the record, why it is contested, what was found, and the form of a correction."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.faces.workbench.pages import say, words
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records import queries as records
from chengxin.registry.records.queries import HeldRecord
from chengxin.rights.consent import reading
from chengxin.rights.disputes import correcting, naming, policy, queries, services
from chengxin.rights.disputes.queries import DisputeRow
from chengxin.rights.disputes.rules import Outcome

OUTCOMES = {Outcome.CORRECT: _("更正"), Outcome.REMOVE: _("删除"), Outcome.KEEP: _("维持")}
FIELD = "field-"


def dispute_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The dispute, the record as it stands now, the provider's answers, and the correction's form where it is open."""
    on = local_date(at)
    dispute = queries.dispute_of_case(case.id, actor=actor, on=on)
    held, is_shown = _held(dispute, actor, at)
    ground = policy.ground(dispute.ground, on=local_date(dispute.filed_at))
    return {
        "dispute": dispute,
        "ground": say(ground.zh, ground.en) if ground else dispute.ground,
        "record": held.row,
        "record_name": words(held.row.item_name),
        "record_headline": say(held.row.headline, held.row.headline_en) if is_shown else words(held.row.item_name),
        "record_lines": [
            {"name": words(f.name), "value": say(f.value, f.value_en)} for f in held.row.fields if is_shown
        ],
        "answers": [
            {
                "outcome": OUTCOMES[Outcome(a.outcome)],
                "reason": a.reason,
                "at": a.at,
                "changes": [
                    {"name": words(c.name), "old": c.old, "new": c.new}
                    for c in correcting.changes_of(a, dispute.item, dispute.natural_key)
                ],
            }
            for a in queries.answers_of(case.id, actor=actor, on=on)
        ],
        "correction": [
            {
                "id": FIELD + f.code,
                "name": words(f.name),
                "value": f.value,
                "mask": f.mask,
                "is_required": f.is_required,
                "allowed": [(code, words(meaning)) for code, meaning in f.allowed],
            }
            for f in correcting.correction_form(case.id, by=actor)
        ],
    }


def _held(dispute: DisputeRow, actor: Actor, at: datetime) -> tuple[HeldRecord, bool]:
    """The record, and whether its content is shown: to someone whom it only names, what is public alone.

    That look shows nothing that is not public, so it leaves no entry in the log of the record's subject.
    """
    if actor.represents and dispute.about in actor.represents:
        held = records.held_record(dispute.natural_key, purpose=correcting.PURPOSE, by=actor)
        if held.about != dispute.about:
            return held, naming.is_public(held.row, on=local_date(at))
    held = reading.handled_record(dispute.natural_key, purpose=correcting.PURPOSE, by=actor, door=reading.SCREEN, at=at)
    return held, True


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step with its effect on the record."""
    values = {name.removeprefix(FIELD): str(text) for name, text in request.POST.items() if name.startswith(FIELD)}
    reason = request.POST.get("reason", "")
    services.take(case_id, step, by=request.actor, at=at, reason=reason, values=values)


DISPUTE = Matter(
    "workbench/_matter_dispute.html",
    dispute_context,
    forms=dict.fromkeys(correcting.CORRECTS, "workbench/_form_correction.html"),
    take=take,
)
