"""A finding of breach undone: by the record that it entered, or by a review of what entered none.

What was decided stays as it was decided; what undid it is written beside it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.casework import queries as cases
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.casework.services import PLATFORM
from chengxin.base.database.queueing import queue_behind
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records import keys as records
from chengxin.registry.records.rules import RecordState
from chengxin.regulation.commitments import decided, rules, writing
from chengxin.regulation.commitments.models import Commitment, Decision, FollowUp, Undoing
from chengxin.regulation.commitments.recording import ITEM
from chengxin.regulation.commitments.rules import REVOKING, STATE_OF, Cause, State

OPEN_TASKS = frozenset({"assigned", "reported"})
CALLED_OFF = "认定已经撤销"  # the reason that is kept with the step, in the language of records
TASK_FELL = _("违诺认定已经撤销：请检查已经办结的后续处理")
TASK_FELL_BODY = _("承诺 {number} 的违诺认定已经撤销。据此已经办结的处理，请依法检查，需要纠正的及时纠正。")


def follow_record(natural_key: UUID, *, at: datetime) -> int:
    """Undo the finding that a record told of, where the record was withdrawn or says otherwise now; how many were."""
    return _follow([natural_key], at=at)


def follow_hand_in(submission_id: int, *, at: datetime) -> int:
    """The same for all records that a hand-in corrected. Index: `record_submission`."""
    return _follow(records.corrected_by(submission_id, item=ITEM), at=at)


@transaction.atomic
def undo(
    decision: Decision, cause: Cause, *, to: State, reason: str, case_id: int, by: audit.Who, at: datetime
) -> None:
    """Write down what undid a finding, put the commitment where it stands now, call off what followed, and tell.

    `cause` `MENDED`: the finding stands, and bars no longer. The caller holds the commitment.
    """
    found = decision.commitment
    Undoing.objects.create(decision=decision, cause=cause.value, reason=reason.strip(), by_name=by.name, at=at)
    if cause in REVOKING:
        found.state, found.state_since = to.value, at
        found.is_reopened = found.is_reopened or to is State.RUNNING
        if cause is Cause.WITHDRAWN:
            found.natural_key = None  # what was withdrawn stays so: a later finding enters no record
        found.save(update_fields=["state", "state_since", "is_reopened", "natural_key"])
    audit.note("commitments.undone", found.number, by=by, at=at, cause=cause.value, state=found.state)
    if cause in REVOKING and to not in rules.BREACHES:
        _call_off(decision, at=at)
    writing.tell_undone(cause, found, case_id, reason, by=by, at=at)


def _follow(keys: Collection[UUID], *, at: datetime) -> int:
    wanted = Commitment.objects.filter(natural_key__in=list(keys), state__in=[s.value for s in rules.BREACHES])
    numbers = sorted(wanted.values_list("number", flat=True))
    return sum(_follow_one(number, at=at) for number in numbers)


@transaction.atomic
def _follow_one(number: str, *, at: datetime) -> bool:
    """Safe to repeat: what is undone already stays so."""
    queue_behind(f"commitment:{number}")
    found = Commitment.objects.get(number=number)
    decision = decided.standing_decision(found.pk)
    if decision is None or found.natural_key is None:
        return False
    (state, content) = records.content_of(found.natural_key)
    if state == RecordState.WITHDRAWN:
        cause, to = Cause.WITHDRAWN, State.RUNNING
    else:
        cause, to = Cause.CORRECTED, STATE_OF.get(content.get("PERFORMANCE", ""), State(found.state))
        if not rules.undoes(to, found=State(decision.state)):
            return False
    undo(decision, cause, to=to, reason="", case_id=decision.finding.case_id, by=PLATFORM, at=at)
    return True


def _call_off(decision: Decision, *, at: datetime) -> None:
    """End the tasks that followed the finding; whoever had done one already is told that its ground fell."""
    found = decision.commitment
    opened = {
        task.case_id: task
        for task in FollowUp.objects.filter(commitment=found, opened_at__gte=decision.decided_at).order_by("case_id")
    }
    authority = accounts.organisation_by_id(found.authority_id)
    assert authority is not None
    reviewer = accounts.actor_of_organisation(
        authority.code, roles=frozenset({Role.DEPARTMENT_REVIEWER}), name=PLATFORM.name
    )
    assert reviewer is not None
    for case_id, state in cases.states_of(opened).items():
        if state in OPEN_TASKS:
            casework.take_step(case_id, "call-off", by=reviewer, at=at, reason=CALLED_OFF)
            continue
        casework.send_notice(
            Party(organisation_id=opened[case_id].department_id),
            title=TASK_FELL,
            body=_Body(found.number),
            by=PLATFORM,
            at=at,
            case_id=case_id,
        )


class _Body:
    """The notice's text, in the language that is active when it is asked."""

    def __init__(self, number: str) -> None:
        self.number = number

    def __str__(self) -> str:
        return str(TASK_FELL_BODY).format(number=self.number)
