"""What the statistics of inspections may say: compared within draws, with an interval that keeps its word."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.regulation.inspections.rates import Rate, difference, difference_within, pooled, rate


@st.composite
def rates(draw) -> Rate:
    visits = draw(st.integers(1, 400))
    return rate(draw(st.integers(0, visits)), visits)


def test_a_difference_of_matters_is_not_taken_for_one_of_drawing():
    food, building = (rate(90, 100), rate(9, 10)), (rate(1, 10), rate(10, 100))

    added_up = difference(pooled([food[0], building[0]]), pooled([food[1], building[1]]))
    within = difference_within([food, building])

    assert added_up is not None and added_up.is_clear and round(added_up.value, 2) == 0.65
    assert within is not None and not within.is_clear and abs(within.value) < 1e-9


@given(one=rates(), other=rates())
def test_the_difference_lies_in_its_interval_and_turns_with_the_sides(one, other):
    found, turned = difference_within([(one, other)]), difference_within([(other, one)])

    assert found is not None and turned is not None
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert (round(turned.low, 9), round(turned.high, 9)) == (round(-found.high, 9), round(-found.low, 9))


@given(one=rates(), other=rates(), times=st.integers(2, 5))
def test_the_same_draw_made_more_often_says_the_same_and_more_surely(one, other, times):
    once, often = difference_within([(one, other)]), difference_within([(one, other)] * times)

    assert once is not None and often is not None
    assert round(often.value, 9) == round(once.value, 9)
    assert often.high - often.low <= once.high - once.low


def test_the_interval_holds_the_true_difference_in_95_of_100_series_of_unlike_draws():
    chance = Random(20_261_126)
    draws = [(40, 20, 0.05), (15, 60, 0.3), (80, 30, 0.6)]  # visits by grade, of the control group, share found there
    gain, held, series = 0.1, 0, 2_000

    def found(share: float, visits: int) -> Rate:
        return rate(sum(chance.random() < share for _ in range(visits)), visits)

    for _ in range(series):
        within = difference_within([(found(share + gain, drawn), found(share, plain)) for drawn, plain, share in draws])
        assert within is not None
        held += within.low <= gain <= within.high

    assert 0.94 <= held / series <= 0.975


@pytest.mark.parametrize("pairs", [[], [(rate(0, 0), rate(1, 2))], [(rate(1, 2), rate(0, 0))]])
def test_a_draw_with_one_side_alone_says_nothing(pairs):
    assert difference_within(pairs) is None
