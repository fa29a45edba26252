import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import lists, text, tuples

from chengxin.offerings.reports import printing, queries
from chengxin.offerings.reports.tests.factories import COMPANY, NOW, TODAY, rich_subject

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_report_prints_what_was_agreed(language: str, settings):
    settings.PUBLIC_ADDRESS, settings.DEMO = "https://credit.example", True
    rich_subject()
    marks = printing.Marks("XY20261123-8HJ2-K7QM-5", "7QK2M8RA", NOW, language)

    printed = printing.printed(queries.report_content(COMPANY, on=TODAY), marks)

    assert printed.pop("qr").startswith("<svg")
    told = json.dumps(printed, ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"report.{language}.json"
    if os.environ.get("CHENGXIN_GOLDEN") == "renew":
        file.write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8")


@given(text())
def test_places_to_break_change_no_text(word: str):
    plain = word.replace(printing.ZERO_WIDTH_SPACE, "")

    assert printing.breakable(plain).replace(printing.ZERO_WIDTH_SPACE, "") == plain


@given(lists(tuples(text(max_size=40), text(max_size=40))))
def test_rows_keep_all_fields_in_their_order(fields: list[tuple[str, str]]):
    made = printing.rows(fields)

    assert [field for row in made for field in row] == fields
    assert all(len(row) <= 2 for row in made)


@pytest.mark.parametrize(
    ("asked", "language"), [("en", "en"), ("en-gb", "en"), ("zh-hans", "zh-hans"), ("", "zh-hans"), ("fr", "zh-hans")]
)
def test_the_language_is_english_where_asked_for_else_chinese(asked: str, language: str):
    assert printing.language_of(asked) == language
