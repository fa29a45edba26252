"""Writing a release's files: COPY to a CSV on disk, and from it, in streams, the three forms that go out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from chengxin.base.spreadsheets import FORMULA_MARKS
from chengxin.intake.opendata.rules import Column, ColumnType, Format

FOLDER, BLOCK, PART = "open-data", 1 << 20, 100_000
NUMBERS = {ColumnType.DECIMAL, ColumnType.INTEGER}
# A resident's number or a mobile number in free text, between characters that are neither letters nor digits of it.
BORN = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
IN_TEXT = rf"(^|[^0-9A-Za-z])(?:[1-9]\d{{5}}{BORN}\d{{3}}[\dXx]|1[3-9]\d{{9}})($|[^0-9A-Za-z])"
HIDDEN = "${1}***${2}"
HARMFUL = "^[" + "".join(f"\\x{ord(mark):02x}" for mark in FORMULA_MARKS) + "]"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written and stored; size in bytes."""

    format: Format
    stored_as: str
    size: int
    sha256: str


def write(item: str, columns: tuple[Column, ...], blocks: Iterable[memoryview | bytes], *, name: str) -> list[Written]:
    """Store the files of a release made of `blocks`, one CSV with a header of `columns`.

    Memory does not grow with the rows: blocks go to disk, and Polars streams from there (docs/benchmarks.md).
    """
    with _workshop() as folder:
        raw = folder / "raw.csv"
        with raw.open("wb") as file:
            for block in blocks:
                file.write(block)
        given = protected(pl.scan_csv(raw, schema=_schema(columns), raise_if_empty=False), columns)
        paths = {format: folder / f"{name}.{format.value}" for format in Format}
        given.sink_parquet(paths[Format.PARQUET])
        raw.unlink()
        _other_forms(paths, columns)
        return [_stored(item, path, format) for format, path in paths.items()]


def _other_forms(paths: Mapping[Format, Path], columns: tuple[Column, ...]) -> None:
    """JSON Lines and CSV of the Parquet file, which is protected already, part by part.

    Polars would stream them whole, and hold some 700 MB of a million rows for it (docs/benchmarks.md).
    """
    made = pl.scan_parquet(paths[Format.PARQUET])
    rows = made.select(pl.len()).collect().item()
    with paths[Format.JSON_LINES].open("wb") as lines, paths[Format.CSV].open("wb") as table:
        for start in range(0, max(rows, 1), PART):
            part, is_first = made.slice(start, PART).collect(), start == 0
            _exact(part.lazy(), columns).collect().write_ndjson(lines)
            harmless = _harmless(part.lazy(), columns).collect()
            harmless.write_csv(table, include_bom=is_first, include_header=is_first)


def delete(stored_as: Iterable[str]) -> None:
    """Remove files of releases that are over; what is gone already is passed over."""
    for name in stored_as:
        default_storage.delete(name)


def protected(frame: pl.LazyFrame, columns: tuple[Column, ...]) -> pl.LazyFrame:
    """Persons' names with the first character alone, as `sealing.rules.mask_name`; no personal number in free text."""
    masked = [
        (pl.col(c.code).str.slice(0, 1) + pl.lit("*").repeat_by(_rest(c.code)).list.join("")).alias(c.code)
        for c in columns
        if c.masked
    ]
    # Twice: the character between two numbers ends the first and begins the second.
    cleaned = [
        pl.col(c.code).str.replace_all(IN_TEXT, HIDDEN).str.replace_all(IN_TEXT, HIDDEN) for c in columns if c.free
    ]
    return frame.with_columns(*masked, *cleaned)


def told(rows: Sequence[Sequence[Any]], columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    """The same for a few rows of texts and dates, ready for JSON: dates ISO, decimals as exact texts."""
    given = {c.code: pl.Date() if c.source is None and c.type is ColumnType.DATE else pl.String() for c in columns}
    frame = pl.DataFrame(rows, schema=given, orient="row").lazy()
    frame = frame.cast({c.code: _type(c) for c in columns if c.type in NUMBERS})
    dates = [pl.col(c.code).cast(pl.String) for c in columns if c.type is ColumnType.DATE]
    return _exact(protected(frame, columns), columns).with_columns(*dates).collect().to_dicts()


def _exact(frame: pl.LazyFrame, columns: tuple[Column, ...]) -> pl.LazyFrame:
    return frame.with_columns(pl.col(c.code).cast(pl.String) for c in columns if c.type is ColumnType.DECIMAL)


def _rest(code: str) -> pl.Expr:
    return (pl.col(code).str.len_chars().cast(pl.Int64) - 1).clip(lower_bound=1)


def _schema(columns: tuple[Column, ...]) -> dict[str, pl.DataType]:
    return {c.code: _type(c) for c in columns}


def _type(column: Column) -> pl.DataType:
    match column.type:
        case ColumnType.DATE:
            return pl.Date()
        case ColumnType.INTEGER:
            return pl.Int64()
        case ColumnType.DECIMAL:
            return pl.Decimal(column.digits or 38, column.decimals)
        case _:
            return pl.String()


def _harmless(frame: pl.LazyFrame, columns: tuple[Column, ...]) -> pl.LazyFrame:
    return frame.with_columns(pl.col(c.code).str.replace(HARMFUL, "'$0") for c in columns if c.type is ColumnType.TEXT)


def _stored(item: str, path: Path, format: Format) -> Written:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
        size = file.tell()
        file.seek(0)
        stored = default_storage.save(f"{FOLDER}/{item}/{path.name}", File(file))
    return Written(format, stored, size, digest.hexdigest())


@contextmanager
def _workshop() -> Iterator[Path]:
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        yield Path(folder)
