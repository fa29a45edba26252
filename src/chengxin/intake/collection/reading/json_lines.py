"""JSON Lines: one object a line, keys are field codes or titles."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from chengxin.intake.collection.errors import BrokenLine, EmptyFile, TooManyColumns, WrongEncoding
from chengxin.intake.collection.reading.sources import MAX_COLUMNS, NESTED_MARK, ROW, Source, Wanted, clean

BATCH = 50_000
LONGEST_LINE = 16 << 20


def open_lines(path: Path, *, wanted: Wanted) -> Source:
    """A JSON Lines file as a source; a first pass collects the keys. Raises `Unreadable`."""
    titles: dict[str, None] = {}
    for _, row in _objects(path):
        titles.update(dict.fromkeys(row))
        if len(titles) > MAX_COLUMNS:
            raise TooManyColumns(limit=MAX_COLUMNS)
    if not titles:
        raise EmptyFile
    columns = wanted.take([clean(title) for title in titles])
    if not any(c.field for c in columns):
        raise wanted.no_header(map(clean, titles))
    columns = wanted.checked(columns)
    return Source(columns, lambda: _batches(path, list(titles)))


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise BrokenLine(line=number)
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise WrongEncoding(line=number) from error
            if text.strip():
                yield number, _object(text, number)


def _object(text: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenLine(line=number) from error
    if not isinstance(row, dict):
        raise BrokenLine(line=number)
    return row


def _batches(path: Path, titles: list[str]) -> Iterator[pl.DataFrame]:
    rows: list[list[str | None]] = []
    start = 1
    for _, row in _objects(path):
        rows.append([_text(row.get(title)) for title in titles])
        if len(rows) == BATCH:
            yield _frame(rows, start)
            start, rows = start + len(rows), []
    if rows:
        yield _frame(rows, start)


def _frame(rows: list[list[str | None]], start: int) -> pl.DataFrame:
    schema = {f"c{place}": pl.String for place in range(len(rows[0]))}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index(ROW, offset=start).cast({ROW: pl.Int64})


def _text(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case str():
            return clean(value)
        case bool():
            return "是" if value else "否"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case list() if all(isinstance(v, str) for v in value):
            return clean(";".join(value))
        case _:
            return NESTED_MARK
