"""Who asks, and why: told to PostgreSQL for each transaction, so that row-level security can judge."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def acting(*, actor: str, purpose: str, basis: str) -> Iterator[None]:
    """Run a transaction in which personal data may be read by `actor` for `purpose` on the legal `basis`.

    All three must be given; row-level security shows nothing of a natural person without a purpose.
    The settings end with the transaction (or go back to what they were, inside an outer one).
    """
    if not (actor and purpose and basis):
        raise ValueError("actor, purpose and basis must be stated")
    with transaction.atomic():
        before = _set(actor, purpose, basis)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                _set(*before)


def _set(actor: str, purpose: str, basis: str) -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('chengxin.actor', true), ''),"
            " coalesce(current_setting('chengxin.purpose', true), ''),"
            " coalesce(current_setting('chengxin.basis', true), '')"
        )
        actor_before, purpose_before, basis_before = cursor.fetchone()
        cursor.execute(
            "SELECT set_config('chengxin.actor', %s, true), set_config('chengxin.purpose', %s, true),"
            " set_config('chengxin.basis', %s, true)",
            [actor, purpose, basis],
        )
    return actor_before, purpose_before, basis_before
