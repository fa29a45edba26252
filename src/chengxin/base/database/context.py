"""Who asks, and why: told to PostgreSQL for each transaction, so that row-level security can judge."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import local

from django.db import connection, transaction
from django.db.models import Expression, TextField
from psycopg import Cursor
from psycopg.pq import PipelineStatus, TransactionStatus

from chengxin.base.database.queueing import LOCK, queue_behind

NAMES = ("actor", "purpose", "basis", "about", "organisation")
NOBODY = ("",) * len(NAMES)
CONFIGURE, TOLD = "set_config('chengxin.{name}', {value}, true)", "ARRAY[{}]"
TELL = "SELECT " + ", ".join(CONFIGURE.format(name=name, value="%s") for name in NAMES)
TELL_BEHIND = f"{TELL}, {LOCK}"


class _Told(local):
    """What this thread has told PostgreSQL, the latest last; each block below takes its own part away again."""

    def __init__(self) -> None:
        self.latest: list[tuple[str, ...]] = []


_told = _Told()


@contextmanager
def acting(
    *, actor: str, purpose: str, basis: str, about: str = "", organisation: int | None = None, behind: str = ""
) -> Iterator[None]:
    """Run a transaction in which personal data may be read by `actor` for `purpose` on the legal `basis`.

    `about` names the one whom the read concerns, where a table shows rows about one subject alone; `organisation` the
    one that asks, where a table shows an organisation its own. The others must be given; row-level security shows
    nothing of a natural person without a purpose. The settings end with the transaction (or go back to what they were,
    inside an outer one). `behind`: a lock to wait for, as `queueing.queue_behind`, told along in the same statement.
    """
    if not (actor and purpose and basis):
        raise ValueError("actor, purpose and basis must be stated")
    given = (actor, purpose, basis, about, "" if organisation is None else str(organisation))
    before = _told.latest[-1] if _told.latest else NOBODY
    if not connection.in_atomic_block:
        with transaction.atomic(), _telling(given, behind):
            yield
    elif given == before:
        if behind:
            queue_behind(behind)
        yield
    else:
        with _telling(given, behind):
            try:
                yield
            finally:
                if _is_sound():
                    _tell(before)


class ToldByRow(Expression):
    """A column `told` for a query within `acting` that finds one row at most: the row says what the rest is read for.

    Given are SQL expressions over the query's tables. Told along with what is found, it costs no statement
    (bench/access); `go_on` takes it up.
    """

    output_field = TextField()

    def __init__(self, *, purpose: str, basis: str, about: str) -> None:
        """All three as PostgreSQL should know them; no organisation is told."""
        super().__init__()
        given = zip(NAMES[1:], (purpose, basis, about, "''"), strict=True)
        self._sql = TOLD.format(", ".join(CONFIGURE.format(name=name, value=value) for name, value in given))

    def as_sql(self, compiler: object, connection: object) -> tuple[str, tuple[str | int, ...]]:
        """The column as PostgreSQL reads it."""
        return self._sql, ()


def go_on(told: Sequence[str]) -> None:
    """Take up what the column of `ToldByRow` holds, for the rest of the innermost `acting`.

    Raises `ValueError` outside of one, and where the row left purpose or basis unsaid.
    """
    if not _told.latest or not all(told[:2]):
        raise ValueError("purpose and basis must be stated, within a transaction that told who asks")
    _told.latest[-1] = (_told.latest[-1][0], *told)


@contextmanager
def _telling(given: tuple[str, ...], behind: str) -> Iterator[None]:
    _tell(given, behind)
    _told.latest.append(given)
    try:
        yield
    finally:
        _told.latest.pop()


def _tell(values: tuple[str, ...], behind: str = "") -> None:
    # Values bound by the server: the mapper's cursor, which writes them into the statement, takes longer for these five
    # than this one for the seventeen of a log entry (bench/access).
    with Cursor(connection.connection) as cursor:
        if behind:
            cursor.execute(TELL_BEHIND, (*values, behind))
        else:
            cursor.execute(TELL, values)


def _is_sound() -> bool:
    """Whether the transaction still takes statements; where not, its rollback takes the settings back by itself."""
    info = connection.connection.info
    if info.pipeline_status == PipelineStatus.ON:  # its statements are under way; they are judged in their order
        return not connection.needs_rollback
    return not connection.needs_rollback and info.transaction_status == TransactionStatus.INTRANS
