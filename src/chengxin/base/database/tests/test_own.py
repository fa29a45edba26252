"""A connection whose server does not answer is given up in time, and the next question has a new one."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chengxin.base.database.awaited import in_greenlet
from chengxin.base.database.own import OwnConnection, Unanswered

PROCESS = "SELECT pg_backend_pid()"


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """While a process of the database server does nothing at all."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_a_server_that_stands_still_is_not_waited_for_and_the_next_question_has_another_connection(committed_db: str):
    async def ask() -> bool:
        own = OwnConnection()
        ((process,),) = await in_greenlet(own.rows, PROCESS, {})
        with stopped(process):
            own.limit = 0.05
            with pytest.raises(Unanswered):
                await in_greenlet(own.rows, PROCESS, {})
            own.limit = 60
            ((other,),) = await in_greenlet(own.rows, PROCESS, {})
        return bool(process != other)

    assert asyncio.run(ask())


def test_who_breaks_a_question_off_leaves_no_half_read_answer_to_the_next(committed_db: str):
    async def ask() -> list[str]:
        own = OwnConnection()
        await in_greenlet(own.rows, "SELECT 'first' FROM pg_sleep(0)", {})
        asking = asyncio.ensure_future(in_greenlet(own.rows, "SELECT 'first' FROM pg_sleep(1)", {}))
        await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        return [text for (text,) in await in_greenlet(own.rows, "SELECT 'second'", {})]

    assert asyncio.run(ask()) == ["second"]


def test_the_server_too_gives_up_a_statement_and_the_reason_is_told(committed_db: str):
    async def ask() -> tuple[str, str]:
        own = OwnConnection()
        ((limit,),) = await in_greenlet(own.rows, "SELECT current_setting('statement_timeout')", {})
        with pytest.raises(Exception, match="nothing") as refused:
            await in_greenlet(own.rows, "SELECT nothing", {})
        return str(limit), str(refused.value.sqlstate)

    assert asyncio.run(ask()) == ("4s", "42703")
