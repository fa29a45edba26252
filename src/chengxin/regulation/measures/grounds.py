"""What stands about a subject, as the rules take it: an entry of a list, or a record of a decision.

A ground says by when notice of it was served. What was decided here is known with its day; a record says it in a field
where its item has one, and is presumed served when the time for serving it is over: never on the day of the decision.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from chengxin.base.clock import CITY_TIME, local_date
from chengxin.registry.records.deciding import DecisionRow
from chengxin.registry.records.rules import months_after
from chengxin.regulation.lists.queries import ARRIVED_AS, EntryInForce
from chengxin.regulation.measures import policy, rules
from chengxin.regulation.measures.rules import Ground, RecordTrigger

ONE_DAY = timedelta(days=1)


def of_entry(entry: EntryInForce) -> Ground:
    """The ground that an entry of a list is."""
    return Ground(
        about=entry.about,
        reference=entry.reference,
        trigger=entry.list_code,
        meets=None,
        authority_zh=entry.authority_name_zh,
        authority_en=entry.authority_name_en,
        decision_number=entry.decision_number,
        decided_on=_day(entry.decided_on),
        served_at=_begin(_served(entry)),
        since=_begin(entry.in_force_from) or datetime.max.replace(tzinfo=CITY_TIME),
        until=_begin(entry.in_force_until),
        origin=entry.origin,
        disputed=entry.is_disputed,
    )


def _served(entry: EntryInForce) -> date | None:
    # What arrived as a record was decided elsewhere and takes effect only when served by that procedure's own law. Of
    # what was decided here the service is known, and without it nothing is answered.
    return entry.in_force_from if entry.reference.startswith(ARRIVED_AS) else entry.notice_served_on


def of_record(about: str, row: DecisionRow, trigger: RecordTrigger) -> Ground:
    """The ground that a record of a decision is, which meets that trigger."""
    day = decided_on(trigger, row.payload, otherwise=row.decided_on)
    assert day is not None
    ends = [row.public_until] if row.public_until else []
    if trigger.months:
        ends.append(months_after(day, trigger.months))
    decided = _begin(day)
    assert decided is not None
    stated = row.payload.get(trigger.served_on, "") if trigger.served_on else ""
    return Ground(
        about=about,
        reference=f"record:{row.natural_key}",
        trigger=None,
        meets=trigger,
        authority_zh=row.authority_name,
        authority_en="",
        decision_number=row.document_number,
        decided_on=day.isoformat(),
        served_at=_served_by(day, stated, trigger),
        since=decided,
        until=_begin(min(ends)) if ends else None,
        disputed=row.is_disputed,
        is_service_presumed=trigger.served_within is not None and not stated,
    )


def _served_by(decided_on: date, stated: str, trigger: RecordTrigger) -> datetime | None:
    """The moment by which a decision was served, of a day that is stated its end; None for what is never served."""
    if stated:
        return _begin(date.fromisoformat(stated) + ONE_DAY)
    return policy.presumed_served_at(decided_on, trigger.served_within) if trigger.served_within else None


def decided_on(trigger: RecordTrigger, payload: Mapping[str, str], *, otherwise: date | None) -> date | None:
    """The day of the decision that a record tells of; `otherwise` the item's own. Source: the trigger's `dated_by`."""
    if not trigger.dated_by:
        return otherwise
    told = payload.get(trigger.dated_by, "")
    return date.fromisoformat(told) if told else None


def fits(trigger: RecordTrigger, payload: Mapping[str, str], *, severity: str = "", otherwise: date | None) -> bool:
    """Whether a record of the trigger's item with that content triggers it; `otherwise` as for `decided_on`.

    Source: the measure's own `triggers`; what was decided before it was told that the measure follows does not count
    (国办发〔2020〕49号 part 3: notice before any restriction).
    """
    day = decided_on(trigger, payload, otherwise=otherwise)
    if day is None or (trigger.decided_from is not None and day < trigger.decided_from):
        return False
    besides = all(payload.get(field, "") in any_of for field, any_of in trigger.also)
    return besides and rules.is_such(trigger, payload, severity=severity)


def meets(row: DecisionRow, trigger: RecordTrigger) -> bool:
    """Whether a record is one that the trigger names."""
    return row.item == trigger.item and fits(trigger, row.payload, severity=row.severity, otherwise=row.decided_on)


def _begin(day: date | datetime | None) -> datetime | None:
    """A moment in the city's time; of a day its first one."""
    if day is None:
        return None
    if isinstance(day, datetime):
        return day.astimezone(CITY_TIME)
    return datetime.combine(day, time.min, tzinfo=CITY_TIME)


def _day(day: date | datetime | None) -> str:
    if isinstance(day, datetime):
        return local_date(day).isoformat()
    return day.isoformat() if day else ""
