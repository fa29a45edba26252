"""Leaving a list before the end: the case about it, at the subject's wish or of the authority's own motion."""

from collections.abc import Sequence
from datetime import datetime

from chengxin.base.attachments.services import Upload
from chengxin.base.audit import services as audit
from chengxin.base.casework import evidence as case_evidence
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.database.queueing import queue_behind
from chengxin.base.languages import InBoth
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.lists import ceasing, queries, standing, writing
from chengxin.regulation.lists.errors import DecisionNumberMissing, EntryOver, FactsMissing, NotRemovable
from chengxin.regulation.lists.models import ListEntry, Removal
from chengxin.regulation.lists.rules import Exit

DECIDING = frozenset({"verify", "remove", "keep"})


def open_case(
    procedure: str,
    entry: ListEntry,
    exit: str,
    grounds: str,
    *,
    title: InBoth,
    subject: str,
    by: Actor,
    at: datetime,
    files: Sequence[Upload] = (),
) -> int:
    """Open the case about the exit of an entry that `subject` stands by, in the caller's transaction; returns its id.

    Raises `FactsMissing`, `NotRemovable` where another case is open.
    """
    if not grounds.strip():
        raise FactsMissing
    if ceasing.open_case(entry) is not None:
        raise NotRemovable
    reference = ceasing.reference_of(entry)
    parties = {
        "subject": Party(represented=subject),
        "authority": Party(organisation_id=entry.proposal.authority_id),
    }
    case_id = casework.open_case(procedure, about=reference, title=title, parties=parties, by=by, at=at, reason=grounds)
    Removal.objects.create(
        case_id=case_id, entry=entry, exit=exit, grounds=grounds.strip(), asked_by=by.name, asked_at=at
    )
    case_evidence.keep_evidence(case_id, uploads=files, by=by, at=at)
    audit.note("lists.removal_asked", reference, by=by, at=at, case=case_id, exit=exit)
    return case_id


def take(removal: Removal, step: str, *, by: Actor, at: datetime, reason: str, number: str) -> str:
    """Take a step in such a case, with its effect and its letter, in the caller's transaction; the state it leads to.

    Raises what `casework.take_step` raises, `EntryOver` where the entry left its list another way meanwhile, its last
    day over included, and `DecisionNumberMissing`.
    """
    entry = removal.entry
    queue_behind(ceasing.reference_of(entry))
    state = casework.take_step(removal.case_id, step, by=by, at=at, reason=reason)
    if step in DECIDING and not queries.remains(entry, at=at):
        raise EntryOver
    if step == "remove":
        queue_behind(f"list-decision:{entry.authority_code}:{number.strip()}")
        if not number.strip() or queries.is_number_taken(entry.authority_code, number.strip()):
            raise DecisionNumberMissing
        standing.ended(
            entry, Exit(removal.exit), reason=reason, number=number.strip(), case_id=removal.case_id, by=by, at=at
        )
    writing.write(step, entry.proposal, case_id=removal.case_id, reason=reason, by=by, at=at, number=number)
    return state
