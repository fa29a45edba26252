"""Findings: which one stands, at which another official can be asked to look again, and what of one was undone."""

from dataclasses import dataclass
from datetime import datetime

from chengxin.base.casework import queries as casework
from chengxin.regulation.commitments import rules
from chengxin.regulation.commitments.models import Decision, Undoing


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What was found in the end."""

    state: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class UndoneRow:
    """A finding that was undone, and by what; or, of cause `mended`, one that stands and bars no longer."""

    state: str
    decided_at: datetime
    cause: str
    at: datetime


def standing_decision(commitment_id: int) -> Decision | None:
    """The latest finding about a commitment that was not revoked. Index: foreign key."""
    found = Decision.objects.select_related("commitment", "finding").filter(commitment_id=commitment_id)
    return found.exclude(undoing__cause__in=[c.value for c in rules.REVOKING]).order_by("-pk").first()


def decision_of(commitment_id: int) -> DecisionRow | None:
    """The same as pages show it."""
    found = standing_decision(commitment_id)
    return DecisionRow(found.state, found.reason, found.decided_at) if found else None


def reviewable_decision(commitment_id: int) -> Decision | None:
    """The finding of breach at which another official can be asked to look again: no record, and not looked at yet.

    Index: foreign keys.
    """
    found = standing_decision(commitment_id)
    if found is None or found.commitment.natural_key is not None or hasattr(found, "undoing"):
        return None
    if rules.State(found.state) not in rules.BREACHES:
        return None
    asked = casework.states_of(found.reviews.values_list("case_id", flat=True))
    return None if set(asked.values()) - {"taken-back"} else found


def undone_of(commitment_id: int) -> UndoneRow | None:
    """What of a finding about a commitment was undone last. Index: foreign key, unique decision."""
    found = Undoing.objects.select_related("decision").filter(decision__commitment_id=commitment_id).last()
    return UndoneRow(found.decision.state, found.decision.decided_at, found.cause, found.at) if found else None
