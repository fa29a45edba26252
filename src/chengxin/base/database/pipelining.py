"""Statements sent one after the other without waiting for each answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.pq import PipelineStatus


@contextmanager
def pipelined() -> Iterator[None]:
    """Send what needs no answer (who asks, locks, the beginning of a transaction) along with the next that needs one.

    PostgreSQL takes the statements in their order, each with its own view of what was committed; a fault is raised by
    the next statement whose answer is awaited, and at the latest when the outermost block ends.
    """
    connection.ensure_connection()
    if connection.connection.info.pipeline_status == PipelineStatus.ON:  # the end of one within another would wait
        yield
    else:
        with connection.connection.pipeline():
            yield
