"""Writes of the registers: objects of a matter, inspectors, and from whom they withdraw."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.identifiers.rules import is_credit_code
from chengxin.registry.accounts.rules import Actor, Permission, require
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import selecting
from chengxin.regulation.inspections import policy
from chengxin.regulation.inspections.errors import (
    InspectorIncomplete,
    MatterUnknown,
    ReasonNeeded,
    RecusalIncomplete,
)
from chengxin.regulation.inspections.models import Inspector, InspectorTerms, ObjectEntry, Recusal
from chengxin.regulation.inspections.policy import Matter

BATCH = 20_000
_ENTER = """
INSERT INTO inspections_objectentry (matter, subject_id, since, is_by_hand, reason)
SELECT %(matter)s, id, %(on)s, FALSE, '' FROM unnest(%(ids)s::bigint[]) AS id
ON CONFLICT (matter, subject_id) DO UPDATE SET since = EXCLUDED.since, until = NULL
WHERE inspections_objectentry.until IS NOT NULL AND NOT inspections_objectentry.is_by_hand
"""
_LEAVE = """
UPDATE inspections_objectentry SET until = %(on)s
WHERE matter = %(matter)s AND until IS NULL AND subject_id > %(after)s AND subject_id <= %(last)s
  AND subject_id <> ALL(%(ids)s::bigint[])
"""
LAST = 2**63 - 1


@transaction.atomic
def renew_objects(matter_code: str, *, by: Actor, at: datetime) -> int:
    """Bring the register of a matter to what is public today; returns how many entered or left.

    In parts of 20,000 subjects, two statements each. Who was taken out by hand stays out. Raises `MatterUnknown`.
    """
    matter = _own_matter(matter_code, by=by, on=local_date(at))
    queue_behind(f"inspection-objects:{matter.code}")
    on, after, moved = local_date(at), 0, 0
    while True:
        ids = selecting.holders_of(
            matter.item, on=on, field=matter.field, any_of=matter.any_of, after=after, size=BATCH
        )
        last = ids[-1] if len(ids) == BATCH else LAST
        moved += _renew_part(matter, ids, after=after, last=last, on=on)
        if last == LAST:
            break
        after = last
    audit.note("inspections.objects_renewed", matter.code, by=by, at=at, moved=moved)
    return moved


def _renew_part(matter: Matter, ids: Sequence[int], *, after: int, last: int, on: date) -> int:
    values: dict[str, Any] = {"matter": matter.code, "ids": list(ids), "on": on, "after": after, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, values)
        entered = cursor.rowcount
        cursor.execute(_LEAVE, values)
        return int(entered + cursor.rowcount)


@transaction.atomic
def take_out(entry_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Take a subject out of the register of a matter, e.g. because it closed. Raises `NotFound`, `ReasonNeeded`."""
    entry = ObjectEntry.objects.select_for_update().filter(pk=entry_id, until__isnull=True).first()
    if entry is None:
        raise NotFound
    _own_matter(entry.matter, by=by, on=local_date(at))
    if not reason.strip():
        raise ReasonNeeded
    entry.until, entry.is_by_hand, entry.reason = local_date(at), True, reason.strip()[:200]
    entry.save(update_fields=["until", "is_by_hand", "reason"])
    audit.note("inspections.object_taken_out", f"object-entry-{entry.pk}", by=by, at=at, matter=entry.matter)


@transaction.atomic
def add_inspector(
    number: str,
    *,
    name: str,
    skills: Sequence[str],
    divisions: Sequence[str],
    user_id: int | None,
    by: Actor,
    at: datetime,
) -> int:
    """Enter an official of one's own organisation into the register of inspectors; returns the entry's id.

    Raises `InspectorIncomplete`, `NotPermitted`.
    """
    require(by, Permission.INSPECT)
    if by.organisation_id is None:
        raise NotPermitted
    number, name = number.strip(), name.strip()
    if not number or not name or len(number) > 30 or Inspector.objects.filter(number=number).exists():
        raise InspectorIncomplete
    _check_terms(skills, divisions, on=local_date(at))
    made = Inspector.objects.create(
        number=number, name=name[:60], organisation_id=by.organisation_id, user_id=user_id, added_at=at
    )
    _set_terms(made, skills, divisions, is_active=True, by=by, at=at)
    audit.note("inspections.inspector_added", str(made), by=by, at=at)
    return made.pk


@transaction.atomic
def change_inspector(
    inspector_id: int, *, skills: Sequence[str], divisions: Sequence[str], is_active: bool, by: Actor, at: datetime
) -> None:
    """Note what an inspector can do from now on, or that they are out of the register. Raises `NotFound`."""
    inspector = _own_inspector(inspector_id, by=by)
    _check_terms(skills, divisions, on=local_date(at))
    _set_terms(inspector, skills, divisions, is_active=is_active, by=by, at=at)
    audit.note("inspections.inspector_changed", str(inspector), by=by, at=at, active=is_active)


@transaction.atomic
def declare_recusal(
    inspector_id: int, *, code: str, ground: str, is_declared: bool = True, by: Actor, at: datetime
) -> None:
    """Note that an inspector withdraws from a subject, or does so no longer. Raises `NotFound`, `RecusalIncomplete`."""
    inspector = _own_inspector(inspector_id, by=by)
    code = code.strip().upper()
    if not is_credit_code(code) or ground not in {g.code for g in policy.grounds(local_date(at))}:
        raise RecusalIncomplete
    Recusal.objects.create(
        inspector=inspector, code=code, ground=ground, is_declared=is_declared, by_name=by.name, at=at
    )
    audit.note("inspections.recusal_declared", str(inspector), by=by, at=at, subject=code, declared=is_declared)


def _own_matter(code: str, *, by: Actor, on: date) -> Matter:
    require(by, Permission.INSPECT)
    found = next((m for m in policy.matters(on) if m.code == code), None)
    if found is None or found.department != by.organisation_code:
        raise MatterUnknown
    return found


def _own_inspector(inspector_id: int, *, by: Actor) -> Inspector:
    require(by, Permission.INSPECT)
    found = Inspector.objects.filter(pk=inspector_id).first()
    if found is None or found.organisation_id != by.organisation_id:
        raise NotFound
    return found


def _check_terms(skills: Sequence[str], divisions: Sequence[str], *, on: date) -> None:
    known = {s.code for s in policy.skills(on)}
    places = set(catalogue.code_list("division").meanings)
    if not set(skills) <= known or not set(divisions) <= places:
        raise InspectorIncomplete


def _set_terms(
    inspector: Inspector, skills: Sequence[str], divisions: Sequence[str], *, is_active: bool, by: Actor, at: datetime
) -> None:
    InspectorTerms.objects.create(
        inspector=inspector,
        skills=sorted(set(skills)),
        divisions=sorted(set(divisions)),
        is_active=is_active,
        by_name=by.name,
        at=at,
    )
