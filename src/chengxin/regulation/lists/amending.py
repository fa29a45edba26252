"""The record of the city's own entry is handed in again: what becomes of the entry.

An earlier end is a correction, which the entry follows with its line in the public log. A later end, or another
subject under the same decision, needs a decision of its own: such a hand-in is refused as a whole, and nothing of it
is public for a moment. Source: 国办发〔2020〕49号 (nobody is listed, and for no day longer, without a decision).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.listing import in_turn_in_chinese
from chengxin.regulation.lists import standing
from chengxin.regulation.lists.errors import DecidedHere
from chengxin.regulation.lists.models import ListEntry
from chengxin.regulation.lists.recording import CODE, FIELD, ITEM, NUMBER
from chengxin.regulation.lists.rules import Found

NAMED = 5  # decisions that a refusal names

COLUMNS = """e.id, e.decision_number, r.valid_until, least(latest.until, e.in_force_until) AS ends,
  r.natural_key = e.natural_key AS is_own"""
LATEST = """
LEFT JOIN LATERAL (
  SELECT v.until FROM lists_entryevent v WHERE v.entry_id = e.id ORDER BY v.number DESC LIMIT 1
) latest ON true
"""
# Own entries whose present record says another end than the entry; `which` of them.
OWN = f"""
SELECT {COLUMNS} FROM lists_listentry e
JOIN records_record r ON r.natural_key = e.natural_key AND r.known_until IS NULL {LATEST}
WHERE {{which}} AND r.valid_until IS DISTINCT FROM least(latest.until, e.in_force_until)
"""
# Records that tell of a decision of this city's, and are not the record of its entry: of the same number, or of another
# one by which the same authority would have the same subject on the same list, where it stands by a decision.
OTHERS = f"""
SELECT {COLUMNS} FROM records_record r
JOIN lists_listentry e ON e.authority_code = r.authority_code AND e.natural_key <> r.natural_key {LATEST}
WHERE {{same}} AND {{which}} AND r.known_until IS NULL
  AND r.item = '{ITEM}' AND r.state NOT IN ('withdrawn', 'repaired')
"""
SAME_NUMBER = f"e.decision_number = r.payload ->> '{NUMBER}'"
SAME_ENTRY = f"""e.about = 'subject:' || (r.payload ->> '{CODE}') AND least(latest.until, e.in_force_until) > %(day)s
  AND EXISTS (SELECT FROM records_record o WHERE o.natural_key = e.natural_key AND o.known_until IS NULL
    AND o.payload ->> '{FIELD}' = r.payload ->> '{FIELD}' AND o.state NOT IN ('withdrawn', 'repaired'))"""
HANDED_IN = "r.submission_id = %(submission)s"
KEYED = "e.natural_key = %(key)s"
IN_FORCE = "e.in_force_until > %(day)s"


@dataclass(frozen=True, slots=True)
class _Told:
    """What a record tells of an entry: `until` None: without an end; `ends`: first day off the list, as it stands."""

    entry_id: int
    number: str
    until: date | None
    ends: date
    is_own: bool

    @property
    def is_shorter(self) -> bool:
        return self.is_own and self.until is not None and self.until < self.ends


def follow_hand_in(submission_id: int, *, at: datetime) -> int:
    """End the entries earlier whose records say so in this hand-in; how many. Raises `DecidedHere`.

    Indexes: `record_submission`; unique natural key, `entry_decision_once`, `entry_about`, `entry_event_once`.
    """
    given = {"submission": submission_id, "day": local_date(at)}
    found = _told(OWN, HANDED_IN, given)
    found += [one for same in (SAME_NUMBER, SAME_ENTRY) for one in _told(OTHERS, HANDED_IN, given, same=same)]
    if wrong := sorted({one.number for one in found if not one.is_shorter}):
        raise DecidedHere(numbers=in_turn_in_chinese(wrong[:NAMED]))
    return _amend(found, reason=Found.HAND_IN, at=at)


def follow_record(natural_key: UUID, *, at: datetime) -> int:
    """The same of one entry that came back on its list, and had been off it while its record was corrected."""
    return _amend(_told(OWN, KEYED, {"key": natural_key}), reason=Found.HAND_IN, at=at)


def compare(*, at: datetime) -> int:
    """The same of all entries in force: what was corrected before entries followed their records. Safe to repeat."""
    return _amend(_told(OWN, IN_FORCE, {"day": local_date(at)}), reason=Found.COMPARISON, at=at)


def _told(statement: str, which: str, given: Mapping[str, Any], *, same: str = "") -> list[_Told]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(which=which, same=same), given)
        return [_Told(*row) for row in cursor.fetchall()]


def _amend(found: Sequence[_Told], *, reason: Found, at: datetime) -> int:
    shorter = {one.entry_id: one.until for one in found if one.is_shorter and one.until is not None}
    for entry_id in sorted(shorter):
        queue_behind(f"list-entry:{entry_id}")
    entries = ListEntry.objects.filter(pk__in=shorter).order_by("pk")
    return sum(standing.amended(entry, shorter[entry.pk], reason=reason, at=at) for entry in entries)
