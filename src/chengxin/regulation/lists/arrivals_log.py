"""What arrived as records and stands on lists gets its lines in the public log, in the transaction that changes it.

What the log leaves on the lists is held against what the records put on them, and the difference is written: one line
for each list and kind, bound to the root over all that it concerns. So it may be done twice, and nothing is missed
that a later comparison does not find. Time has no part in it: a statement binds the days between which it is shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from chengxin.base.audit import services as audit
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.transparency import services as transparency
from chengxin.regulation.lists import arriving, policy
from chengxin.regulation.lists.arriving import ORGANISATION, PERSON
from chengxin.regulation.lists.rules import ArrivalKind, ArrivalPlace, Found, arrival_change, is_published

REFERENCE = "list-arrival:"
PURPOSE, BASIS = "public-log", "国办发〔2020〕49号: entries and exits of lists are written down as they happen"


@dataclass(frozen=True, slots=True)
class Kind:
    """Where records about one kind of subject are, and what names the subject. Persons are never public."""

    table: str
    subject: str
    about: str
    public: str


KINDS = {
    ORGANISATION: Kind(
        "records_record", "JOIN subjects_subject s ON s.id = r.subject_id", "'subject:' || s.code",
        "AND r.audience = 'public'",
    ),
    PERSON: Kind("records_personrecord", "", "'person:' || r.person_id", ""),
}  # fmt: skip
# Which records are looked at, and which statements of the log; a whole comparison tells the kinds apart by `about`.
HANDED_IN = "r.submission_id = %(submission)s"
KEYED = "r.natural_key = ANY(%(keys)s::uuid[])"
EVERY = "r.item = ANY(%(items)s)"
SAID_OF_EVERY = "p.statement::jsonb ->> 'about' LIKE %(kind)s"
DIFFERENCE = """
WITH now AS (
  SELECT %(prefix)s || r.natural_key AS reference, l.topic, jsonb_build_object(
    'about', {about}, 'authority', r.authority_code, 'decision', coalesce({number}, ''),
    'from', greatest(coalesce(r.valid_from, r.decided_on), lower(r.public_period)),
    'until', least(r.valid_until, upper(r.public_period)),
    'place', CASE WHEN r.state = 'suspended' THEN 'hidden' ELSE 'on' END, 'public', l.topic = ANY(%(published)s)
  ) AS told
  FROM {table} r {subject} CROSS JOIN LATERAL unnest(array_remove(ARRAY[{lists}]::text[], NULL)) AS l(topic)
  WHERE r.known_until IS NULL AND {which} AND r.item = ANY(%(items)s) {public}
    AND r.state IN ('in-force', 'disputed', 'suspended') AND coalesce(r.valid_from, r.decided_on) IS NOT NULL
    AND NOT EXISTS (SELECT FROM lists_listentry own WHERE own.natural_key = r.natural_key)
), said AS (
  SELECT DISTINCT ON (p.reference, p.topic) p.reference, p.topic, p.statement::jsonb AS told
  FROM transparency_logpart p WHERE {said} ORDER BY p.reference, p.topic, p.id DESC
)
SELECT coalesce(now.topic, said.topic), coalesce(now.reference, said.reference),
  coalesce(now.told, said.told || '{{"place": "gone"}}')::text,
  said.told ->> 'place', now.told ->> 'place',
  coalesce((now.told ->> 'public')::boolean AND now.told ->> 'place' = 'on', false)::int
    - coalesce((said.told ->> 'public')::boolean AND said.told ->> 'place' = 'on', false)::int
FROM now FULL JOIN said ON said.reference = now.reference AND said.topic = now.topic
WHERE now.told IS DISTINCT FROM said.told
ORDER BY 1, 2
"""


def reference_of(natural_key: UUID | str) -> str:
    """What the log's openings of an arrived entry are filed under."""
    return f"{REFERENCE}{natural_key}"


def follow_hand_in(submission_id: int, *, about: str, at: datetime) -> int:
    """Write what a hand-in put on lists, changed on them or took off; how many lines.

    Indexes: `record_submission` or `personrecord_submission`, `log_part_reference`.
    """
    touched = f"SELECT %(prefix)s || r.natural_key FROM {KINDS[about].table} r WHERE {HANDED_IN}"
    given = {"submission": submission_id}
    return _write(about, HANDED_IN, f"p.reference IN ({touched})", given, reason=Found.HAND_IN, at=at)


def follow_records(keys: Collection[UUID], *, about: str, reason: str, at: datetime) -> int:
    """The same of these records, which changed by `reason`. Indexes: as above, `record_one_present_version`."""
    given = {"keys": list(keys), "references": [reference_of(key) for key in keys]}
    return _write(about, KEYED, "p.reference = ANY(%(references)s)", given, reason=reason, at=at) if keys else 0


def compare(*, at: datetime) -> int:
    """Write what the log does not say yet of all arrived entries; how many lines.

    For what was there before the log told of arrivals, and for what changes because policy does. One pass over the
    present records of items that lists use and over what the log is bound to. Safe to repeat.
    """
    return sum(
        _write(about, EVERY, SAID_OF_EVERY, {"kind": kind}, reason=Found.COMPARISON, at=at)
        for about, kind in ((ORGANISATION, "subject:%"), (PERSON, "person:%"))
    )


def _write(about: str, which: str, said: str, given: Mapping[str, Any], *, reason: str, at: datetime) -> int:
    """Hold the records against the log and write the difference, while nobody else writes to the log."""
    audit.take_turn()
    parts: dict[tuple[str, ArrivalKind], list[tuple[str, str]]] = {}
    changes: dict[tuple[str, ArrivalKind], int] = {}
    for topic, reference, statement, before, after, change in _difference(about, which, said, given, at=at):
        kind = arrival_change(ArrivalPlace(before) if before else None, ArrivalPlace(after) if after else None)
        if kind is not None:
            parts.setdefault((topic, kind), []).append((reference, statement))
            changes[topic, kind] = changes.get((topic, kind), 0) + change
    for (topic, kind), found in sorted(parts.items()):
        why = "" if kind is ArrivalKind.ARRIVED and reason == Found.HAND_IN else str(reason)
        leaf = transparency.append_many(topic, kind, parts=found, change=changes[topic, kind], reason=why, at=at)
        audit.note(f"lists.{kind}", f"list:{topic}", by=PLATFORM, at=at, leaf=leaf, entries=len(found), why=why)
    return len(parts)


def _difference(about: str, which: str, said: str, given: Mapping[str, Any], *, at: datetime) -> list[tuple[Any, ...]]:
    day, kind = local_date(at), KINDS[about]
    arrivals = arriving.arrivals_on(day, about=about)
    published = [t.code for t in policy.lists_on(day) if is_published(t, about_person=False)]
    values: dict[str, Any] = {
        **given, "prefix": REFERENCE, "items": list(arrivals.by_item),
        "published": published if about == ORGANISATION else [],
    }  # fmt: skip
    lists = []
    for place, (code, condition) in enumerate(sorted(arriving.conditions(arrivals, values).items())):
        values[f"list{place}"] = code
        lists.append(f"CASE WHEN {condition} THEN %(list{place})s END")
    statement = DIFFERENCE.format(
        about=kind.about, table=kind.table, subject=kind.subject, public=kind.public, which=which, said=said,
        lists=", ".join(lists), number=arriving.by_item(arrivals.numbers, "number", values),
    )  # fmt: skip
    with acting(actor=PLATFORM.name, purpose=PURPOSE, basis=BASIS), connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
