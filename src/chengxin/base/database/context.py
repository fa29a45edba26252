"""Who asks, and why: told to PostgreSQL for each transaction, so that row-level security can judge."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def acting(*, actor: str, purpose: str, basis: str, about: str = "") -> Iterator[None]:
    """Run a transaction in which personal data may be read by `actor` for `purpose` on the legal `basis`.

    `about` names the one whom the read concerns, where a table shows rows about one subject alone. The others must be
    given; row-level security shows nothing of a natural person without a purpose. The settings end with the transaction
    (or go back to what they were, inside an outer one).
    """
    if not (actor and purpose and basis):
        raise ValueError("actor, purpose and basis must be stated")
    with transaction.atomic():
        before = _set(actor, purpose, basis, about)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                _set(*before)


NAMES = ("actor", "purpose", "basis", "about")
ASK = "SELECT " + ", ".join(f"coalesce(current_setting('chengxin.{name}', true), '')" for name in NAMES)
TELL = "SELECT " + ", ".join(f"set_config('chengxin.{name}', %s, true)" for name in NAMES)


def _set(*values: str) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        before: tuple[str, ...] = cursor.fetchone()
        cursor.execute(TELL, values)
    return before
