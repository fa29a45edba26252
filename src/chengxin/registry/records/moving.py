"""Records of one subject become those of another, when two entries of the register turn out to be one: set-based.

Each gets a new version that differs in its subject alone, so that what the platform knew before stays answerable.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import events
from chengxin.registry.records.services import CARRIED

MOVE = f"""
WITH closed AS (
  UPDATE records_record r SET known_until = %(at)s
  WHERE r.subject_id = %(of)s AND r.known_until IS NULL AND {{which}} RETURNING r.*
)
INSERT INTO records_record ({CARRIED}, state, subject_id, version, known_from)
SELECT {CARRIED}, state, %(to)s, version + 1, %(at)s FROM closed ORDER BY id
RETURNING natural_key, item, version
"""
# What came first under the other's code while it named this subject belongs to the other as well.
BACK = """(r.natural_key = ANY(%(keys)s::uuid[]) OR EXISTS (
  SELECT 1 FROM unnest(%(items)s::text[], %(fields)s::text[]) AS told(item, field)
  WHERE told.item = r.item AND r.payload ->> told.field = %(code)s))"""


def move_all(of: int, *, to: int, by: audit.Who, at: datetime) -> list[UUID]:
    """Give all present records of `of` to `to`, in the caller's transaction; their keys. Index: `record_subject`."""
    return _move({"of": of, "to": to}, "true", tell=[to], by=by, at=at)


def move_back(keys: Collection[UUID], *, of: int, to: int, code: str, by: audit.Who, at: datetime) -> list[UUID]:
    """Give `to` back the present records with these keys and those handed in with its `code`, as above; their keys.

    Whoever watches only the one of the two learns that they are its records no more. Index: `record_subject`.
    """
    coded = [(item.code, item.parts.subject_code) for item in catalogue.items() if item.parts.subject_code]
    given = {"of": of, "to": to, "keys": list(keys), "code": code}
    given |= {"items": [item for item, _ in coded], "fields": [field for _, field in coded]}
    return _move(given, BACK, tell=[to, of], by=by, at=at)


def _move(given: dict[str, Any], which: str, *, tell: Sequence[int], by: audit.Who, at: datetime) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(MOVE.format(which=which), given | {"at": at})
        moved = [events.Moved(*row) for row in cursor.fetchall()]
    events.write_reassigned(moved, subjects=tell, at=at)
    audit.note("records.reassigned", f"subject {given['of']}", by=by, at=at, to=given["to"], records=len(moved))
    if moved:  # another name on a list has its line in the public log, in the same transaction
        tasks.at_once("lists.follow_moved", natural_keys=[str(one.natural_key) for one in moved], at=at.isoformat())
    return [one.natural_key for one in moved]
