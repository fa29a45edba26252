"""On connections of their own, outside the test's transaction; their tables end with them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from chengxin.base.database.pipelining import committing, pipelined

pytestmark = pytest.mark.django_db
KEPT = "CREATE TEMP TABLE kept (n int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT PRESERVE ROWS"


def apart(work: Callable[[], Any]) -> Any:
    """What `work` returns, run on a connection of its own with a table `kept`."""

    def run() -> Any:
        try:
            execute(KEPT)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def keep(*numbers: int) -> None:
    for n in numbers:
        execute(f"INSERT INTO kept VALUES ({n})")


def kept() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM kept ORDER BY n")
        return [row[0] for row in cursor.fetchall()]


def test_what_was_written_is_committed_when_the_block_is_left():
    def work() -> tuple[bool, list[int]]:
        with pipelined() as sending, transaction.atomic():
            keep(1, 2)
            with committing(sending):
                pass
            ended = connection.connection.info.transaction_status.name == "IDLE"
        return ended, kept()

    assert apart(work) == (True, [1, 2])


def test_a_commit_that_fails_fails_the_block_and_keeps_nothing():
    def work() -> list[int]:
        with (
            pytest.raises(IntegrityError),
            pipelined() as sending,
            transaction.atomic(),
        ):
            keep(1, 1)
            with committing(sending):
                pass
        return kept()

    assert apart(work) == []


def test_work_that_fails_meanwhile_takes_nothing_back():
    def work() -> list[int]:
        with pytest.raises(RuntimeError), pipelined() as sending, transaction.atomic():
            keep(1)
            with committing(sending):
                raise RuntimeError
        return kept()

    assert apart(work) == [1]


@pytest.mark.parametrize("inner", [transaction.atomic, nullcontext])
def test_a_transaction_that_began_before_is_ended_by_whoever_began_it(inner):
    def work() -> list[int]:
        with pytest.raises(RuntimeError), transaction.atomic():
            with pipelined() as sending, inner():
                keep(1)
                with committing(sending):
                    pass
            raise RuntimeError
        return kept()

    assert apart(work) == []


def test_an_inner_transaction_leaves_the_end_to_the_outer_one():
    def work() -> list[int]:
        with pytest.raises(RuntimeError), pipelined() as sending, transaction.atomic():
            with transaction.atomic():
                keep(1)
                with committing(sending):
                    pass
            raise RuntimeError
        return kept()

    assert apart(work) == []
