"""What happens to an entry: each event is kept, goes into the public log and reaches the record that tells of it."""

from datetime import datetime

from chengxin.base.audit import services as audit
from chengxin.base.casework.services import PLATFORM
from chengxin.base.transparency import services as transparency
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.rules import RecordState
from chengxin.regulation.lists.errors import NotRemovable
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.rules import Exit

ENTERED, EXITED, RESTORED = "entered", "exited", "restored"
PURPOSE = "list"


def entered(entry: ListEntry, *, by: audit.Who, at: datetime) -> None:
    """The entry stands from now on."""
    _add(entry, ENTERED, number=1, is_standing=True, by=by, at=at, decision=entry.decision_number)


def ended(entry: ListEntry, exit: Exit, *, reason: str, number: str, case_id: int, by: audit.Who, at: datetime) -> None:
    """The entry stands no more, and neither does its record. Raises `NotRemovable` where it had ended."""
    last = _last(entry)
    if not last.is_standing:
        raise NotRemovable
    _add(
        entry, EXITED, number=last.number + 1, is_standing=False, by=by, at=at, decision=number, exit=exit,
        reason=reason, case_id=case_id,
    )  # fmt: skip
    if entry.natural_key is not None:
        held = records.held_record(entry.natural_key, purpose=PURPOSE, by=by).row.state
        if held not in {RecordState.REPAIRED.value, RecordState.WITHDRAWN.value}:
            # What was wrong from the start is withdrawn; what ended by deserving it is repaired.
            wrong = exit in {Exit.REVOCATION, Exit.COURT, Exit.CORRECTION}
            (record_changes.withdraw if wrong else record_changes.end_by_repair)(entry.natural_key, by=by, at=at)


def follow(entry: ListEntry, change: str, *, at: datetime) -> bool:
    """Keep what the record's change to `change` did to the entry; whether it did anything."""
    last = _last(entry)
    if change == RecordState.REPAIRED and last.is_standing:
        _add(entry, EXITED, number=last.number + 1, is_standing=False, by=PLATFORM, at=at, exit=Exit.REPAIR)
    elif change == RecordState.WITHDRAWN and last.is_standing:
        _add(entry, EXITED, number=last.number + 1, is_standing=False, by=PLATFORM, at=at, exit=Exit.CORRECTION)
    elif change == RecordState.IN_FORCE and last.exit == Exit.REPAIR:
        _add(entry, RESTORED, number=last.number + 1, is_standing=True, by=PLATFORM, at=at)
    else:
        return False
    return True


def _last(entry: ListEntry) -> EntryEvent:
    return EntryEvent.objects.filter(entry=entry).latest("number")


def _add(
    entry: ListEntry,
    kind: str,
    *,
    number: int,
    is_standing: bool,
    by: audit.Who,
    at: datetime,
    decision: str = "",
    exit: Exit | None = None,
    reason: str = "",
    case_id: int | None = None,
) -> None:
    ending = exit.value if exit else ""
    EntryEvent.objects.create(
        entry=entry, number=number, is_standing=is_standing, exit=ending, at=at, reason=reason.strip(),
        decision_number=decision, case_id=case_id if case_id is not None else entry.case_id, by_name=by.name,
    )  # fmt: skip
    statement = {
        "about": entry.about,
        "name": entry.subject_name,
        "authority": entry.authority_code,
        "decision": decision,
        "from": entry.in_force_from.isoformat(),
        "until": entry.in_force_until.isoformat(),
        "exit": ending,
    }
    leaf = transparency.append(entry.list_code, kind, reference=f"list-entry:{entry.pk}", statement=statement, at=at)
    audit.note(f"lists.{kind}", f"list-entry:{entry.pk}", by=by, at=at, leaf=leaf, exit=ending)
