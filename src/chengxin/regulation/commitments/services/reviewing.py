"""Looking again at a finding that entered no record, for whoever has no record to contest (复核)."""

from datetime import datetime

from django.db import transaction

from chengxin.base.audit import services as audit
from chengxin.base.casework import queries as cases
from chengxin.base.casework import rules as casework_rules
from chengxin.base.casework import services as casework
from chengxin.base.casework.errors import SamePersonTwice
from chengxin.base.casework.rules import Party
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.languages import InBoth
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.regulation.commitments import decided, queries, writing
from chengxin.regulation.commitments.errors import NotReviewable, ReviewReasonMissing
from chengxin.regulation.commitments.models import Commitment, Review
from chengxin.regulation.commitments.procedure import REVIEW
from chengxin.regulation.commitments.rules import Cause, State
from chengxin.regulation.commitments.services import undoing

UNDOES = {"revoke-finding": Cause.REVIEWED, "restore": Cause.MENDED}
DECIDING = frozenset({"uphold", *UNDOES})


@transaction.atomic
def ask(number: str, *, about: str, reason: str, by: Actor, at: datetime) -> int:
    """Ask on behalf of `about` that another official looks again at the finding; returns the case's id.

    Raises `NotFound`, `NotPermitted`, `NotReviewable`, `ReviewReasonMissing`, and what `open_case` raises.
    """
    queue_behind(f"commitment:{number}")
    found = Commitment.objects.filter(number=number, about=about).first()
    if found is None:
        raise NotFound
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    decision = decided.reviewable_decision(found.pk)
    if decision is None:
        raise NotReviewable
    if not reason.strip():
        raise ReviewReasonMissing
    case_id = casework.open_case(
        REVIEW.code,
        about=queries.reference_of(number),
        title=InBoth(found.matter_zh, found.matter_en),
        parties={"promisor": Party(represented=about), "authority": Party(organisation_id=found.authority_id)},
        by=by,
        at=at,
        reason=reason,
    )
    Review.objects.create(case_id=case_id, decision=decision, asked_at=at)
    audit.note("commitments.review_asked", number, by=by, at=at, case=case_id)
    return case_id


@transaction.atomic
def take(case_id: int, step: str, *, by: Actor, at: datetime, reason: str = "") -> str:
    """Take a step in a review; who took part in the finding does not decide it. Returns the state it leads to.

    Raises `NotFound`, what `casework.take_step` raises, `SamePersonTwice`, `NotReviewable` where it was undone.
    """
    review = Review.objects.select_related("decision__commitment", "decision__finding").filter(case_id=case_id).first()
    if review is None:
        raise NotFound
    decision, found = review.decision, review.decision.commitment
    queue_behind(f"commitment:{found.number}")
    state = casework.take_step(case_id, step, by=by, at=at, reason=reason)
    if step not in DECIDING:
        return state
    if any(casework_rules.is_taken_by(t, by) for t in cases.history_of(decision.finding.case_id)):
        raise SamePersonTwice
    standing = decided.standing_decision(found.pk)
    if standing is None or standing.pk != decision.pk:
        raise NotReviewable
    if step == "uphold":
        writing.write(step, found, case_id, reason, by=by, at=at)
    else:
        undoing.undo(decision, UNDOES[step], to=State.RUNNING, reason=reason, case_id=case_id, by=by, at=at)
    return state
