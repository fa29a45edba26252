"""Writes of records: new versions for whole batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import polars as pl
from django.db import connection

from chengxin.base.database.copying import copy_frame, copy_text

ORGANISATIONS = "records_record"
PEOPLE = "records_personrecord"


@dataclass(frozen=True, slots=True)
class Present:
    """The present version of a record; `payload` as JSON text with sorted keys as PostgreSQL gives it."""

    id: int
    version: int
    state: str
    payload: str


def present_versions(natural_keys: Sequence[str], *, table: str = ORGANISATIONS) -> dict[str, Present]:
    """The present versions of records with these natural keys. Index: `record_one_present_version`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT natural_key::text, id, version, state, payload::text FROM {table}"
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
