"""Whether a subject is on a list already, seen or hidden: nobody stands on one list twice.

An entry that is hidden for a time, or a record that is, comes back; so it counts here, as it does nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Least

from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.subjects.rules import code_of, person_of
from chengxin.regulation.lists import arriving
from chengxin.regulation.lists.models import EntryEvent, ListEntry


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where records about one kind of subject are, and those of the ones asked about."""

    about: str
    records: str


ORGANISATIONS = _Kind(
    arriving.ORGANISATION,
    "subjects_subject s JOIN records_record r ON r.subject_id = s.id WHERE s.code = ANY(%(names)s::text[])",
)
PERSONS = _Kind(arriving.PERSON, "records_personrecord r WHERE r.person_id = ANY(%(names)s::bigint[])")
ARRIVED = """
SELECT EXISTS (SELECT FROM {records}
  AND r.known_until IS NULL AND r.item = ANY(%(items)s) AND r.state IN ('in-force', 'disputed', 'suspended')
  AND coalesce(r.valid_until, upper(r.public_period), 'infinity') > %(day)s AND ({condition})
  AND r.natural_key IS DISTINCT FROM %(besides)s::uuid
  AND NOT EXISTS (SELECT FROM lists_listentry own WHERE own.natural_key = r.natural_key))
"""


def is_on(
    list_code: str,
    abouts: Sequence[str],
    *,
    by: Actor,
    purpose: str,
    basis: str,
    at: datetime,
    besides: UUID | None = None,
) -> bool:
    """Whether one of these references, which are one subject's, is on the list by a decision or an arrived record.

    `besides`: the record by which the decision itself may have arrived before it was entered here. Of natural persons
    the records are read for `purpose`. Indexes: `entry_about`, `entry_event_once`; unique code, `record_subject`,
    `personrecord_person`.
    """
    last = EntryEvent.objects.filter(entry=OuterRef("pk")).order_by("-number")
    own = ListEntry.objects.filter(list_code=list_code, about__in=abouts)
    known = own.annotate(left=Subquery(last.values("exit")[:1]), until=Subquery(last.values("until")[:1]))
    if known.annotate(ends=Least("in_force_until", "until")).filter(left="", ends__gt=local_date(at)).exists():
        return True
    codes, people = list(filter(None, map(code_of, abouts))), list(filter(None, map(person_of, abouts)))
    if _has_arrived(ORGANISATIONS, codes, list_code, besides, at=at):
        return True
    with acting(actor=by.name, purpose=purpose, basis=basis):
        return _has_arrived(PERSONS, people, list_code, besides, at=at)


def _has_arrived(kind: _Kind, names: Sequence[Any], list_code: str, besides: UUID | None, *, at: datetime) -> bool:
    day = local_date(at)
    arrivals = arriving.arrivals_on(day, codes=[list_code], about=kind.about)
    if not names or not arrivals.by_item:
        return False
    values: dict[str, Any] = {
        "names": list(names), "items": list(arrivals.by_item), "day": day, "besides": besides,
    }  # fmt: skip
    condition = arriving.conditions(arrivals, values)[list_code]
    with connection.cursor() as cursor:
        cursor.execute(ARRIVED.format(records=kind.records, condition=condition), values)
        return bool(cursor.fetchone()[0])
