"""Receipts in the audit chain: not one by one, which would let one check wait for the other, but by spans of time.

Each span's receipts are hashed in their order and the hash is noted; what is added, changed or removed later shows.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from chengxin.base.audit import services as audit
from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework.services import PLATFORM
from chengxin.base.database.context import acting
from chengxin.base.database.queueing import queue_behind

ACTION = "measures.receipts_sealed"
SETTLING = timedelta(minutes=10)  # far longer than any check takes from its moment to its commit
_ROWS = """
SELECT concat_ws('|', id, extract(epoch FROM at), actor, organisation_code, matter, policy, door, asked, about, name,
  status, answer) FROM measures_receipt WHERE at >= %s AND at < %s ORDER BY at, id
"""


@dataclass(frozen=True, slots=True)
class BrokenSpan:
    """A span of time whose receipts are no longer those that were sealed."""

    since: str
    until: str
    sealed: int
    found: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """How far the seals reach: how many, of how many receipts, and until when; empty where there is none yet."""

    spans: int
    receipts: int
    until: str


@transaction.atomic
def seal_receipts(*, at: datetime) -> int:
    """Note the hash of the receipts since the last seal in the audit chain; returns how many there were."""
    queue_behind(ACTION)
    latest = AuditEntry.objects.filter(action=ACTION).order_by("-seq").first()
    since = (
        datetime.fromisoformat(latest.details["until"]) if latest else datetime.fromisoformat("1949-10-01T00:00+00:00")
    )
    until = at - SETTLING
    if until <= since:
        return 0
    count, digest = _digest(since, until)
    if count:
        span = {"since": since.isoformat(), "until": until.isoformat(), "count": count, "sha256": digest}
        audit.note(ACTION, "receipts", by=PLATFORM, at=at, **span)
    return count


def sealed_so_far() -> Sealed:
    """What has been sealed. Index: `audit_action`."""
    told = list(AuditEntry.objects.filter(action=ACTION).order_by("seq").values_list("details", flat=True))
    return Sealed(len(told), sum(t["count"] for t in told), told[-1]["until"] if told else "")


def broken_spans() -> Iterator[BrokenSpan]:
    """Each sealed span whose receipts have changed since. Index: `audit_action`; reads all receipts."""
    for entry in AuditEntry.objects.filter(action=ACTION).order_by("seq").iterator():
        told = entry.details
        count, digest = _digest(datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"]))
        if (count, digest) != (told["count"], told["sha256"]):
            yield BrokenSpan(told["since"], told["until"], told["count"], count)


def _digest(since: datetime, until: datetime) -> tuple[int, str]:
    hashed, count = hashlib.sha256(), 0
    with (
        acting(actor=PLATFORM.name, purpose="audit", basis="sealing of receipts"),
        connection.chunked_cursor() as cursor,
    ):
        cursor.execute(_ROWS, [since, until])
        while rows := cursor.fetchmany(5000):
            for (text,) in rows:
                hashed.update(hashlib.sha256(text.encode()).digest())
            count += len(rows)
    return count, hashed.hexdigest()
