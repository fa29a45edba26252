"""COPY, the fast way into PostgreSQL, on Django's own connection and in its transaction."""

from collections.abc import Iterable, Sequence

import polars as pl
from django.db import connection
from psycopg import sql


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Copy rows of Python values into `columns` of `table`."""
    with connection.cursor() as cursor, cursor.copy(_statement(table, columns)) as copy:
        for row in rows:
            copy.write_row(row)


def copy_frame(table: str, frame: pl.DataFrame) -> None:
    """Copy a frame into the columns of the same names; text must hold no tab, line break or lone backslash.

    Use `copy_text` on free text first. Null becomes NULL.
    """
    data = frame.write_csv(
        separator="\t", quote_style="never", null_value="\\N", include_header=False, line_terminator="\n"
    )
    with connection.cursor() as cursor, cursor.copy(_statement(table, frame.columns)) as copy:
        copy.write(data)


def copy_text(column: pl.Series) -> pl.Series:
    """Free text as COPY's text format wants it: backslash, tab and line breaks escaped."""
    if not any(column.str.contains(character, literal=True).any() for character in "\\\t\n\r"):
        return column
    return column.str.replace_many(["\\", "\t", "\n", "\r"], ["\\\\", "\\t", "\\n", "\\r"])


def _statement(table: str, columns: Sequence[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
