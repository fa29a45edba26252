"""Reads of disputes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chengxin.base.casework import queries as casework
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Scope
from chengxin.registry.records.rules import record_reference
from chengxin.rights.disputes.models import Answer, Dispute
from chengxin.rights.disputes.procedure import DISPUTE, SILENT


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute, with the state of its case."""

    id: int
    case_id: int
    about: str
    natural_key: UUID
    version: int
    item: str
    provider_id: int
    ground: str
    statement: str
    filed_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What the provider found; `changes` maps field codes to new values, `old` to what stood there."""

    outcome: str
    changes: Mapping[str, str]
    old: Mapping[str, str]
    reason: str
    at: datetime


def dispute_of_case(case_id: int, *, actor: Actor, on: date) -> DisputeRow:
    """The dispute that a case is about, for those who have a part in it. Raises `NotFound`. Index: unique case."""
    casework.case(case_id, actor=actor, on=on)
    found = Dispute.objects.filter(case_id=case_id).first()
    if found is None:
        raise NotFound
    return _rows([found])[0]


def disputes_about(about: str, *, by: Actor) -> tuple[DisputeRow, ...]:
    """All disputes of a subject, newest first. Raises `NotFound` for anyone else. Index: `dispute_about`."""
    if not by.may_for(about, Scope.APPLY):
        raise NotFound
    return _rows(Dispute.objects.filter(about=about).order_by("-filed_at"))


def answers_of(case_id: int, *, actor: Actor, on: date) -> tuple[AnswerRow, ...]:
    """What was answered, first to last, for those who have a part in the case. Raises `NotFound`.

    Index: `dispute_answer`.
    """
    dispute = dispute_of_case(case_id, actor=actor, on=on)
    found = Answer.objects.filter(dispute_id=dispute.id).order_by("at", "id")
    return tuple(AnswerRow(a.outcome, a.changes, a.old, a.reason, a.at) for a in found)


def open_dispute_about(natural_key: UUID) -> int | None:
    """The case of the open dispute about a record. Index: `case_about`."""
    reference = record_reference(natural_key)
    return casework.open_about(DISPUTE.code, [reference]).get(reference)


def waits_in_silence(case_id: int) -> bool:
    """Whether the provider let its time pass and has still not answered. Index: primary key."""
    return casework.states_of([case_id]).get(case_id) == SILENT


def _rows(found: Iterable[Dispute]) -> tuple[DisputeRow, ...]:
    disputes = list(found)
    states = casework.states_of(d.case_id for d in disputes)
    return tuple(
        DisputeRow(
            id=d.pk,
            case_id=d.case_id,
            about=d.about,
            natural_key=d.natural_key,
            version=d.version,
            item=d.item,
            provider_id=d.provider_id,
            ground=d.ground,
            statement=d.statement,
            filed_at=d.filed_at,
            state=states[d.case_id],
        )
        for d in disputes
    )
