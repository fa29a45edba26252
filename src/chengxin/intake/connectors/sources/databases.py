"""Front-end databases (前置库): PostgreSQL and MySQL tables, in the order of their cursor and key.

A position holds the cursor and key of the last row that was taken; `recent` names the rows within the overlap, so that
they are not handed in again when the overlap is read again for what became visible late.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, and_, column, create_engine, delete, insert, or_, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import Select

from chengxin.intake.connectors import shaping
from chengxin.intake.connectors.errors import SourceDiffers, SourceUnreachable
from chengxin.intake.connectors.profile import secret
from chengxin.intake.connectors.rules import Connector, Database
from chengxin.intake.connectors.sources.parts import SHOWN, Fault, Part, Position, Sample, write_rows

DRIVERS = {
    "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}  # fmt: skip
CONNECT_SECONDS = 10
FAULT_COLUMNS = ("source_key", "field", "rule", "message", "hint", "submission")
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class DatabasePeer:
    """One table of one database."""

    connector: Connector
    source: Database

    def parts(self, position: Position, seen: Mapping[str, str], scratch: Path) -> Iterator[Part]:
        """Batches of rows after `position`; each read in a transaction of its own, so that none is held open."""
        with self._engine() as engine:
            begin, recent = self._again_from(position), dict(position.get("recent", {}))
            number = 0
            while rows := self._rows(engine, begin):
                begin = {
                    "cursor": shaping.kept(self._value(rows[-1], self.source.cursor)),
                    "key": shaping.kept(rows[-1][self.source.key]),
                }
                new = [row for row in rows if recent.get(str(row[self.source.key])) != self._mark(row)]
                recent = self._recent(recent, rows)
                if new:
                    number += 1
                    path = scratch / f"{number}.jsonl"
                    write_rows(new, self.connector, path)
                    keys = [str(row[self.source.key]) for row in new]
                    name = f"{self.source.table} {keys[0]}–{keys[-1]}"
                    yield Part(path, name, self._standing(position, begin, recent), keys)
                if len(rows) < self.source.batch:
                    return

    def first(self, scratch: Path) -> Sample:
        """The first rows of the table, under the catalogue's codes."""
        with self._engine() as engine:
            rows = self._rows(engine, {}, most=SHOWN)
        return Sample(rows=tuple(shaping.fields_of(row, self.connector) for row in rows))

    def tell(self, name: str, keys: Sequence[str], faults: Sequence[Fault], submission: int) -> None:
        """Replace what the fault table says of these keys, in one transaction."""
        feedback = self.connector.feedback
        if feedback is None or feedback.table is None:
            return
        target = _table(feedback.table, FAULT_COLUMNS)
        told = [
            {
                "source_key": one.key, "field": one.field, "rule": one.rule, "message": one.message, "hint": one.hint,
                "submission": submission,
            }
            for one in faults
        ]  # fmt: skip
        with self._engine() as engine, _mended(), engine.begin() as connection:
            connection.execute(delete(target).where(target.c.source_key.in_(list(keys))))
            if told:
                connection.execute(insert(target), told)

    def _again_from(self, position: Position) -> Position:
        """Where reading begins: the overlap before the last cursor, where the cursor is a moment."""
        cursor = shaping.given(position.get("cursor"))
        if self.source.cursor is None:
            # Without a cursor the table is compared as a whole each time, unless a pull was left off in its midst.
            return position if position.get("unfinished") else {}
        if isinstance(cursor, datetime) and self.source.overlap_seconds:
            return {"cursor": shaping.kept(cursor - timedelta(seconds=self.source.overlap_seconds)), "key": None}
        return position

    def _standing(self, before: Position, begin: Position, recent: Mapping[str, str]) -> Position:
        """What is kept: never an earlier cursor than before, where the overlap was all that was read."""
        then, now = shaping.given(before.get("cursor")), shaping.given(begin["cursor"])
        stands = before if then is not None and now is not None and now < then else begin
        return {
            "cursor": stands.get("cursor"),
            "key": stands.get("key"),
            "recent": dict(recent),
            "unfinished": self.source.cursor is None,
        }

    def _value(self, row: Mapping[str, Any], name: str | None) -> Any:
        return row[name] if name else None

    def _mark(self, row: Mapping[str, Any]) -> str:
        return str(self._value(row, self.source.cursor))

    def _recent(self, recent: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """The rows within the overlap before the newest, by key."""
        newest = self._value(rows[-1], self.source.cursor)
        if not isinstance(newest, datetime) or not self.source.overlap_seconds:
            return {}
        begins = newest - timedelta(seconds=self.source.overlap_seconds)
        kept = {key: mark for key, mark in recent.items() if mark >= str(begins)}
        return kept | {
            str(row[self.source.key]): self._mark(row) for row in rows if row[str(self.source.cursor)] >= begins
        }

    def _rows(self, engine: Engine, after: Position, *, most: int | None = None) -> list[Mapping[str, Any]]:
        with _mended(), engine.connect() as connection:
            _read_only(connection)
            found = connection.execute(self._statement(after).limit(most or self.source.batch))
            return [dict(row) for row in found.mappings()]

    def _statement(self, after: Position) -> Select[Any]:
        """Rows after the position in the order of cursor and key, which an index over both serves."""
        source = self.source
        order = [name for name in (source.cursor, source.key) if name]
        names = dict.fromkeys([*order, *self.connector.columns.values()])
        rows = _table(source.table, names)
        key = rows.c[source.key]
        cursor = rows.c[source.cursor] if source.cursor else None
        at, last = shaping.given(after.get("cursor")), shaping.given(after.get("key"))
        statement = select(*(rows.c[name] for name in names)).order_by(*(rows.c[name] for name in order))
        if cursor is None:
            return statement.where(key > last) if last is not None else statement
        statement = statement.where(cursor.is_not(None))
        if at is None:
            return statement
        return statement.where(cursor >= at if last is None else or_(cursor > at, and_(cursor == at, key > last)))

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        try:
            address = make_url(secret(self.source.address))
            driver = DRIVERS[address.get_backend_name()]
            arguments = {"connect_timeout": CONNECT_SECONDS}
            engine = create_engine(address.set(drivername=driver), poolclass=NullPool, connect_args=arguments)
        except (ArgumentError, KeyError) as error:
            raise SourceDiffers(reason=self.source.address) from error
        try:
            yield engine
        finally:
            engine.dispose()


def _table(name: str, columns: Any) -> Any:
    schema, _, plain = name.rpartition(".")
    return table(plain, *(column(one) for one in columns), schema=schema or None)


def _read_only(connection: Connection) -> None:
    """A pull writes nothing, whatever its account may."""
    if connection.dialect.name == "mysql":
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.commit()
    else:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def _mended() -> Iterator[None]:
    """The driver's errors as ours; their text may hold an address, so that only the kind and first line are told."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise SourceUnreachable(reason=_reason(error)) from error
    except SQLAlchemyError as error:
        raise SourceDiffers(reason=_reason(error)) from error
    except TypeError as error:
        raise SourceDiffers(reason=f"cursor or key: {error}") from error


def _reason(error: SQLAlchemyError) -> str:
    original = error.orig if isinstance(error, DBAPIError) else error
    return f"{type(original).__name__}: {str(original).splitlines()[0] if str(original) else ''}"[:REASON_LENGTH]
