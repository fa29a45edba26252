"""Tables that people open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"  # by which spreadsheets know UTF-8
LINES = 500  # written and sent at a time


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text


def _cells(cells: Iterable[Any]) -> list[Any]:
    return [c if c is None or isinstance(c, int | float) else harmless(str(c)) for c in cells]


class CsvFile(HttpResponse):
    """A short CSV to download, in UTF-8 with the mark by which spreadsheets know it; every text in it is harmless."""

    def __init__(self, filename: str) -> None:
        super().__init__(content_type="text/csv; charset=utf-8")
        self["Content-Disposition"] = f'attachment; filename="{filename}"'
        self.write(MARK)
        self._writer = csv.writer(self)

    def row(self, cells: Iterable[Any]) -> None:
        """Add a row; numbers stay numbers, None is empty."""
        self._writer.writerow(_cells(cells))


class CsvStream(StreamingHttpResponse):
    """The same, of any length: its rows are read while it is sent, in the language of the page that asked.

    What goes wrong before the first lines are written is raised here, and becomes a page. What goes wrong later breaks
    the answer off. Since a server may end such an answer as if it were whole (granian does), its last line then says
    that it is not.
    """

    def __init__(self, filename: str, titles: Iterable[Any], rows: Iterable[Iterable[Any]]) -> None:
        parts = _parts(iter(rows))
        first = MARK + _line(titles) + next(parts, "")
        super().__init__(_sent(first, parts, translation.get_language()), content_type="text/csv; charset=utf-8")
        self["Content-Disposition"] = f'attachment; filename="{filename}"'


class _Echo:
    def write(self, text: str) -> str:
        return text


def _line(cells: Iterable[Any]) -> str:
    return str(csv.writer(_Echo()).writerow(_cells(cells)))


def _parts(rows: Iterator[Iterable[Any]]) -> Iterator[str]:
    while part := "".join(map(_line, islice(rows, LINES))):
        yield part


def _sent(first: str, parts: Iterator[str], language: str | None) -> Iterator[str]:
    yield first
    while True:
        with translation.override(language):
            try:
                part, broken = next(parts, ""), None
            except Exception as error:
                part, broken = _line([_("导出中断，此文件不完整。请重新导出。")]), error
        if part:
            yield part
        if broken is not None:
            raise broken
        if not part:
            return
