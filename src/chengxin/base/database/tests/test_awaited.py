import asyncio

import psycopg
import pytest
from django.db import connection

from chengxin.base.database.awaited import apart, awaited, in_greenlet
from chengxin.base.database.own import OwnConnection

LONG = 3_000_000  # more than the sockets between client and server hold
LOCK = 100


def test_others_go_on_while_an_answer_is_awaited(committed_db: str):
    async def both() -> list[str]:
        own, holder, told = OwnConnection(), OwnConnection(), []

        async def ask() -> None:
            await in_greenlet(own.rows, f"SELECT 1 FROM pg_advisory_lock({LOCK})", {})
            told.append("answered")

        await in_greenlet(holder.rows, f"SELECT 1 FROM pg_advisory_lock({LOCK})", {})
        asking = asyncio.ensure_future(ask())
        await asyncio.sleep(0.02)
        told.append("meanwhile")
        await in_greenlet(holder.rows, f"SELECT 1 FROM pg_advisory_unlock({LOCK})", {})
        await asking
        return told

    assert asyncio.run(both()) == ["meanwhile", "answered"]


def test_long_questions_and_answers_arrive_whole(committed_db: str):
    async def ask() -> str:
        ((text,),) = await in_greenlet(OwnConnection().rows, "SELECT %(text)s::text", {"text": "长" * LONG})
        return str(text)

    assert asyncio.run(ask()) == "长" * LONG


def test_a_statement_that_fails_is_told_and_the_next_has_a_new_connection(committed_db: str):
    async def ask() -> int:
        own = OwnConnection()
        with pytest.raises(psycopg.OperationalError, match="division by zero"):
            await in_greenlet(own.rows, "SELECT 1 / length(%(text)s::text)", {"text": ""})
        with pytest.raises(psycopg.ProgrammingError, match="nowhere"):
            await in_greenlet(own.rows, "SELECT 1 FROM nowhere", {})
        ((one,),) = await in_greenlet(own.rows, "SELECT 1", {})
        return int(one)

    assert asyncio.run(ask()) == 1


@pytest.mark.parametrize("asked", ["SELECT 1", "SELECT 1 FROM pg_sleep(20)"])
def test_a_connection_that_the_server_ends_is_told_and_replaced(committed_db: str, asked: str):
    """While it is idle, and while an answer is awaited."""

    async def ask() -> int:
        own = OwnConnection()
        ((process,),) = await in_greenlet(own.rows, "SELECT pg_backend_pid()", {})
        asking = asyncio.ensure_future(in_greenlet(own.rows, asked, {})) if "sleep" in asked else None
        await asyncio.sleep(0.05)
        await asyncio.to_thread(end, process)
        if asking is not None:
            with pytest.raises(psycopg.OperationalError):
                await asking
        await asyncio.sleep(0.05)
        ((one,),) = await in_greenlet(own.rows, "SELECT 1", {})
        return int(one)

    def end(process: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        connection.close()

    assert asyncio.run(ask()) == 1


def test_what_is_awaited_may_fail_and_what_blocks_has_a_thread_of_its_own(committed_db: str):
    def fails() -> None:
        raise ValueError("no")

    def whole() -> str:
        with pytest.raises(ValueError, match="no"):
            apart(fails)
        awaited(asyncio.sleep(0))
        return apart(database)

    def database() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            return str(cursor.fetchone()[0])

    assert asyncio.run(in_greenlet(whole)) == committed_db
