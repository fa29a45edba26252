"""A connection beside the mapper's, for an express lane: prepared statements, each one call and one transaction."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connections
from psycopg.adapt import Transformer
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from chengxin.base.database.awaited import awaited

PLACE = re.compile(r"%\((\w+)\)s")
LIMIT = 5.0  # seconds that an answer, or a new connection, is waited for
# One plan for all values: what is asked here indexes answer, however many or few are asked about. The server gives up
# a statement before its answer is waited for no longer, so that in most cases it is known what became of it.
SESSION = "SET plan_cache_mode = force_generic_plan; SET statement_timeout = '4s'"
IN_TIME = {"connect_timeout": int(LIMIT), "tcp_user_timeout": int(1000 * LIMIT)}


class Unanswered(psycopg.OperationalError):
    """The server did not answer in time, or its connection was lost: whether the statement was committed is unknown."""


class OwnConnection:
    """A connection for code that runs `in_greenlet`, made when it first asks and kept. Not for two greenlets at a time.

    The mapper's own way costs several times what a short statement does (bench/api, bench/check). Each statement is a
    transaction of its own, committed before it returns. An answer that does not come within `limit` seconds, or that
    nobody waits for any more, costs the connection; the next question makes a new one. `told`: what PostgreSQL is told
    of who asks and why, for all that this connection asks (`context.acting`).
    """

    def __init__(self, *, told: Mapping[str, str] | None = None) -> None:
        self.limit = LIMIT
        self._told = dict(told or {})
        self._connection: psycopg.Connection[Any] | None = None
        self._known: dict[str, tuple[bytes, tuple[str, ...]]] = {}
        self._loop: asyncio.AbstractEventLoop
        self._socket = -1
        self._answer: asyncio.Future[PGresult | None] | None = None

    def rows(self, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement with named placeholders, each of a plain type.

        Raises `psycopg.Error`, with its `sqlstate` where the server refused the statement; `Unanswered`.
        """
        result = self._asked(statement, values)
        if not result.ntuples:
            return []
        reading = Transformer(self._connection)
        reading.set_pgresult(result)
        return reading.load_rows(0, result.ntuples, tuple)

    def _asked(self, statement: str, values: Mapping[str, Any]) -> PGresult:
        connection = self._connection or self._connect()
        name, order = self._known.get(statement) or self._prepare(connection, statement)
        connection.pgconn.send_query_prepared(name, [_sent(values[place]) for place in order])
        result = self._awaited(connection.pgconn)
        if result.status not in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
            self.close()
            raise _refused(psycopg.OperationalError, result)
        return result

    def close(self) -> None:
        """Give up the connection; the next question makes a new one."""
        connection, self._connection, self._known = self._connection, None, {}
        if connection is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            connection.close()

    def _connect(self) -> "psycopg.Connection[Any]":
        opening = asyncio.ensure_future(asyncio.to_thread(self._opened))
        try:
            connection = awaited(asyncio.wait_for(asyncio.shield(opening), self.limit))
        except BaseException:
            opening.add_done_callback(_give_up)  # a thread cannot be broken off
            raise
        connection.pgconn.nonblocking = 1
        self._loop, self._socket = asyncio.get_running_loop(), connection.pgconn.socket
        self._loop.add_reader(self._socket, self._receive, connection.pgconn)
        self._connection = connection
        return connection

    def _opened(self) -> "psycopg.Connection[Any]":
        given = connections["default"].get_connection_params()
        for django_only in ("cursor_factory", "context", "pool"):
            given.pop(django_only, None)
        connection = psycopg.connect(**IN_TIME | given, autocommit=True)
        connection.execute(SESSION)
        for name, value in self._told.items():
            connection.execute("SELECT set_config(%s, %s, false)", [f"chengxin.{name}", value])
        return connection

    def _prepare(self, connection: "psycopg.Connection[Any]", statement: str) -> tuple[bytes, tuple[str, ...]]:
        order = tuple(dict.fromkeys(PLACE.findall(statement)))
        numbered = PLACE.sub(lambda found: f"${order.index(found[1]) + 1}", statement)
        name = f"own_{len(self._known)}".encode()
        connection.pgconn.send_prepare(name, numbered.encode())
        result = self._awaited(connection.pgconn)
        if result.status != ExecStatus.COMMAND_OK:
            self.close()
            raise _refused(psycopg.ProgrammingError, result)
        self._known[statement] = name, order
        return name, order

    def _awaited(self, pgconn: PGconn) -> PGresult:
        answer: asyncio.Future[PGresult | None] = self._loop.create_future()
        self._answer = answer
        timer = self._loop.call_later(self.limit, _expire, answer)
        try:
            self._send(pgconn)
            result = awaited(answer)
        except BaseException:  # broken off as well: what still comes on this connection is nobody's answer
            self.close()
            raise
        finally:
            timer.cancel()
        if result is None:
            raise Unanswered("the server closed the connection")
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


def _expire(answer: "asyncio.Future[PGresult | None]") -> None:
    if not answer.done():
        answer.set_exception(Unanswered("the server did not answer in time"))


def _give_up(opening: "asyncio.Future[psycopg.Connection[Any]]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _refused(kind: type[psycopg.Error], result: PGresult) -> psycopg.Error:
    error = kind(result.error_message.decode(errors="replace"))
    error.sqlstate = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    return error


def _sent(value: str | date | datetime | Sequence[str]) -> bytes:
    """A value as text for the server: days and moments as ISO, lists of texts as an array."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, date | datetime):
        return value.isoformat().encode()
    return _array(tuple(value))


@lru_cache(maxsize=256)  # most are of policy and the same all day long
def _array(texts: tuple[str, ...]) -> bytes:
    quoted = ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts)
    return ("{" + ",".join(quoted) + "}").encode()
