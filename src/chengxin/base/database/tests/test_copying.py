import polars as pl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.base.database.copying import copy_frame, copy_rows, copy_text

pytestmark = pytest.mark.django_db
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


def read(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number, words FROM {table} ORDER BY number")
        return cursor.fetchall()


@pytest.fixture
def table() -> str:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS copied (number int, words text)")
        cursor.execute("DELETE FROM copied")
    return "copied"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.one_of(st.none(), texts), max_size=5))
def test_any_text_comes_back_as_it_was_copied(table, words):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM copied")
    frame = pl.DataFrame({"number": range(len(words)), "words": words}, schema={"number": pl.Int32, "words": pl.String})

    copy_frame(table, frame.with_columns(copy_text(frame["words"])))

    assert read(table) == list(enumerate(words))


def test_rows_of_values_are_copied_with_empty_as_empty(table):
    copy_rows(table, ["number", "words"], [(1, "a\tb\\N\n"), (2, None), (3, "")])

    assert read(table) == [(1, "a\tb\\N\n"), (2, None), (3, "")]
