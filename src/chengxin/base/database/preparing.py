"""Statements that are run all day long, planned once for each connection: on Django's own, in its transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

Values = Mapping[str, Any] | Sequence[Any]
Rows = list[tuple[Any, ...]]


def prepared(statement: str, values: Values) -> Rows:
    """The rows of a statement that PostgreSQL keeps prepared.

    Django binds values on the client, so each statement is planned anew; for a batch of checks planning cost more than
    all rows (bench/check). Values need types that the statement makes plain (`%s::text`).
    """
    return sent(statement, values)()


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
