"""XLSX workbooks: the sheet whose header fits, cells as what they mean."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from chengxin.intake.collection.errors import (
    BrokenWorkbook,
    EmptyFile,
    FormulasWithoutValues,
    MergedCells,
    TooLarge,
    ZipBomb,
)
from chengxin.intake.collection.policy import Limits
from chengxin.intake.collection.reading.sources import FLOAT_MARK, HEADER_WITHIN, ROW, Source, Wanted
from chengxin.intake.collection.rules import Column
from chengxin.registry.catalogue.rules import FieldType

BATCH = 50_000
MEGABYTE = 1 << 20
EXACT_INTEGER = 1e15  # above this a number read from a sheet may have lost digits
CODE_TYPES = {FieldType.CREDIT_CODE, FieldType.ORGANISATION_CODE, FieldType.SEALED, FieldType.TEXT}


def open_workbook(path: Path, *, wanted: Wanted, limits: Limits) -> Source:
    """An XLSX file as a source. Raises `Unreadable`."""
    _guard(path, limits)
    try:
        workbook = CalamineWorkbook.from_path(path)
        best: tuple[int, CalamineSheet, int, list[str]] | None = None
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            rows = _first_rows(sheet)
            place = wanted.header_in(rows)
            if place is not None and (best is None or wanted.score(rows[place]) > best[0]):
                best = (wanted.score(rows[place]), sheet, place, rows[place])
    except (CalamineError, ValueError, OSError) as error:
        raise BrokenWorkbook from error
    if best is None:
        raise wanted.no_header("、".join(workbook.sheet_names))
    _, sheet, header, titles = best
    columns = wanted.checked(wanted.take(titles))
    _refuse_merged(sheet, header)
    codes = {f.code for f in wanted.item.fields if f.type in CODE_TYPES}
    return Source(columns, lambda: _batches(path, sheet, header, columns, codes))


def _guard(path: Path, limits: Limits) -> None:
    size = path.stat().st_size
    if size > limits.xlsx_mb * MEGABYTE:
        raise TooLarge(size=size // MEGABYTE, limit=limits.xlsx_mb)
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(i.file_size for i in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BrokenWorkbook from error
    too_dense = unpacked > 20 * MEGABYTE and unpacked > size * limits.xlsx_ratio
    if unpacked > limits.xlsx_unpacked_mb * MEGABYTE or too_dense:
        raise ZipBomb(size=unpacked // MEGABYTE)


def _first_rows(sheet: CalamineSheet) -> list[list[str]]:
    rows = []
    for row in sheet.iter_rows():
        rows.append([str(cell) for cell in row])
        if len(rows) == HEADER_WITHIN:
            break
    return rows


def _refuse_merged(sheet: CalamineSheet, header: int) -> None:
    start_row = sheet.start[0] if sheet.start else 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if bottom > header + start_row and (top, left) != (bottom, right):
            raise MergedCells(cells=f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}")


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _batches(
    path: Path, sheet: CalamineSheet, header: int, columns: tuple[Column, ...], codes: set[str]
) -> Iterator[pl.DataFrame]:
    is_code = [c.field in codes for c in columns]
    width = len(columns)
    buffer: list[list[str | None]] = []
    start, something = 1, False
    for place, row in enumerate(sheet.iter_rows()):
        if place <= header:
            continue
        cells = [_text(cell, is_code[i]) for i, cell in enumerate(row[:width])]
        something = something or any(cells)
        buffer.append(cells + [None] * (width - len(cells)))
        if len(buffer) == BATCH:
            yield _frame(buffer, start, width)
            start, buffer = start + len(buffer), []
    if buffer:
        yield _frame(buffer, start, width)
    if not something:
        raise FormulasWithoutValues if _has_formulas(path) else EmptyFile


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                with archive.open(name) as part:
                    if b"<f" in part.read(MEGABYTE):
                        return True
    return False


def _frame(rows: list[list[str | None]], start: int, width: int) -> pl.DataFrame:
    schema = {f"c{place}": pl.String for place in range(width)}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index(ROW, offset=start).cast({ROW: pl.Int64})


def _text(cell: Any, is_code: bool) -> str | None:
    """A cell as text: days ISO, whole numbers without a point, a number that lost digits in a code cell marked."""
    match cell:
        case "" | None:
            return None
        case str():
            return cell
        case bool():
            return "是" if cell else "否"
        case float() | int() if abs(cell) >= EXACT_INTEGER:
            return f"{FLOAT_MARK if is_code else ''}{cell:.0f}"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case time() | timedelta():
            return str(cell)
        case _:
            return str(cell)
