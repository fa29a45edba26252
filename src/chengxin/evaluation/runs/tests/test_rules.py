from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chengxin.evaluation.runs.rules import auc_interval, disparity, ks_by_chance, marked, psi, ranking, unmarked

COUNTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8)


def test_evidence_is_sorted_by_version_and_tells_for_what_it_counts():
    evidence = sorted([marked(9, 0b001), marked(7, 0b101), marked(2**38, 0b100)])

    assert unmarked(evidence, 0) == [7, 9]
    assert unmarked(evidence, 2) == [7, 2**38]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"A": 50, "B": 50}, {"A": 5, "B": 5}, 0.0),
        ({"A": 50, "B": 50}, {"A": 60, "B": 40}, 0.0405),  # 0.1 ln 1.2 - 0.1 ln 0.8
        ({"A": 50, "B": 50}, {"A": 80, "B": 20}, 0.4159),  # 0.3 ln 1.6 - 0.3 ln 0.4
        ({}, {"A": 1}, 0.0),
    ],
)
def test_the_stability_index_of_examples_worked_out_by_hand(before, after, expected):
    assert psi(before, after) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("counts", "auc", "ks"),
    [
        ([(100, 2, 0), (900, 0, 3)], 1000, 1000),  # every later violator had fewer points
        ([(100, 0, 3), (900, 2, 0)], 0, 1000),
        ([(500, 2, 3)], 500, 0),  # all the same: chance
        ([(100, 1, 1), (200, 1, 1), (300, 0, 2)], 750, 500),  # (3.5 + 2.5) of 8 pairs won
        ([(500, 0, 3)], None, None),
    ],
)
def test_the_ranking_of_examples_worked_out_by_hand(counts, auc, ks):
    found = ranking(counts)

    assert (found.auc, found.ks) == (auc, ks)


@given(counts=COUNTS)
@hypothesis_settings(max_examples=50, deadline=None)
def test_the_ranking_is_what_comparing_every_pair_gives(counts):
    bad = [p for p, b, _ in counts for _ in range(b)]
    good = [p for p, _, g in counts for _ in range(g)]

    found = ranking(list({p: _of(p, counts) for p, _, _ in counts}.values()))

    if bad and good:
        wins = sum(2 * (b < g) + (b == g) for b, g in product(bad, good))
        assert found.auc == 1000 * wins // (2 * len(bad) * len(good))
    assert (found.with_outcome, found.without) == (len(bad), len(good))


def _of(points, counts):
    return points, sum(b for p, b, _ in counts if p == points), sum(g for p, _, g in counts if p == points)


def test_a_group_whose_share_of_good_grades_is_below_the_limit_is_asked_about():
    shares = {"north": (80, 100), "south": (60, 100), "empty": (0, 0)}

    assert list(disparity(shares, 800)) == [("north", 1000, False), ("south", 750, True)]


def test_a_small_group_that_chance_alone_may_have_put_there_is_not():
    assert list(disparity({"north": (8, 10), "south": (6, 10)}, 800)) == [("north", 1000, False), ("south", 750, False)]


def test_the_interval_of_a_ranking_keeps_its_word_and_few_outcomes_say_little():
    chance, held, series = Random(5), 0, 400
    for _ in range(series):
        counts = [(round(100 * chance.gauss(-0.5)), 1, 0) for _ in range(40)]
        counts += [(round(100 * chance.gauss(0.5)), 0, 1) for _ in range(80)]
        found = ranking(counts)
        low, high = auc_interval(found.auc, 40, 80)
        assert low <= found.auc + 1 and found.auc <= high
        held += low <= 760 <= high  # the true one: the normal distribution's at 1 / sqrt(2)

    assert 0.92 <= held / series <= 0.98
    assert auc_interval(1000, 1, 2)[0] < 500, "one outcome, ranked right, leaves chance possible"
    assert auc_interval(500, 50, 50) == (390, 610)  # 0.5 ± 1.96 of 0.0563 where the edges are
    assert (ks_by_chance(100, 100), ks_by_chance(1, 2)) == (192, 1000)
