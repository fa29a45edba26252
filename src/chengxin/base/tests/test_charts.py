"""The geometry of a trend."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chengxin.base import charts

per_cent = st.none() | st.decimals(0, 100, places=2)


@given(values=st.lists(per_cent, min_size=1, max_size=12), target=st.none() | st.decimals(0, 100, places=2))
def test_every_value_stands_within_the_frame_and_higher_ones_stand_higher(
    values: list[Decimal | None], target: Decimal | None
):
    made = charts.trend([str(n) for n in range(len(values))], [values], target=target)
    known = [v for v in values if v is not None]
    dots = made.lines[0].dots

    assert len(dots) == len(known)
    assert all(made.left <= d.x <= made.right and 0 <= d.y <= made.base for d in dots)
    ordered = sorted(zip(known, dots, strict=True), key=lambda pair: pair[0])
    heights = [dot.y for _, dot in ordered]
    assert heights == sorted(heights, reverse=True)


def test_a_month_without_a_value_leaves_a_gap():
    made = charts.trend(list("abcde"), [[Decimal(90), Decimal(95), None, Decimal(99), Decimal(100)]])

    assert len(made.lines[0].pieces) == 2
    assert [tick.told for tick in made.upward] == ["80", "85", "90", "95", "100"]
