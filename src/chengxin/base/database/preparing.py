"""Statements that are run all day long, planned once for each connection: on Django's own, in its transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


def prepared(statement: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that PostgreSQL keeps prepared; none of one that returns nothing.

    Django binds values on the client, so each statement is planned anew; for a batch of checks planning cost more than
    all rows (bench/check). Values need types that the statement makes plain (`%s::text`).
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=True)
        return cursor.fetchall() if cursor.description else []
