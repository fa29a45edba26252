"""A file as a table of text: titles, and batches of rows under them."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import polars as pl

from chengxin.intake.collection import policy
from chengxin.intake.collection.errors import DoubledColumn, EmptyFile, MissingColumn, NoHeader, TooLarge, UnknownFormat
from chengxin.intake.collection.rules import Column, comparable_title, take_columns
from chengxin.registry.catalogue.rules import Item

ROW = "__row"
HEADER_WITHIN = 15
FLOAT_MARK = "\ue000"  # private-use character: put before a number that a code cell was turned into
NESTED_MARK = "\ue001"  # before a JSON value that is neither text nor number


MAX_COLUMNS = 500
MOST_SEEN, LONGEST_SEEN = 10, 60  # told of a file without a header: parts, and characters of each
MEGABYTE = 1 << 20


def clean(text: str) -> str:
    """Text that UTF-8 and PostgreSQL can hold: without NUL and halves of character pairs, and without our own marks."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNFIT.sub("", text)


_UNFIT = re.compile("[\x00\ud800-\udfff\ue000\ue001]")


@dataclass(frozen=True, slots=True)
class Source:
    """A readable file: `columns`, and `batches()` of frames with `__row` (from 1) and a text column `c<place>` each."""

    columns: tuple[Column, ...]
    batches: Callable[[], Iterator[pl.DataFrame]]


def signature_of(titles: Sequence[str]) -> str:
    """Names a set of column titles, whatever their order and marks."""
    return hashlib.sha256("\x1f".join(sorted(map(comparable_title, titles))).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: the item, the columns passed over, and the officer's own choice by title.

    `layouts` holds choices remembered for files with the same titles, by `signature_of`.
    """

    item: Item
    ignored: frozenset[str]
    chosen: Mapping[str, str]
    layouts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def take(self, titles: list[str]) -> tuple[Column, ...]:
        """Which column is taken for which field."""
        chosen = self.chosen or self.layouts.get(signature_of(titles), {})
        return take_columns(titles, self.item, ignored=self.ignored, chosen=chosen)

    def score(self, titles: list[str]) -> int:
        """How many fields of the item these titles name."""
        if len(titles) > MAX_COLUMNS:
            return 0
        return len({c.field for c in self.take(titles) if c.field})

    def header_in(self, rows: list[list[str]]) -> int | None:
        """The place of the row that is most likely the header, or None."""
        scores = [self.score(row) for row in rows]
        best = max(scores, default=0)
        enough = max(2, len([f for f in self.item.fields if f.required]) // 3)
        return scores.index(best) if best >= enough else None

    def checked(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        """The columns, if none is doubled and no required one is missing."""
        by_field: dict[str, list[str]] = {}
        for column in columns:
            if column.field:
                by_field.setdefault(column.field, []).append(column.title)
        for code, titles in by_field.items():
            if len(titles) > 1:
                raise DoubledColumn(field=self.item.field_of(code).name.zh, columns=titles)
        missing = [f.name.zh for f in self.item.fields if f.required and f.code not in by_field]
        if missing:
            raise MissingColumn(columns=missing)
        return columns

    def no_header(self, seen: Iterable[str]) -> NoHeader:
        """The error for a file in which no header of the item was found; `seen`: what stood there instead."""
        return NoHeader(item=self.item.name.zh, seen=[part[:LONGEST_SEEN] for part in islice(seen, MOST_SEEN)])


def open_source(path: Path, *, filename: str, wanted: Wanted, scratch: Path) -> Source:
    """The file as a source, whatever its kind; `scratch` is a folder for temporary files. Raises `Unreadable`."""
    from chengxin.intake.collection.reading import csv_files, json_lines, workbooks

    suffix = Path(filename).suffix.lower()
    limits = policy.limits()
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK\x03\x04"):
        return workbooks.open_workbook(path, wanted=wanted, limits=limits)
    if head.startswith(b"\xd0\xcf\x11\xe0") or suffix in {".xls", ".pdf", ".doc", ".docx", ".zip", ".rar"}:
        raise UnknownFormat(filename=filename)
    if (size := path.stat().st_size) > limits.csv_mb * MEGABYTE:
        raise TooLarge(size=size // MEGABYTE, limit=limits.csv_mb)
    if size == 0:
        raise EmptyFile
    if suffix in {".jsonl", ".ndjson", ".json"} or head.lstrip().startswith(b"{"):
        return json_lines.open_lines(path, wanted=wanted)
    return csv_files.open_csv(path, wanted=wanted, scratch=scratch)
