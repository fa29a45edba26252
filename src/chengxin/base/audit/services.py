"""Appending to the audit chain."""

from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction

from chengxin.base.audit import rules
from chengxin.base.audit.keys import chain_key
from chengxin.base.audit.models import AuditEntry

CHAIN_LOCK = 39443


class Who(Protocol):
    """Whoever acts: a name and the credit code of the organisation, never a personal identifier."""

    @property
    def name(self) -> str:
        """The actor's user name or system name."""

    @property
    def organisation_code(self) -> str:
        """The organisation's unified social credit code."""


@transaction.atomic
def note(action: str, object: str, *, by: Who, at: datetime, **details: Any) -> int:
    """Append an entry to the chain, in the caller's transaction; returns its number.

    Writers queue behind a lock until the transaction ends, so call it last. `details` must be JSON-ready and free of
    personal identifiers.
    """
    take_turn()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count, hash FROM audit_audithead WHERE id = 1")
        count, previous = cursor.fetchone() or (0, rules.GENESIS)
        seq, previous_hash = count + 1, bytes(previous)
        hash = rules.entry_hash(
            chain_key(),
            seq=seq,
            at=at,
            actor=by.name,
            organisation=by.organisation_code,
            action=action,
            object=object,
            details=details,
            previous_hash=previous_hash,
        )
        AuditEntry.objects.bulk_create(
            [
                AuditEntry(
                    seq=seq,
                    at=at,
                    actor=by.name,
                    organisation=by.organisation_code,
                    action=action,
                    object=object,
                    details=details,
                    previous_hash=previous_hash,
                    hash=hash,
                )
            ]
        )
        cursor.execute(
            "INSERT INTO audit_audithead (id, count, hash, seal) VALUES (1, %s, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET count = excluded.count, hash = excluded.hash, seal = excluded.seal",
            [seq, hash, rules.head_seal(chain_key(), count=seq, hash=hash)],
        )
    return seq


def take_turn() -> None:
    """Wait until no other transaction writes to the chain, then hold it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
