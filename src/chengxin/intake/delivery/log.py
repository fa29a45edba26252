"""The log of deliveries: chained by hashes, each entry sealed by the platform, with the consumer's signed receipts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from chengxin.base.sealing import rules as sealing
from chengxin.intake.delivery import rules
from chengxin.intake.delivery.models import DeliveryEntry, Lane
from chengxin.intake.delivery.rules import LogEntry, Step

HEAD = ["entries", "head"]


@lru_cache(maxsize=2)
def _key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sealing.derive(secret, purpose="delivery"))


def own_key() -> Ed25519PrivateKey:
    """The key with which this installation signs what it delivers and its log."""
    return _key(settings.EXCHANGE_KEY)


def append(
    lane: Lane,
    step: Step,
    *,
    delivery: UUID,
    attempt: int,
    digest: str,
    sequences: Sequence[int],
    at: datetime,
    fault: str = "",
    receipt: str = "",
) -> None:
    """Append to the log of a lane that the caller has locked; the caller saves the lane's `HEAD`."""
    entry = LogEntry(
        number=lane.entries + 1,
        step=step.value,
        delivery=str(delivery),
        attempt=attempt,
        digest=digest,
        sequences=tuple(sequences),
        fault=fault,
        receipt=receipt,
        at=at,
        previous=lane.head,
    )
    entry = replace(entry, hash=rules.entry_hash(entry))
    DeliveryEntry.objects.create(
        subscription_id=lane.subscription_id,
        number=entry.number,
        step=entry.step,
        delivery=delivery,
        attempt=attempt,
        digest=digest,
        sequences=list(sequences),
        fault=fault,
        receipt=receipt,
        at=at,
        previous=entry.previous,
        hash=entry.hash,
        seal=rules.sign(entry.hash.encode(), own_key()),
    )
    lane.entries, lane.head = entry.number, entry.hash


def as_entry(row: DeliveryEntry) -> LogEntry:
    """A stored entry as the rules check it."""
    return LogEntry(
        number=row.number,
        step=row.step,
        delivery=str(row.delivery),
        attempt=row.attempt,
        digest=row.digest,
        sequences=tuple(row.sequences),
        fault=row.fault,
        receipt=row.receipt,
        at=row.at,
        previous=row.previous,
        hash=row.hash,
        seal=row.seal,
    )
