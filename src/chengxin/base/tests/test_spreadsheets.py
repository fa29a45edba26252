import csv
import io
from collections.abc import Iterator

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base import spreadsheets
from chengxin.base.spreadsheets import FORMULA_MARKS, CsvFile, CsvStream, harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_made_a_text(text):
    assert harmless(text) == f"'{text}"


@given(st.text())
def test_no_text_begins_like_a_formula(text):
    assert not harmless(text).startswith(FORMULA_MARKS)


def test_an_empty_text_stays_empty():
    assert harmless("") == ""


def test_a_file_has_its_mark_its_name_and_harmless_rows():
    made = CsvFile("x.csv")

    made.row(["名称", "数"])
    made.row(["=cmd", -3, None])

    assert made["Content-Disposition"] == 'attachment; filename="x.csv"'
    assert list(csv.reader(io.StringIO(made.content.decode("utf-8-sig")))) == [["名称", "数"], ["'=cmd", "-3", ""]]


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_long_file_is_sent_in_parts_and_is_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spreadsheets, "LINES", 2)

    made = CsvStream("x.csv", ["名称", "数"], (["=cmd", n] for n in range(5)))
    sent = list(made)

    assert made["Content-Disposition"] == 'attachment; filename="x.csv"'
    assert (len(sent), sent[0].startswith("\ufeff".encode())) == (3, True)
    assert table(b"".join(sent)) == [["名称", "数"], *(["'=cmd", str(n)] for n in range(5))]


def test_an_empty_list_is_a_file_with_its_titles():
    assert table(CsvStream("x.csv", ["名称"], []).getvalue()) == [["名称"]]


def test_a_later_part_speaks_the_language_of_the_page_that_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spreadsheets, "LINES", 1)
    with translation.override("en"):
        made = CsvStream("x.csv", ["-"], ([_("、")] for _n in range(3)))

    assert table(made.getvalue())[1:] == [[", "]] * 3


def failing(after: int) -> Iterator[list[int]]:
    yield from ([n] for n in range(after))
    raise RuntimeError


def test_what_fails_at_once_is_no_file():
    with pytest.raises(RuntimeError):
        CsvStream("x.csv", ["数"], failing(1))


def test_a_file_that_broke_off_says_so_in_its_last_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spreadsheets, "LINES", 2)
    made, sent = iter(CsvStream("x.csv", ["数"], failing(3))), b""

    with pytest.raises(RuntimeError):
        for part in made:
            sent += part

    assert table(sent)[1:] == [["0"], ["1"], ["导出中断，此文件不完整。请重新导出。"]]
