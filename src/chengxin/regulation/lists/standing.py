"""What happens to an entry: each event is kept, goes into the public log and reaches the record that tells of it."""

from datetime import date, datetime

from chengxin.base.audit import services as audit
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import local_date
from chengxin.base.policy import NoPolicy
from chengxin.base.transparency import services as transparency
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.rules import RecordState
from chengxin.registry.subjects.rules import person_of
from chengxin.regulation.lists import arrivals_log, ceasing, policy, queries, rules
from chengxin.regulation.lists.arriving import ORGANISATION
from chengxin.regulation.lists.errors import NotRemovable
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.rules import Exit, Found, Happening, Place

PURPOSE = "list"


def entered(entry: ListEntry, *, by: audit.Who, at: datetime) -> None:
    """The entry stands from now on."""
    _add(entry, Happening.ENTERED, None, Place(), by=by, at=at, decision=entry.decision_number)
    if entry.natural_key is not None:  # what had arrived with the same decision is told of by this entry from now on
        arrivals_log.follow_records([entry.natural_key], about=ORGANISATION, reason=Found.OWN, at=at)


def ended(entry: ListEntry, exit: Exit, *, reason: str, number: str, case_id: int, by: audit.Who, at: datetime) -> None:
    """The entry stands no more, and neither does its record. Raises `NotRemovable` where it had ended."""
    last = queries.last_of(entry)
    if last.exit:
        raise NotRemovable
    _add(
        entry, Happening.EXITED, last, Place(exit=exit), by=by, at=at, decision=number, why=exit, reason=reason,
        case_id=case_id,
    )  # fmt: skip
    if entry.natural_key is not None:
        held = records.held_record(entry.natural_key, purpose=PURPOSE, by=by).row.state
        if held not in {RecordState.REPAIRED.value, RecordState.WITHDRAWN.value}:
            # What was wrong from the start is withdrawn; what ended by deserving it is repaired.
            (record_changes.withdraw if exit in rules.WRONG else record_changes.end_by_repair)(
                entry.natural_key, by=by, at=at
            )


def follow(entry: ListEntry, change: RecordState, *, cause: str, at: datetime) -> bool:
    """Keep what the record's change to `change` did to the entry; whether it did anything.

    An entry whose time is over is off its list already, and nothing more happens to it.
    """
    last = queries.last_of(entry)
    following = rules.follow(Place(hidden=last.hidden, exit=last.exit), change, cause)
    if following is None or rules.end_of(entry.in_force_until, last.until) <= local_date(at):
        return False
    _add(entry, following.happening, last, following.place, by=PLATFORM, at=at, why=following.reason)
    return True


def amended(entry: ListEntry, until: date, *, reason: Found, at: datetime) -> bool:
    """The entry ends earlier, as its corrected record says; whether it did anything.

    An entry that is off its list stays as it was; where it comes back, its record is looked at again.
    """
    last = queries.last_of(entry)
    ends = rules.end_of(entry.in_force_until, last.until)
    if last.exit or until >= ends or ends <= local_date(at):
        return False
    _add(entry, Happening.AMENDED, last, Place(hidden=last.hidden), by=PLATFORM, at=at, why=reason, until=until)
    return True


def _add(
    entry: ListEntry,
    happening: Happening,
    last: EntryEvent | None,
    place: Place,
    *,
    by: audit.Who,
    at: datetime,
    decision: str = "",
    why: str = "",
    reason: str = "",
    case_id: int | None = None,
    until: date | None = None,
) -> None:
    corrected = until or (last.until if last else None)
    ends = rules.end_of(entry.in_force_until, corrected)
    EntryEvent.objects.create(
        entry=entry, number=last.number + 1 if last else 1, is_standing=place.is_standing, hidden=place.hidden,
        exit=place.exit, at=at, reason=reason.strip(), decision_number=decision, until=corrected,
        case_id=case_id if case_id is not None else entry.case_id, by_name=by.name,
    )  # fmt: skip
    is_person = person_of(entry.about) is not None
    statement = {
        "about": entry.about,
        "name": "" if is_person else entry.subject_name,  # what opens the leaf outlives the entry: no name of a person
        "authority": entry.authority_code,
        "decision": decision,
        "from": entry.in_force_from.isoformat(),
        "until": ends.isoformat(),
        "hidden": place.hidden,
        "exit": place.exit,
    }
    was_shown = last is not None and last.is_standing
    change = int(place.is_standing) - int(was_shown) if _is_shown(entry, at, ends, is_person=is_person) else 0
    kind, reference = happening.value, f"list-entry:{entry.pk}"
    leaf = transparency.append(
        entry.list_code, kind, reference=reference, statement=statement, at=at, reason=str(why), change=change
    )
    audit.note(f"lists.{kind}", reference, by=by, at=at, leaf=leaf, why=str(why))
    if place.exit or ends <= local_date(at):
        ceasing.close_about(entry, Exit(place.exit or Exit.TERM), at=at)


def _is_shown(entry: ListEntry, at: datetime, ends: date, *, is_person: bool) -> bool:
    """Whether such an entry stands on the public page that day, while it is not hidden and ends on `ends`."""
    on = local_date(at)
    try:
        terms = policy.list_on(entry.list_code, on)
    except NoPolicy:
        return False
    return on < ends and rules.is_published(terms, about_person=is_person)
