"""COPY, the fast way into PostgreSQL, on Django's own connection and in its transaction."""

import io
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from django.db import connection
from psycopg import sql

SLICE = 10_000


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Copy rows of Python values into `columns` of `table`."""
    with connection.cursor() as cursor, cursor.copy(_statement(table, columns)) as copy:
        for row in rows:
            copy.write_row(row)


def copy_frame(table: str, frame: pl.DataFrame) -> None:
    """Copy a frame into the columns of the same names; text must hold no tab, line break or lone backslash.

    Use `copy_text` on free text first. Null becomes NULL. While PostgreSQL takes one slice, the next is written.
    """
    slices = frame.iter_slices(SLICE)
    with (
        connection.cursor() as cursor,
        cursor.copy(_statement(table, frame.columns)) as copy,
        ThreadPoolExecutor(1, thread_name_prefix="copy") as beside,
    ):
        coming = beside.submit(_written, next(slices, frame))
        for following in slices:
            data, coming = coming.result(), beside.submit(_written, following)
            copy.write(data)
        copy.write(coming.result())


def _written(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_csv(
        target, separator="\t", quote_style="never", null_value="\\N", include_header=False, line_terminator="\n"
    )
    return target.getvalue()


def copy_text(column: pl.Series) -> pl.Series:
    """Free text as COPY's text format wants it: backslash, tab and line breaks escaped."""
    if not any(column.str.contains(character, literal=True).any() for character in "\\\t\n\r"):
        return column
    return column.str.replace_many(["\\", "\t", "\n", "\r"], ["\\\\", "\\t", "\\n", "\\r"])


def _statement(table: str, columns: Sequence[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
