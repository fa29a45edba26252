"""Locks on what has no row of its own."""

from django.db import connection

LOCK = "pg_advisory_xact_lock(hashtextextended(%s, 0))"


def queue_behind(name: str) -> None:
    """Wait until no other transaction holds the lock `name`, then hold it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {LOCK}", [name])
