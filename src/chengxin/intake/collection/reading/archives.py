"""What an XLSX file holds, learnt by unpacking it as a stream before any program opens it as a whole."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chengxin.intake.collection.errors import BrokenWorkbook, SheetTooWide, TooLarge, ZipBomb
from chengxin.intake.collection.policy import Limits

MEGABYTE = 1 << 20
CHUNK = 1 << 20
OVERLAP = 512
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
# A workbook is read into one cell after another of its whole range, blank ones too.
MOST_CELLS = 30_000_000
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d{1,7})"')
_WIDE_CELL = re.compile(rb'\br="([A-Z]{2,3})(\d{1,7})"')
# A formula whose cell has no value beside it: `<f>…</f></c>`, `<f>…</f><v></v>`, `<f/>…`
_LONE_FORMULA = re.compile(rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


@dataclass(frozen=True, slots=True)
class Survey:
    """What was seen: parts of the archive in which formulas stand without their values."""

    parts_with_lone_formulas: frozenset[str]


def survey(path: Path, limits: Limits) -> Survey:
    """Unpack every part as a stream, within the limits. Raises `TooLarge`, `ZipBomb`, `SheetTooWide`, `BrokenWorkbook`.

    The sizes that the archive states of itself are not believed: what really comes out is counted.
    """
    size = path.stat().st_size
    if size > limits.xlsx_mb * MEGABYTE:
        raise TooLarge(size=size // MEGABYTE, limit=limits.xlsx_mb)
    most = min(limits.xlsx_unpacked_mb * MEGABYTE, max(20 * MEGABYTE, size * limits.xlsx_ratio))
    lone: set[str] = set()
    total = 0
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            for part in archive.infolist():
                is_sheet = part.filename.startswith("xl/worksheets/")
                look = _Sheet()
                for chunk in _unpacked(file, part):
                    total += len(chunk)
                    if total > most:
                        raise ZipBomb(size=total // MEGABYTE)
                    if is_sheet:
                        look.at(chunk)
                if is_sheet and look.lone_formula:
                    lone.add(part.filename)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, NotImplementedError) as error:
        raise BrokenWorkbook from error
    return Survey(frozenset(lone))


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part, whatever the archive says of its size."""
    file.seek(part.header_offset)
    header = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    if header[0] != b"PK\x03\x04" or part.flag_bits & 1 or part.compress_type not in (0, 8):
        raise BrokenWorkbook
    file.seek(header[9] + header[10], 1)
    left = part.compress_size
    inflate = zlib.decompressobj(-15) if part.compress_type == 8 else None
    while left > 0 and (packed := file.read(min(left, CHUNK))):
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, CHUNK)
            packed = inflate.unconsumed_tail


class _Sheet:
    """Looks at a worksheet's XML as it comes by."""

    def __init__(self) -> None:
        self.tail = b""
        self.last_row = 0
        self.last_column = 52
        self.lone_formula = False

    def at(self, chunk: bytes) -> None:
        """Look at the next piece; a little of the one before is looked at again, so that nothing is cut in two."""
        text = self.tail + chunk
        self.tail = text[-OVERLAP:]
        for found in _ROW.finditer(text):
            self.last_row = max(self.last_row, int(found[1]))
        for found in _WIDE_CELL.finditer(text):
            self.last_column = max(self.last_column, _number_of(found[1]))
            self.last_row = max(self.last_row, int(found[2]))
        if self.last_row * self.last_column > MOST_CELLS and self.last_column > 52:
            raise SheetTooWide(range=f"{self.last_row:,} × {self.last_column:,}")
        if not self.lone_formula and b"<f" in text:
            self.lone_formula = _LONE_FORMULA.search(text) is not None


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
