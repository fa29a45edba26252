"""Notices that a subscription carries: delivery says so when it routes a change, and again when it is receipted.

The notice stays the one account of who was told of which change and when that was acknowledged (ADR 0024).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.intake.exchange.models import Receipt
from chengxin.intake.exchange.rules import Road, urgency

# Of several changes at one moment the most urgent is kept, as `change_once` has it.
KEEP = """
INSERT INTO exchange_change (natural_key, change, at)
SELECT DISTINCT ON (key, at) key, change, at
FROM unnest(%(keys)s::uuid[], %(changes)s::text[], %(moments)s::timestamptz[], %(urgencies)s::int[])
  AS given(key, change, at, urgency)
ORDER BY key, at, urgency ON CONFLICT (natural_key, at) DO NOTHING
"""
CARRY = """
INSERT INTO exchange_changenotice (change_id, organisation_id, urgency, told_at, carried_by)
SELECT DISTINCT ON (c.id, given.organisation) c.id, given.organisation, given.urgency, %(at)s, given.carrier
FROM unnest(%(keys)s::uuid[], %(moments)s::timestamptz[], %(urgencies)s::int[], %(organisations)s::bigint[],
  %(carriers)s::bigint[]) AS given(key, at, urgency, organisation, carrier)
JOIN exchange_change c ON c.natural_key = given.key AND c.at = given.at
ORDER BY c.id, given.organisation, given.carrier
ON CONFLICT (change_id, organisation_id) DO UPDATE SET carried_by = EXCLUDED.carried_by, next_attempt_at = NULL
WHERE exchange_changenotice.acknowledged_at IS NULL AND exchange_changenotice.carried_by IS NULL
"""
OF_THESE = """
FROM exchange_change c, unnest(%(keys)s::uuid[], %(moments)s::timestamptz[]) AS given(key, at)
WHERE c.id = n.change_id AND c.natural_key = given.key AND c.at = given.at
  AND n.organisation_id = %(organisation)s AND n.acknowledged_at IS NULL
"""
TAKEN = f"""
UPDATE exchange_changenotice n SET acknowledged_at = %(at)s, acknowledged_by = %(name)s, road = %(road)s,
  next_attempt_at = NULL, dead_at = NULL {OF_THESE} RETURNING n.id
"""
LET_GO = f"""
UPDATE exchange_changenotice n SET carried_by = NULL, next_attempt_at = CASE WHEN n.dead_at IS NULL AND EXISTS (
  SELECT 1 FROM exchange_webhook w WHERE w.organisation_id = n.organisation_id AND w.ended_at IS NULL)
  THEN %(at)s::timestamptz END {OF_THESE} AND n.carried_by = %(carrier)s RETURNING n.next_attempt_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Carried:
    """A change that a subscription (`carrier`) takes to an organisation which holds the record."""

    natural_key: UUID
    change: str
    at: datetime
    organisation_id: int
    carrier: int


def carry(found: Sequence[Carried], *, told_at: datetime) -> None:
    """Keep that these changes are told by subscriptions, in the caller's transaction: set-based, safe to repeat.

    No address that an administrator registered is tried for them any more. Index: `change_once`, `change_notice_once`.
    """
    if not found:
        return
    given: dict[str, Any] = {
        "keys": [one.natural_key for one in found],
        "changes": [one.change for one in found],
        "moments": [one.at for one in found],
        "urgencies": [urgency(one.change).value for one in found],
        "organisations": [one.organisation_id for one in found],
        "carriers": [one.carrier for one in found],
        "at": told_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP, given)
        cursor.execute(CARRY, given)


def taken(changes: Collection[tuple[UUID, datetime]], *, organisation_id: int, by: audit.Who, at: datetime) -> int:
    """Acknowledge an organisation's notices of these changes (record, moment): a consumer signed for their delivery.

    In the caller's transaction; returns how many were open. Index: `change_once`, `change_notice_once`.
    """
    given = _given(changes, organisation_id, at) | {"name": by.name, "road": Road.DELIVERY.value}
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, given)
        ids = sorted(row[0] for row in cursor.fetchall())
    if ids:
        audit.note(
            "exchange.acknowledged", f"change notice {ids[0]}", by=by, at=at, road=Road.DELIVERY.value, notices=len(ids)
        )
    return len(ids)


def let_go(changes: Collection[tuple[UUID, datetime]], *, organisation_id: int, carrier: int, at: datetime) -> None:
    """Tell these changes on the older roads again: the subscription that carried them is over and they did not leave.

    In the caller's transaction. Index: `change_once`, `change_notice_once`.
    """
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, _given(changes, organisation_id, at) | {"carrier": carrier})
        if any(row[0] for row in cursor.fetchall()):
            tasks.defer("exchange.deliver", once="exchange.deliver")


def held_by(natural_keys: Collection[UUID], *, organisations: Collection[int]) -> frozenset[tuple[UUID, int]]:
    """Which of these organisations received which of these records by another door. Index: `receipt_once`."""
    found = Receipt.objects.filter(natural_key__in=list(natural_keys), organisation_id__in=list(organisations))
    return frozenset(found.values_list("natural_key", "organisation_id"))


def _given(changes: Collection[tuple[UUID, datetime]], organisation_id: int, at: datetime) -> dict[str, Any]:
    ordered = sorted(changes)
    return {
        "keys": [key for key, _ in ordered],
        "moments": [moment for _, moment in ordered],
        "organisation": organisation_id,
        "at": at,
    }
