"""Writes of merges: two entries of the register that are one subject, proposed, decided by another official, undone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from chengxin.base.audit import services as audit
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.intake.exchange import services as exchange
from chengxin.intake.resolution import indexing, rules
from chengxin.intake.resolution.errors import (
    MergeNotOpen,
    MergeProposed,
    OwnMerge,
    ReasonMissing,
    UnknownSubject,
)
from chengxin.intake.resolution.models import Merge, MergedRecord
from chengxin.intake.resolution.rules import MergeState
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.records import moving
from chengxin.registry.subjects import listing, merging
from chengxin.registry.subjects import services as subjects
from chengxin.registry.subjects.listing import Identity

QUEUE = "subject-merges"  # one at a time: they are few, and each must see what the one before did


@transaction.atomic
def propose(absorbed_code: str, survivor_code: str, *, reason: str, by: Actor, at: datetime) -> int:
    """Propose that one entry of the register should stand in another; returns the proposal's number.

    Nothing changes until another official decides. Raises `NotPermitted`, `UnknownSubject`, `NotMergeable`,
    `MergeProposed`, `ReasonMissing`.
    """
    require(by, Permission.RESOLVE_ROWS)
    queue_behind(QUEUE)
    absorbed, survivor = _coded(absorbed_code), _coded(survivor_code)
    _check(absorbed, survivor)
    if not reason.strip():
        raise ReasonMissing
    both = [absorbed.id, survivor.id]
    waiting = Merge.objects.filter(state=MergeState.PROPOSED)
    if (waiting.filter(absorbed_id__in=both) | waiting.filter(survivor_id__in=both)).exists():
        raise MergeProposed
    made = Merge.objects.create(
        absorbed_id=absorbed.id, absorbed_code=absorbed.code, absorbed_name=absorbed.name, survivor_id=survivor.id,
        survivor_code=survivor.code, survivor_name=survivor.name, reason=reason.strip()[:1000],
        state=MergeState.PROPOSED, proposed_by=by.name, proposed_by_id=by.user_id or 0, proposed_at=at,
    )  # fmt: skip
    told = {"absorbed": absorbed.code, "survivor": survivor.code}
    audit.note("resolution.merge_proposed", str(made), by=by, at=at, **told)
    return made.pk


def _coded(code: str) -> Identity:
    found = listing.identity_coded(code.strip().upper())
    if found is None:
        raise UnknownSubject(code=code.strip()[:18])
    return found


def _check(absorbed: Identity, survivor: Identity) -> None:
    rules.check_mergeable(
        same=absorbed.id == survivor.id,
        kinds=(absorbed.kind, survivor.kind),
        stands_elsewhere=merging.stands_elsewhere(absorbed.id) or merging.stands_elsewhere(survivor.id),
        holds_others=bool(merging.absorbed_into([absorbed.id])),
    )


@transaction.atomic
def merge(merge_id: int, *, decision: str = "", by: Actor, at: datetime) -> int:
    """Make the two one, in one transaction: code, names, index and records; returns how many records moved.

    Everything that is computed follows, for it reads records; who subscribed to either, or holds a record, is told.
    Raises `NotPermitted`, `NotFound`, `MergeNotOpen`, `OwnMerge`, `NotMergeable`.
    """
    found = _open(merge_id, MergeState.PROPOSED, by=by)
    subjects.lock_register()
    indexing.catch_up(at=at)
    known = listing.identities([found.absorbed_id, found.survivor_id])
    _check(known[found.absorbed_id], known[found.survivor_id])
    made = merging.absorb(found.absorbed_id, found.survivor_id, at=at)
    indexing.take_over(found.absorbed_id, found.survivor_id)
    moved = moving.move_all(found.absorbed_id, to=found.survivor_id, by=by, at=at)
    _keep(found, moved)
    exchange.corrected(moved, at=at)
    found.merge_id, found.records = made.pk, len(moved)
    found.state, found.decided_by, found.decided_at = MergeState.MERGED, by.name, at
    found.decision = decision.strip()[:1000]
    found.save(update_fields=["merge_id", "records", "state", "decided_by", "decided_at", "decision"])
    told = {"absorbed": made.absorbed_code, "survivor": made.survivor_code, "records": len(moved)}
    audit.note("resolution.merged", str(found), by=by, at=at, **told)
    return len(moved)


def _keep(found: Merge, moved: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO resolution_mergedrecord (merge_id, natural_key) SELECT %s, unnest(%s::uuid[])",
            [found.pk, list(moved)],
        )


@transaction.atomic
def refuse(merge_id: int, *, decision: str, by: Actor, at: datetime) -> None:
    """Leave the two as they are, for a reason. Raises as `merge`, and `ReasonMissing`."""
    found = _open(merge_id, MergeState.PROPOSED, by=by)
    if not decision.strip():
        raise ReasonMissing
    found.state, found.decided_by, found.decided_at = MergeState.REFUSED, by.name, at
    found.decision = decision.strip()[:1000]
    found.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    audit.note("resolution.merge_refused", str(found), by=by, at=at, reason=found.decision)


@transaction.atomic
def undo(merge_id: int, *, reason: str, by: Actor, at: datetime) -> int:
    """Take a merge back: each gets its code, names and records again; returns how many records went back.

    What came since under the absorbed code goes to its subject. Raises `NotPermitted`, `NotFound`, `MergeNotOpen`,
    `ReasonMissing`.
    """
    found = _open(merge_id, MergeState.MERGED, by=by)
    if not reason.strip():
        raise ReasonMissing
    subjects.lock_register()
    indexing.catch_up(at=at)
    made = merging.separate(found.merge_id or 0, at=at)
    keys = list(MergedRecord.objects.filter(merge=found).values_list("natural_key", flat=True))
    moved = moving.move_back(keys, of=made.survivor_id, to=made.absorbed_id, code=made.absorbed_code, by=by, at=at)
    indexing.give_back(made.absorbed_id, made.survivor_id)
    exchange.corrected(moved, at=at)
    found.state, found.undone_by, found.undone_at = MergeState.UNDONE, by.name, at
    found.undone_reason = reason.strip()[:1000]
    found.save(update_fields=["state", "undone_by", "undone_at", "undone_reason"])
    audit.note("resolution.merge_undone", str(found), by=by, at=at, records=len(moved), reason=found.undone_reason)
    return len(moved)


def _open(merge_id: int, state: MergeState, *, by: Actor) -> Merge:
    """The merge, locked, in that state, for whoever may decide it and did not propose it."""
    queue_behind(QUEUE)
    require(by, Permission.DECIDE_MERGES)
    found = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if found is None:
        raise NotFound
    if found.state != state:
        raise MergeNotOpen
    if state == MergeState.PROPOSED and found.proposed_by_id == (by.user_id or 0):
        raise OwnMerge
    return found
