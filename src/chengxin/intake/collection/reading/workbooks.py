"""XLSX workbooks: the sheet whose header fits, cells as what they mean."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from chengxin.intake.collection.errors import (
    BrokenWorkbook,
    EmptyFile,
    FormulasWithoutValues,
    MergedCells,
)
from chengxin.intake.collection.policy import Limits
from chengxin.intake.collection.reading import archives
from chengxin.intake.collection.reading.sources import FLOAT_MARK, HEADER_WITHIN, ROW, Source, Wanted, clean
from chengxin.intake.collection.rules import Column
from chengxin.registry.catalogue.rules import FieldType

BATCH = 50_000
EXACT_INTEGER = 1e15  # above this a number read from a sheet may have lost digits
Opened = TypeVar("Opened")
CODE_TYPES = {FieldType.CREDIT_CODE, FieldType.ORGANISATION_CODE, FieldType.SEALED, FieldType.TEXT}


def open_workbook(path: Path, *, wanted: Wanted, limits: Limits) -> Source:
    """An XLSX file as a source. Raises `Unreadable`."""
    seen = archives.survey(path, limits)
    workbook = _opened(lambda: CalamineWorkbook.from_path(path))
    best: tuple[int, CalamineSheet, int, list[str]] | None = None
    for name in workbook.sheet_names:
        sheet = _opened(partial(workbook.get_sheet_by_name, name))
        rows = _first_rows(sheet)
        place = wanted.header_in(rows)
        if place is not None and (best is None or wanted.score(rows[place]) > best[0]):
            best = (wanted.score(rows[place]), sheet, place, rows[place])
    if best is None:
        raise wanted.no_header(workbook.sheet_names)
    _, sheet, header, titles = best
    columns = wanted.checked(wanted.take(titles))
    _refuse_merged(sheet, header)
    if seen.parts_with_lone_formulas and _part_of(path, sheet.name) in seen.parts_with_lone_formulas:
        raise FormulasWithoutValues
    codes = {f.code for f in wanted.item.fields if f.type in CODE_TYPES}
    return Source(columns, lambda: _batches(sheet, header, columns, codes))


def _opened(step: Callable[[], Opened]) -> Opened:
    """What the reading library gives; whatever it stumbles over, a panic of its Rust code too, is a broken workbook."""
    try:
        return step()
    except (CalamineError, ValueError, OSError) as error:
        raise BrokenWorkbook from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise BrokenWorkbook from error
        raise


def _first_rows(sheet: CalamineSheet) -> list[list[str]]:
    rows = []
    for row in sheet.iter_rows():
        rows.append([clean(str(cell)) for cell in row])
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


def _batches(sheet: CalamineSheet, header: int, columns: tuple[Column, ...], codes: set[str]) -> Iterator[pl.DataFrame]:
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
        raise EmptyFile


def _part_of(path: Path, name: str) -> str:
    """The part of the archive that holds the sheet of that name; empty where it cannot be told."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - expat refuses entity bombs
            links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, OSError):
        return ""
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in book.findall(".//{*}sheet"):
        if sheet.get("name") == name:
            number = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
            target = targets.get(number, "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _frame(rows: list[list[str | None]], start: int, width: int) -> pl.DataFrame:
    schema = {f"c{place}": pl.String for place in range(width)}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index(ROW, offset=start).cast({ROW: pl.Int64})


def _text(cell: Any, is_code: bool) -> str | None:
    """A cell as text: days ISO, whole numbers without a point, a number that lost digits in a code cell marked."""
    match cell:
        case "" | None:
            return None
        case str():
            return clean(cell)
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
