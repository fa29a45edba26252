"""Statements sent one after the other without waiting for each answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import Cursor, Pipeline
from psycopg.pq import PipelineStatus


@contextmanager
def pipelined() -> Iterator[Pipeline | None]:
    """Send what needs no answer (who asks, locks, the beginning of a transaction) along with the next that needs one.

    PostgreSQL takes the statements in their order, each with its own view of what was committed; a fault is raised by
    the next statement whose answer is awaited, and at the latest when the outermost block ends. A block that begins
    outside of any transaction gives what sends them, for `committing`.
    """
    connection.ensure_connection()
    if connection.connection.info.pipeline_status == PipelineStatus.ON:  # the end of one within another would wait
        yield None
    else:
        apart = not connection.in_atomic_block
        with connection.connection.pipeline() as sending:
            yield sending if apart else None


@contextmanager
def committing(sending: Pipeline | None) -> Iterator[None]:
    """Have the transaction end, do the block's work while PostgreSQL makes it durable, and leave when it is.

    The last block of a transaction that began within `pipelined`, which gave `sending`: for work on what was read that
    no statement needs. It fails as a commit fails; where its own work fails, what was written stays. A transaction that
    began before is ended by whoever began it.
    """
    if sending is None or len(connection.atomic_blocks) > 1:
        yield
    else:
        with Cursor(connection.connection) as cursor:
            cursor.execute("COMMIT")
        try:
            yield
        finally:
            with connection.wrap_database_errors:
                sending.sync()
