import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.spreadsheets import FORMULA_MARKS, CsvFile, harmless


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
