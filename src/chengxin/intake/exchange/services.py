"""Writes of the exchange hub (共享交换): who received what, what changed, who was told and acknowledged."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.errors import NotFound
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key
from chengxin.intake.exchange import rules
from chengxin.intake.exchange.errors import AlreadyAcknowledged, NotDead
from chengxin.intake.exchange.models import ChangeNotice, Webhook
from chengxin.intake.exchange.rules import Door, Road, Urgency
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Role, require
from chengxin.registry.records.rules import RecordState

# Telling of a change waits for those who receive at that moment, and they for it: nobody falls between the two.
LOCK = 39449
RUNS_THE_PLATFORM = frozenset({Role.CREDIT_OFFICE_OPERATOR, Role.CREDIT_OFFICE_REVIEWER, Role.AUDITOR})
AT_ONCE = 5_000  # keys in one task
SECRET_BYTES = 24

RECEIVE = """
INSERT INTO exchange_receipt (natural_key, organisation_id, door, at)
SELECT key, %(organisation)s, %(door)s, %(at)s FROM unnest(%(keys)s::uuid[]) AS key
ON CONFLICT (natural_key, organisation_id) DO NOTHING RETURNING natural_key
"""
TELL = """
INSERT INTO exchange_changenotice (change_id, organisation_id, urgency, told_at, next_attempt_at)
SELECT c.id, r.organisation_id,
  CASE WHEN c.change = ANY(%(takedowns)s) THEN 0 WHEN c.change = 'corrected' THEN 1 ELSE 2 END,
  %(at)s, CASE WHEN w.id IS NULL THEN NULL ELSE %(at)s::timestamptz END
FROM exchange_change c
JOIN exchange_receipt r ON r.natural_key = c.natural_key
LEFT JOIN exchange_webhook w ON w.organisation_id = r.organisation_id AND w.ended_at IS NULL
WHERE {which}
ORDER BY c.id
ON CONFLICT (change_id, organisation_id) DO NOTHING RETURNING next_attempt_at IS NOT NULL
"""
# A read that began before a change and is kept after it: the change is told to its reader as well.
SINCE = (
    "c.natural_key = ANY(%(keys)s::uuid[]) AND r.organisation_id = %(organisation)s"
    " AND c.at >= %(at)s::timestamptz - interval '1 minute'"
)
OF_MOMENT = "c.natural_key = ANY(%(keys)s::uuid[]) AND c.at = %(happened)s"
KEEP = """
INSERT INTO exchange_change (natural_key, change, at)
SELECT key, %(change)s, %(at)s FROM unnest(%(keys)s::uuid[]) AS key ORDER BY key
ON CONFLICT (natural_key, at) DO NOTHING
"""
ONLY_RECEIVED = """
INSERT INTO exchange_change (natural_key, change, at)
SELECT key, %(change)s, %(at)s FROM unnest(%(keys)s::uuid[]) AS key
WHERE EXISTS (SELECT 1 FROM exchange_receipt r WHERE r.natural_key = key) ORDER BY key
ON CONFLICT (natural_key, at) DO NOTHING
"""
URGENT = sorted(change.value for change in RecordState if rules.urgency(change) is Urgency.TAKEDOWN)


def receive(keys: Iterable[UUID], *, door: Door, by: Actor, at: datetime) -> None:
    """Keep that the actor's organisation received these records, in the caller's transaction: set-based, once each.

    The credit office runs the platform and receives nothing; nor does whoever has no organisation.
    """
    if by.organisation_id is None or by.roles & RUNS_THE_PLATFORM:
        return
    received(keys, organisation_id=by.organisation_id, door=door, at=at)


@transaction.atomic(savepoint=False)  # within a query's transaction, which is lost as a whole if this fails
def received(keys: Iterable[UUID], *, organisation_id: int, door: Door, at: datetime) -> None:
    """The same for an organisation, as of the moment `at` at which it read."""
    given: dict[str, Any] = {"keys": list(keys), "organisation": organisation_id, "door": door.value, "at": at}
    if not given["keys"]:
        return
    with connection.cursor() as cursor:
        cursor.execute(RECEIVE, given)
        given["keys"] = [row[0] for row in cursor.fetchall()]
        if given["keys"]:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
            cursor.execute(TELL.format(which=SINCE), given | {"takedowns": URGENT})
            _deliver_if(any(row[0] for row in cursor.fetchall()))


@transaction.atomic
def announce(natural_key: UUID, *, change: str, at: datetime, told_at: datetime) -> None:
    """Tell a record's change to those who received the record. Safe to repeat."""
    _tell(KEEP, [natural_key], change=change, at=at, told_at=told_at)


def corrected(keys: Sequence[UUID], *, at: datetime) -> None:
    """Have those told who received these records that their content was corrected at that moment; set-based."""
    for start in range(0, len(keys), AT_ONCE):
        part = [str(key) for key in keys[start : start + AT_ONCE]]
        tasks.defer("exchange.announce_corrected", natural_keys=part, at=at.isoformat())


@transaction.atomic
def announce_corrected(keys: Sequence[UUID], *, at: datetime, told_at: datetime) -> None:
    """Tell corrections of content; records that nobody received leave no trace. Safe to repeat."""
    _tell(ONLY_RECEIVED, keys, change=rules.CORRECTED, at=at, told_at=told_at)


def _tell(keep: str, keys: Sequence[UUID], *, change: str, at: datetime, told_at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        kept: dict[str, Any] = {"keys": list(keys), "change": change, "at": at}
        cursor.execute(keep, kept)
        # A subscription that carries the change may have kept it first: who else received the record is told as well.
        given: dict[str, Any] = {"keys": list(keys), "happened": at, "takedowns": URGENT, "at": told_at}
        cursor.execute(TELL.format(which=OF_MOMENT), given)
        _deliver_if(any(row[0] for row in cursor.fetchall()))


def _deliver_if(wanted: bool) -> None:
    if wanted:
        tasks.defer("exchange.deliver", once="exchange.deliver")


@transaction.atomic
def acknowledge(notice_id: int, *, road: Road, by: Actor, at: datetime) -> None:
    """Acknowledge a change on behalf of the actor's organisation (签收). Raises `NotFound`, `AlreadyAcknowledged`."""
    found = ChangeNotice.objects.select_for_update().filter(pk=notice_id, organisation_id=by.organisation_id or 0)
    notice = found.first()
    if notice is None:
        raise NotFound
    if notice.acknowledged_at is not None:
        raise AlreadyAcknowledged
    settle(notice, road=road, by=by, at=at)


def settle(notice: ChangeNotice, *, road: Road, by: audit.Who, at: datetime) -> None:
    """Write the acknowledgement of a notice that is locked, in the caller's transaction."""
    notice.acknowledged_at, notice.acknowledged_by, notice.road = at, by.name, road.value
    notice.next_attempt_at = notice.dead_at = None
    notice.save(update_fields=["acknowledged_at", "acknowledged_by", "road", "next_attempt_at", "dead_at"])
    audit.note("exchange.acknowledged", str(notice), by=by, at=at, road=road.value)


@transaction.atomic
def register_webhook(organisation_code: str, address: str, *, by: Actor, at: datetime) -> tuple[int, str]:
    """Set where an organisation's system takes changes; what waits is delivered there. Returns id and secret.

    The secret can't be shown again. An address that there was ends. Raises `NotPermitted`, `NotFound`,
    `AddressRefused`.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    organisation = accounts.organisation_by_code(organisation_code)
    if organisation is None:
        raise NotFound
    address = rules.check_address(address, local=not settings.SECURE)
    secret = rules.SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    Webhook.objects.filter(organisation_id=organisation.id, ended_at=None).update(ended_at=at)
    made = Webhook.objects.create(
        organisation_id=organisation.id,
        address=address,
        secret=sealing.seal(secret, key=sealing_key(), context=secret_context(organisation.id)),
        registered_by=by.name,
        registered_at=at,
    )
    _waiting(organisation.id).filter(carried_by=None).update(next_attempt_at=at)
    _deliver_if(True)
    audit.note("exchange.webhook_registered", organisation.code, by=by, at=at, address=address)
    return made.pk, secret


@transaction.atomic
def end_webhook(webhook_id: int, *, by: Actor, at: datetime) -> None:
    """Deliver no more there: the organisation fetches its changes. Raises `NotPermitted`, `NotFound`."""
    require(by, Permission.MANAGE_ACCOUNTS)
    found = Webhook.objects.select_for_update().filter(pk=webhook_id, ended_at=None).first()
    if found is None:
        raise NotFound
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    _waiting(found.organisation_id).update(next_attempt_at=None)
    audit.note("exchange.webhook_ended", str(found), by=by, at=at)


@transaction.atomic
def deliver_again(notice_id: int, *, by: Actor, at: datetime) -> None:
    """Begin anew a delivery that was given up. Raises `NotPermitted`, `NotFound`, `NotDead`."""
    require(by, Permission.RUN_EXCHANGE)
    notice = ChangeNotice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    if notice.dead_at is None:
        raise NotDead
    notice.attempts, notice.dead_at, notice.next_attempt_at = 0, None, at
    notice.save(update_fields=["attempts", "dead_at", "next_attempt_at"])
    audit.note("exchange.delivery_begun_anew", str(notice), by=by, at=at)
    _deliver_if(True)


def secret_context(organisation_id: int) -> str:
    """The sealing context of a webhook's secret."""
    return f"webhook:{organisation_id}"


def _waiting(organisation_id: int) -> "QuerySet[ChangeNotice]":
    return ChangeNotice.objects.filter(organisation_id=organisation_id, acknowledged_at=None, dead_at=None)
