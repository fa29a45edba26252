import pytest

from chengxin.base import links


@pytest.mark.parametrize(("total", "size", "last"), [(0, 20, 1), (1, 20, 1), (20, 20, 1), (21, 20, 2), (41, 20, 3)])
def test_the_last_page_holds_the_rest(total, size, last):
    assert links.last_page(total, size) == last


@pytest.mark.parametrize(
    ("page", "relations"),
    [
        (1, ["first", "last", "next"]),
        (2, ["first", "last", "prev", "next"]),
        (3, ["first", "last", "prev"]),
    ],
)
def test_a_page_names_its_neighbours_and_both_ends(page, relations):
    header = links.page_links("/list", {"q": "邕 江"}, page=page, last=3)

    assert [part.split('rel="')[1].rstrip('"') for part in header.split(", ")] == relations
    assert header.startswith("</list?q=%E9%82%95+%E6%B1%9F&page=1>")
