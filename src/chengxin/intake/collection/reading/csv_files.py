"""CSV in UTF-8 or GB18030, read as a stream."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from chengxin.intake.collection.errors import BrokenQuotes, EmptyFile, RaggedRow, TooLarge, WrongEncoding
from chengxin.intake.collection.policy import Limits
from chengxin.intake.collection.reading.sources import HEADER_WITHIN, ROW, Source, Wanted

BATCH = 100_000
CHUNK = 1 << 22
DELIMITERS = (",", "\t", ";", "|")
MEGABYTE = 1 << 20


def open_csv(path: Path, *, wanted: Wanted, scratch: Path, limits: Limits) -> Source:
    """A CSV file as a source. Raises `Unreadable`."""
    size = path.stat().st_size
    if size > limits.csv_mb * MEGABYTE:
        raise TooLarge(size=size // MEGABYTE, limit=limits.csv_mb)
    if size == 0:
        raise EmptyFile
    path = _as_utf8(path, scratch)
    head = _head(path)
    best: tuple[int, str, int, list[list[str]]] | None = None
    for delimiter in DELIMITERS:
        rows = _rows(head, delimiter)
        place = wanted.header_in(rows)
        if place is not None and (best is None or wanted.score(rows[place]) > best[0]):
            best = (wanted.score(rows[place]), delimiter, place, rows)
    if best is None:
        raise wanted.no_header("；".join(",".join(r) for r in _rows(head, ",")[:3]))
    _, delimiter, place, rows = best
    columns = wanted.checked(wanted.take(rows[place]))
    return Source(columns, lambda: _batches(path, delimiter, place, len(columns)))


def _head(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(1 << 18)
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


def _as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself where it is UTF-8 (and has no stray NUL or lone CR), else a copy in UTF-8."""
    if _is(path, "utf-8"):
        return path
    copy = scratch / "utf8.csv"
    for encoding in ("utf-16", "gb18030") if _has_utf16_mark(path) else ("gb18030",):
        decoder = codecs.getincrementaldecoder(encoding)()
        lines = 1
        try:
            with path.open("rb") as source, copy.open("w", encoding="utf-8", newline="") as target:
                while chunk := source.read(CHUNK):
                    text = decoder.decode(chunk)
                    lines += text.count("\n")
                    target.write(text)
                target.write(decoder.decode(b"", final=True))
        except UnicodeDecodeError:
            continue
        return copy
    raise WrongEncoding(line=lines)


def _has_utf16_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _is(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _batches(path: Path, delimiter: str, header: int, width: int) -> Iterator[pl.DataFrame]:
    names = [f"c{place}" for place in range(width)]
    lazy = pl.scan_csv(
        path,
        separator=delimiter,
        has_header=False,
        skip_rows=header + 1,
        schema=dict.fromkeys(names, pl.String),
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
