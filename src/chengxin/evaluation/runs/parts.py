"""The two steps of a snapshot that run side by side in processes of their own: reading a part, and closing a part.

They know neither Django nor models: a connection address, a statement, a folder. Memory is bounded by `CHUNK` bytes of
text and `FLUSH` rows, whatever the size of the table.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psycopg
from psycopg import sql

CHUNK = 8 * 2**20
FLUSH = 1_000_000
SLICE = 100_000
TYPES = {"resource": pl.Int16, "event_day": pl.Int32, "until_day": pl.Int32, "state": pl.Int8, "severity": pl.Int8}
TEXTS = ("kind", "status", "division")


@dataclass(frozen=True, slots=True)
class Part:
    """Which rows to read, and where their fragments go."""

    name: str
    statement: str
    columns: tuple[str, ...]
    buckets: int
    folder: Path


def typed(columns: Sequence[str]) -> dict[str, type[pl.DataType]]:
    """The types of a snapshot's columns."""
    return {c: pl.String if c in TEXTS else TYPES.get(c, pl.Int64) for c in columns}


def read_part(address: str, snapshot: str, part: Part) -> int:
    """COPY one part of a table, as the exported snapshot shows it, into fragments by bucket; how many rows it had."""
    with psycopg.connect(address) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        held: list[pl.DataFrame] = []
        rows = written = 0
        for frame in _frames(connection, part):
            held.append(frame)
            rows += frame.height
            if rows - written >= FLUSH:
                _write(held, part, written)
                held, written = [], rows
        if held:
            _write(held, part, written)
    return rows


def _frames(connection: "psycopg.Connection[tuple[object, ...]]", part: Part) -> Iterator[pl.DataFrame]:
    # The statement is our own; `layout` quotes what models name.
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(sql.SQL(part.statement))
    text = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            text.write(block)
            if text.tell() >= CHUNK:
                yield _parsed(text.getvalue(), part.columns)
                text = io.BytesIO()
    if text.tell():
        yield _parsed(text.getvalue(), part.columns)


def _parsed(text: bytes, columns: Sequence[str]) -> pl.DataFrame:
    found = pl.read_csv(text, has_header=False, new_columns=list(columns), schema=typed(columns))
    return found.with_columns(pl.col(pl.String).fill_null(""))


def _write(held: list[pl.DataFrame], part: Part, written: int) -> None:
    frame = pl.concat(held).with_columns((pl.col("subject_id") % part.buckets).alias("bucket"))
    for (bucket,), rows in frame.partition_by("bucket", as_dict=True, include_key=False).items():
        rows.write_parquet(part.folder / f"fragment-{bucket:02}-{part.name}-{written}.parquet", compression="lz4")


def close_part(
    folder: Path, bucket: int, columns: tuple[str, ...], *, order: tuple[str, ...], classes: int
) -> list[str]:
    """Put a bucket's fragments into one file, sorted; the SHA-256 of each class of subjects in it, as `class digest`.

    A class (`subject_id % classes`) lies in one bucket and is digested row by row in `order`: its digest is the same
    however many buckets there are.
    """
    fragments = sorted(folder.glob(f"fragment-{bucket:02}-*.parquet"))
    found = [pl.read_parquet(path) for path in fragments] or [pl.DataFrame(schema=typed(columns))]
    frame = pl.concat(found).with_columns((pl.col("subject_id") % classes).alias("class")).sort("class", *order)
    digests = []
    for (number,), rows in frame.partition_by("class", as_dict=True, include_key=False).items():
        digests.append(f"{number} {_digest(rows.select(columns))}")
    target = folder / f"part-{bucket:02}.parquet"
    frame.select(columns).write_parquet(target, compression="snappy", row_group_size=250_000)
    for path in fragments:
        path.unlink()
    return digests


def digests_of(path: Path, columns: tuple[str, ...], *, order: tuple[str, ...], classes: int) -> list[str]:
    """The digests that `close_part` gave for the file, computed anew from what it holds now."""
    frame = pl.read_parquet(path).with_columns((pl.col("subject_id") % classes).alias("class")).sort("class", *order)
    parts = frame.partition_by("class", as_dict=True, include_key=False)
    return [f"{number} {_digest(rows.select(columns))}" for (number,), rows in parts.items()]


def _digest(rows: pl.DataFrame) -> str:
    digest = hashlib.sha256()
    for each in rows.iter_slices(SLICE):
        digest.update(each.write_csv(include_header=False).encode())
    return digest.hexdigest()
