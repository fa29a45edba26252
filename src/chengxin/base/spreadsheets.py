"""Tables that people open in a spreadsheet."""

import csv
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text


class CsvFile(HttpResponse):
    """A CSV to download, in UTF-8 with the mark by which spreadsheets know it; every text in it is harmless."""

    def __init__(self, filename: str) -> None:
        super().__init__(content_type="text/csv; charset=utf-8")
        self["Content-Disposition"] = f'attachment; filename="{filename}"'
        self.write("\ufeff")
        self._writer = csv.writer(self)

    def row(self, cells: Iterable[Any]) -> None:
        """Add a row; numbers stay numbers, None is empty."""
        self._writer.writerow([c if c is None or isinstance(c, int | float) else harmless(str(c)) for c in cells])
