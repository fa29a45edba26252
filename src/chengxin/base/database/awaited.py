"""Synchronous code that waits for PostgreSQL without holding its thread: it runs in a greenlet, and a loop goes on.

The way SQLAlchemy's asyncio drives its synchronous core. What threads and an event loop ask is written once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.db import connections
from greenlet import getcurrent, greenlet
from psycopg.pq.abc import PGconn, PGresult

from chengxin.base.database.own import OwnConnection

Given = ParamSpec("Given")
Result = TypeVar("Result")


async def in_greenlet(function: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """The function's result; what it hands to `awaited` is awaited here, while others run."""
    runner = greenlet(function)
    given = runner.switch(*args, **named)
    while not runner.dead:
        try:
            result = await given
        except BaseException as error:  # the function's own business, cancellation too
            given = runner.throw(error)
        else:
            given = runner.switch(result)
    return given  # type: ignore[no-any-return]


def awaited(awaitable: Awaitable[Result]) -> Result:
    """What the awaitable gives, within `in_greenlet`. Raises what it raises."""
    above = getcurrent().parent
    assert above is not None, "outside of in_greenlet"
    return above.switch(awaitable)  # type: ignore[no-any-return]


def apart(function: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """The result of a function that blocks, the mapper's way to the database included: run in a thread and awaited."""

    def alone() -> Result:
        try:
            return function(*args, **named)
        finally:
            connections.close_all()  # those of that thread

    return awaited(asyncio.to_thread(alone))


class AwaitedConnection(OwnConnection):
    """A connection of its own for code that runs `in_greenlet`, in one event loop. Not for two greenlets at a time."""

    _loop: asyncio.AbstractEventLoop
    _socket = -1
    _answer: "asyncio.Future[PGresult | None] | None" = None

    def close(self) -> None:
        """Give up the connection; the next question makes a new one."""
        if self._connection is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        super().close()

    def _connect(self) -> "psycopg.Connection[Any]":
        connection = awaited(asyncio.to_thread(super()._connect))
        connection.pgconn.nonblocking = 1
        self._loop, self._socket = asyncio.get_running_loop(), connection.pgconn.socket
        self._loop.add_reader(self._socket, self._receive, connection.pgconn)
        return connection

    def _prepared(self, pgconn: PGconn, name: bytes, statement: bytes) -> PGresult:
        pgconn.send_prepare(name, statement)
        return self._awaited(pgconn)

    def _executed(self, pgconn: PGconn, name: bytes, values: Sequence[bytes]) -> PGresult:
        pgconn.send_query_prepared(name, values)
        return self._awaited(pgconn)

    def _awaited(self, pgconn: PGconn) -> PGresult:
        self._answer = self._loop.create_future()
        self._send(pgconn)
        result = awaited(self._answer)
        if result is None:
            raise psycopg.OperationalError("the server closed the connection")
        return result

    def _send(self, pgconn: PGconn) -> None:
        if pgconn.flush():  # the socket takes no more now
            self._loop.add_writer(self._socket, self._send_rest, pgconn)

    def _send_rest(self, pgconn: PGconn) -> None:
        self._loop.remove_writer(self._socket)
        try:
            self._send(pgconn)
        except psycopg.Error:
            self._end(None)

    def _receive(self, pgconn: PGconn) -> None:
        try:
            pgconn.consume_input()
            if pgconn.is_busy():
                return
            last = None
            while (result := pgconn.get_result()) is not None:
                last = result
        except psycopg.Error:
            return self._end(None)
        if last is not None:
            self._end(last)

    def _end(self, result: PGresult | None) -> None:
        """Give the answer to who waits; without one the connection is lost."""
        if result is None:
            self.close()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(result)
