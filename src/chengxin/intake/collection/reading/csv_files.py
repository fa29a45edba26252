"""CSV in UTF-8 or GB18030, read as a stream."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from chengxin.intake.collection.errors import BrokenQuotes, RaggedRow, WrongEncoding
from chengxin.intake.collection.reading.encodings import HEAD, as_utf8, first_line_not_utf8
from chengxin.intake.collection.reading.sources import HEADER_WITHIN, ROW, Source, Wanted

BATCH = 50_000
DELIMITERS = (",", "\t", ";", "|")


def open_csv(path: Path, *, wanted: Wanted, scratch: Path) -> Source:
    """A CSV file as a source. Raises `Unreadable`."""
    readable = as_utf8(path, scratch)
    head = _head(readable)
    best = _header(head, wanted)
    if best is None:
        if readable != path and _header(_head(path), wanted) is not None:
            raise WrongEncoding(line=first_line_not_utf8(path))
        raise wanted.no_header(",".join(r) for r in _rows(head, ",")[:3])
    _, delimiter, place, titles = best
    columns = wanted.checked(wanted.take(titles))
    return Source(columns, lambda: _batches(readable, delimiter, place, len(columns)))


def _header(head: str, wanted: Wanted) -> tuple[int, str, int, list[str]] | None:
    """How well the best header fits, its delimiter, its place and its titles; None where none fits."""
    best: tuple[int, str, int, list[str]] | None = None
    for delimiter in DELIMITERS:
        rows = _rows(head, delimiter)
        place = wanted.header_in(rows)
        if place is not None and (best is None or wanted.score(rows[place]) > best[0]):
            best = (wanted.score(rows[place]), delimiter, place, rows[place])
    return best


def _head(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(HEAD)
    text = raw.decode("utf-8-sig", errors="ignore")
    return text.replace("\x00", "")


def _rows(head: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) == HEADER_WITHIN:
                break
    except csv.Error:
        pass
    return rows


def _batches(path: Path, delimiter: str, header: int, width: int) -> Iterator[pl.DataFrame]:
    names = [f"c{place}" for place in range(width)]
    lazy = pl.scan_csv(
        path,
        separator=delimiter,
        has_header=False,
        skip_rows=header + 1,
        schema=dict.fromkeys(names, pl.String),
        null_values=[""],  # a quoted blank is blank too
        encoding="utf8",
        raise_if_empty=False,
        missing_columns="insert",
        glob=False,
    )
    start = 1
    try:
        for batch in lazy.collect_batches(chunk_size=BATCH, maintain_order=True):
            numbered = batch.with_row_index(ROW, offset=start).cast({ROW: pl.Int64})
            start += batch.height
            yield numbered
    except pl.exceptions.PolarsError as error:
        raise _why(path, delimiter, header, width) from error


def _why(path: Path, delimiter: str, header: int, width: int) -> Exception:
    """Reads the file slowly to say which line does not fit."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader((line.replace("\x00", "") for line in file), delimiter=delimiter)
            for place, row in enumerate(reader):
                if place > header and len(row) > width:
                    return RaggedRow(line=reader.line_num, found=len(row), expected=width)
    except csv.Error:
        pass
    return BrokenQuotes()
