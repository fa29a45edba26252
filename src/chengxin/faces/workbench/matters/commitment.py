"""Commitments on the case page: what was promised, what checks found, what is to be found; letters of associations."""

from datetime import datetime
from typing import Any

from chengxin.base.casework.queries import CaseRow
from chengxin.base.clock import local_date
from chengxin.faces.portal import commitment_lines as lines
from chengxin.faces.workbench.access import SignedInRequest
from chengxin.faces.workbench.matters.matter import Matter
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.commitments import handling, letters_in_force, members, queries
from chengxin.regulation.commitments.services import associations, finding


def commitment_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The commitment as it stands, and the obligations that the case is about."""
    found, opened = queries.statement_of_case(case.id, actor=actor, on=local_date(at))
    concerned = set(opened.obligations) if opened else {due.code for due in found.dues}
    context = lines.statement_context(found, with_checks=True)
    context["dues"] = [one for one in context["dues"] if one["due"].code in concerned]
    context["is_with_us"] = found.row.authority_id in actor.reaches
    context["may_identify"] = handling.is_handled_by(found.row, actor=actor)
    return context


def letter_context(case: CaseRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The association's letter as it would be in force."""
    found = members.letter_of_case(case.id, actor=actor, on=local_date(at))
    draft = letters_in_force.draft_of_case(case.id) if found else None
    return {"letter": lines.letter_context(draft), "version": found.version} if found and draft else {}


def take(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step with its effect on the commitment."""
    finding.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


def take_letter(request: SignedInRequest, case_id: int, step: str, at: datetime) -> None:
    """Take a step with its effect on the letter."""
    associations.take(case_id, step, by=request.actor, at=at, reason=request.POST.get("reason", ""))


COMMITMENT = Matter("workbench/_matter_commitment.html", commitment_context, take=take)
LETTER = Matter("workbench/_matter_letter.html", letter_context, take=take_letter)
