"""Writes of records: new versions for whole batches, and changes of state of single records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import polars as pl
from django.db import connection, transaction

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.database.context import acting
from chengxin.base.database.copying import copy_frame, copy_text
from chengxin.base.errors import NotFound
from chengxin.registry.records import events
from chengxin.registry.records.errors import StateNotOpen
from chengxin.registry.records.rules import HANDLING, Cause, EventKind, RecordState, check_change

ORGANISATIONS = "records_record"
PEOPLE = "records_personrecord"


@dataclass(frozen=True, slots=True)
class Present:
    """The present version of a record; `payload` as JSON text with sorted keys as PostgreSQL gives it."""

    id: int
    version: int
    state: str
    payload: str
    provider_id: int
    submission_id: int


def present_versions(natural_keys: Sequence[str], *, table: str = ORGANISATIONS) -> dict[str, Present]:
    """The present versions of records with these natural keys. Index: `record_one_present_version`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT natural_key::text, id, version, state, payload::text, provider_id, submission_id FROM {table}"
            " WHERE known_until IS NULL AND natural_key = ANY(string_to_array(%s, ',')::uuid[])",
            [",".join(natural_keys)],  # one text is read far faster than an array of a hundred thousand
        )
        return {key: Present(*rest) for key, *rest in cursor.fetchall()}


def store(versions: pl.DataFrame, *, superseded: Sequence[int], at: datetime, table: str = ORGANISATIONS) -> None:
    """Add record versions and close those that they supersede, in the caller's transaction.

    `versions` has the columns of the table but `id`, `known_from` and `known_until`; `public_period` as range text;
    payload as JSON text. Natural persons go through a temporary table: COPY is refused under row-level security.
    """
    if superseded:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET known_until = %s WHERE known_until IS NULL AND id = ANY(%s)",
                [at, list(superseded)],
            )
    if versions.is_empty():
        return
    frame = versions.with_columns(copy_text(versions["payload"]), pl.lit(at.isoformat()).alias("known_from"))
    events.write_stored(versions, at=at)
    if table == ORGANISATIONS:
        copy_frame(table, frame)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE incoming (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP")
        cursor.execute("ALTER TABLE incoming ALTER id DROP NOT NULL")
        copy_frame("incoming", frame)
        names = ", ".join(frame.columns)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming")
        cursor.execute("DROP TABLE incoming")


def natural_key_of(digest: str) -> UUID:
    """A natural key from the 32 hexadecimal digits of its hash."""
    return UUID(hex=digest)


# Every column but those that a new version has of its own.
CARRIED = (
    "item, item_version, natural_key, provider_id, authority_code, decided_on, valid_from, valid_until, severity,"
    " audience, public_period, policy, submission_id, submission_row, payload"
)


def mark_disputed(natural_key: UUID, *, by: audit.Who, at: datetime, about_person: bool = False) -> int:
    """Show beside the record, wherever it is shown or shared, that it is disputed (异议处理中); returns its version.

    Raises `NotFound`, `StateNotOpen`.
    """
    return _move(natural_key, RecordState.DISPUTED, by=by, at=at, about_person=about_person)


def suspend(natural_key: UUID, *, why: Cause, by: audit.Who, at: datetime, about_person: bool = False) -> int:
    """Hide a record (暂停公示和使用): its provider does not answer a dispute in time, or its subject is reorganised.

    Raises as above.
    """
    return _move(natural_key, RecordState.SUSPENDED, by=by, at=at, about_person=about_person, why=why)


def clear_dispute(natural_key: UUID, *, by: audit.Who, at: datetime, about_person: bool = False) -> int:
    """Take the mark of a dispute away: the record stays as it is. Raises `NotFound`, `StateNotOpen`."""
    return _move(natural_key, RecordState.IN_FORCE, by=by, at=at, about_person=about_person)


def resume(natural_key: UUID, *, by: audit.Who, at: datetime, about_person: bool = False) -> int:
    """Show a record again that was hidden for a time (恢复公示和使用). Raises as above."""
    return _move(natural_key, RecordState.IN_FORCE, by=by, at=at, about_person=about_person)


def end_by_repair(natural_key: UUID, *, by: audit.Who, at: datetime, about_person: bool = False) -> int:
    """End publication, sharing and use of a record because it was repaired (信用修复). Raises as above.

    Source: 《信用修复管理办法》 NDRC order 36 (2025): publication ends, sharing and use stop.
    """
    return _move(natural_key, RecordState.REPAIRED, by=by, at=at, about_person=about_person)


def undo_repair(natural_key: UUID, *, by: audit.Who, at: datetime, about_person: bool = False) -> int:
    """Put a record back whose repair was withdrawn; its public period ends as it did. Raises as above."""
    return _move(natural_key, RecordState.IN_FORCE, by=by, at=at, about_person=about_person)


def withdraw(
    natural_key: UUID, *, by: audit.Who, at: datetime, about_person: bool = False, why: Cause | None = None
) -> int:
    """Withdraw a record that should not be there (撤销); it stays in the history. `why` None: it was wrong.

    Raises as above.
    """
    return _move(natural_key, RecordState.WITHDRAWN, by=by, at=at, about_person=about_person, why=why)


@transaction.atomic
def put_back(natural_key: UUID, *, version: int, by: audit.Who, at: datetime) -> int:
    """Put a record of an organisation back that version `version` withdrew because it was tied to the wrong subject.

    It gets the state that it had before. What was withdrawn for any other reason stays so. Raises `NotFound`,
    `StateNotOpen` where the record has moved on.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.version, p.state, b.state FROM records_record p"
            " JOIN records_record b ON b.natural_key = p.natural_key AND b.version = p.version - 1"
            " WHERE p.natural_key = %s AND p.known_until IS NULL AND b.known_until IS NOT NULL FOR UPDATE OF p",
            [natural_key],
        )
        found = cursor.fetchone()
    if found is None:
        raise NotFound
    present, state, before = found
    if present != version or state != RecordState.WITHDRAWN:
        raise StateNotOpen
    return _next_version(natural_key, RecordState(before), by=by, at=at)


@transaction.atomic
def _move(
    natural_key: UUID,
    to: RecordState,
    *,
    by: audit.Who,
    at: datetime,
    about_person: bool,
    why: Cause | None = None,
) -> int:
    """The next version of a record: the same in all but its state. All faces read it from this commit on."""
    table = PEOPLE if about_person else ORGANISATIONS
    with acting(actor=by.name, purpose=f"record-{to.value}", basis=HANDLING), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT state FROM {table} WHERE natural_key = %s AND known_until IS NULL FOR UPDATE", [natural_key]
        )
        found = cursor.fetchone()
        if found is None:
            raise NotFound
        check_change(RecordState(found[0]), to)
    return _next_version(natural_key, to, by=by, at=at, about_person=about_person, why=why)


def _next_version(
    natural_key: UUID,
    to: RecordState,
    *,
    by: audit.Who,
    at: datetime,
    about_person: bool = False,
    why: Cause | None = None,
) -> int:
    """Add the next version of a locked record, the same in all but its state, and tell of it."""
    table, subject = (PEOPLE, "person_id") if about_person else (ORGANISATIONS, "subject_id")
    with acting(actor=by.name, purpose=f"record-{to.value}", basis=HANDLING), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, version, item, {subject} FROM {table} WHERE natural_key = %s AND known_until IS NULL",
            [natural_key],
        )
        record_id, version, item, number = cursor.fetchone()
        cursor.execute(f"UPDATE {table} SET known_until = %s WHERE id = %s", [at, record_id])
        cursor.execute(
            f"INSERT INTO {table} ({CARRIED}, {subject}, version, state, known_from)"
            f" SELECT {CARRIED}, {subject}, %s, %s, %s FROM {table} WHERE id = %s",
            [version + 1, to.value, at, record_id],
        )
    events.write_moved(
        natural_key,
        subject=-number if about_person else number,
        item=item,
        kind=EventKind(to.value),
        version=version + 1,
        at=at,
    )
    tasks.defer("exchange.announce", natural_key=str(natural_key), change=to.value, at=at.isoformat())
    if to is RecordState.WITHDRAWN and not about_person:
        tasks.defer("commitments.follow_record", natural_key=str(natural_key), at=at.isoformat())
    audit.note(f"records.{to.value}", str(natural_key), by=by, at=at, version=version + 1)
    # What leaves a list or comes back leaves its line in the public log with the same commit, or neither happens.
    tasks.at_once(
        "lists.follow_record",
        natural_key=str(natural_key),
        change=to.value,
        cause=why.value if why else "",
        item=item,
        at=at.isoformat(),
    )
    if to is RecordState.WITHDRAWN and not about_person:
        tasks.defer("campaigns.tell_of_withdrawn", natural_key=str(natural_key))
    return int(version) + 1
