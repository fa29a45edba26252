"""Statements that are run all day long, planned once for each connection: on Django's own, in its transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor

Values = Mapping[str, Any] | Sequence[Any]
Rows = list[tuple[Any, ...]]


def prepared(statement: str, values: Values) -> Rows:
    """The rows of a statement that PostgreSQL keeps prepared.

    Django binds values on the client, so each statement is planned anew; for a batch of checks planning cost more than
    all rows (bench/check). Values need types that the statement makes plain (`%s::text`).
    """
    return sent(statement, values)()


@contextmanager
def all_prepared() -> Iterator[None]:
    """Have every statement of the block prepared, the mapper's own too: for what is asked all day long in few words.

    Under row-level security planning costs more than the few rows (bench/access).
    """
    connection.ensure_connection()
    own = connection.connection
    before = own.cursor_factory, own.prepare_threshold
    own.cursor_factory, own.prepare_threshold = ServerBindingCursor, 0
    try:
        yield
    finally:
        own.cursor_factory, own.prepare_threshold = before


def plan_once() -> None:
    """Let the transaction's prepared statements keep one plan for all values: for those that indexes answer.

    Left to itself PostgreSQL compares costs, and plans anew wherever few values look cheaper than the many it assumes.
    """
    sent("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)", ())


def sent(statement: str, values: Values) -> Callable[[], Rows]:
    """Send such a statement; what is returned awaits its rows, once. Of one that returns none it is not called.

    Within `pipelining.pipelined` several are under way at the same time, and a fault shows where rows are awaited.
    """
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.execute(statement, values, prepare=True)
    return cursor.fetchall
