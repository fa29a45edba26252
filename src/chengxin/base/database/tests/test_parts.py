from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.contrib.contenttypes.models import ContentType
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.database import parts
from chengxin.base.database.parts import all_found, all_pages, all_rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 7)


@pytest.mark.parametrize("order", [("id",), ("-id",), ("app_label", "-id"), ("-app_label", "model")])
def test_every_row_comes_once_and_in_order_whatever_ties_the_first_column_has(order: tuple[str, ...]):
    every = ContentType.objects.all()

    assert list(all_rows(every, *order, told=list)) == list(every.order_by(*order))


def test_what_is_added_before_the_place_that_was_reached_doubles_nothing():
    before = list(ContentType.objects.order_by("-id"))

    rows = all_rows(ContentType.objects.all(), "-id", told=list)
    first = next(rows)
    ContentType.objects.create(app_label="later", model="later")

    assert [first, *rows] == before


def test_each_part_is_read_within_what_is_told_to_the_database_and_given_out_without():
    is_within, parts_read = [], []

    @contextmanager
    def within() -> Iterator[None]:
        is_within.append(True)
        yield
        is_within.pop()

    def told(part: Sequence[ContentType]) -> Sequence[ContentType]:
        parts_read.append(bool(is_within))
        return part

    rows = all_rows(ContentType.objects.all(), "id", told=told, within=within)

    assert not any(is_within for _row in rows)
    assert len(parts_read) == ContentType.objects.count() // 7 + 1 and all(parts_read)


@pytest.mark.parametrize("count", [0, 6, 7, 8, 14])
def test_a_statement_is_found_whole(count: int):
    found = all_found("SELECT generate_series(1, %(count)s)", {"count": count})

    assert [row[0] for part in found for row in part] == list(range(1, count + 1))


@given(count=st.integers(0, 30), size=st.integers(1, 10))
def test_pages_are_read_until_the_last(count: int, size: int):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "PAGE", size)

        assert list(all_pages(lambda page, n: range(count)[(page - 1) * n : page * n])) == list(range(count))
