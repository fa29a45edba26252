import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chengxin.evaluation.scorecards import loading, profile
from chengxin.evaluation.scorecards.checking import faults
from chengxin.evaluation.scorecards.model import Holding, Measure, Population
from chengxin.evaluation.scorecards.rules import (
    Fact,
    belongs,
    evaluate,
    facts_of_veto,
    fulfils,
    slices,
    weights,
    window,
)
from chengxin.evaluation.scorecards.tests import golden_table
from chengxin.evaluation.scorecards.tests.factories import PENALTY, indicator, model, veto
from chengxin.evaluation.scorecards.tests.strategies import TODAY, facts, indicators, models

CITY = Path(settings.CITY_FOLDER)
DAY, ROWS = golden_table.table()
EXAMPLE = golden_table.model()
FEWER = hypothesis_settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("row", ROWS, ids=[r.name for r in ROWS])
def test_the_table_worked_out_by_hand_comes_out_to_the_last_digit(row):
    found = evaluate(EXAMPLE, row.facts, as_of=DAY, disputed_counts=True)

    assert {s.code: s.value for s in found.scored} == row.values
    assert {s.code: s.points for s in found.scored} == row.points
    assert (found.points, found.coverage, found.grade, found.veto) == (row.total, row.coverage, row.grade, row.veto)


def test_the_model_of_the_table_is_right():
    assert faults(EXAMPLE, profile.around(CITY)) == []


@given(made=models(), known=facts(), seed=st.integers())
@FEWER
def test_the_order_of_facts_does_not_matter_and_points_stay_in_bounds(made, known, seed):
    shuffled = random.Random(seed).sample(known, len(known))

    one = evaluate(made, known, as_of=TODAY, disputed_counts=True)

    assert one == evaluate(made, shuffled, as_of=TODAY, disputed_counts=True)
    assert one.points == made.base_points + sum(s.points for s in one.scored)
    assert made.lowest <= one.points <= made.highest
    assert 0 <= one.coverage <= 1000


@given(made=models(), known=facts(), one=st.data())
@FEWER
def test_what_does_not_count_changes_nothing(made, known, one):
    gone = Fact(99, PENALTY, TODAY, severity="serious", state=one.draw(st.sampled_from(("withdrawn", "suspended"))))
    over = Fact(98, PENALTY, TODAY - timedelta(days=9), severity="serious", until=TODAY)
    later = Fact(97, PENALTY, TODAY + timedelta(days=1), severity="serious")

    without = evaluate(made, known, as_of=TODAY, disputed_counts=True)

    assert evaluate(made, [*known, gone, over, later], as_of=TODAY, disputed_counts=True) == without


@given(one=indicators(), known=facts())
@FEWER
def test_every_fact_behind_an_indicator_matters_to_it_and_no_other_does(one, known):
    made = model(one)
    whole = evaluate(made, known, as_of=TODAY, disputed_counts=True).of("one")

    behind = [f for f in known if f.id in whole.behind]

    assert evaluate(made, behind, as_of=TODAY, disputed_counts=True).of("one") == whole
    assert {f.resource for f in behind} <= {one.resource}


@given(half_life=st.integers(1, 40), months=st.integers(1, 60))
@FEWER
def test_weights_are_exact_fall_with_age_and_halve_with_each_half_life(half_life, months):
    found = weights(half_life, months)

    assert found[0] == 1000
    assert list(found) == sorted(found, reverse=True)
    for age, weight in enumerate(found):
        exact = Fraction(1000) ** half_life / 2**age
        assert Fraction(weight) ** half_life <= exact < Fraction(weight + 1) ** half_life
    for age in range(0, months, half_life):
        assert found[age] == 1000 // 2 ** (age // half_life)


@given(day=st.dates(date(2020, 1, 1), date(2030, 12, 31)), months=st.integers(1, 60), half_life=st.integers(1, 24))
@FEWER
def test_the_slices_of_a_fading_window_cut_it_without_gap_or_overlap(day, months, half_life):
    cut = slices(indicator(window_months=months, decay_half_life_months=half_life), day)

    whole = window(months, day)
    assert cut[0].below == whole.below == day + timedelta(days=1)
    assert cut[-1].start == whole.start
    assert all(later.start == earlier.below for later, earlier in pairwise(cut))


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 6, 30), 12, date(2025, 7, 1)),
        (date(2026, 2, 28), 12, date(2025, 3, 1)),
        (date(2024, 2, 28), 12, date(2023, 2, 28)),  # the end of the window is the 29th, which the year before lacks
        (date(2026, 3, 30), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 36, date(2024, 1, 1)),
    ],
)
def test_the_first_day_of_a_window(day, months, first):
    assert window(months, day).start == first


@given(known=facts(), which=st.data())
@FEWER
def test_repairing_a_record_or_having_it_withdrawn_never_lowers_anyone_under_the_models_of_the_city(known, which):
    """A grade that repair could lower would punish what the law rewards."""
    if not known:
        return
    chosen = which.draw(st.sampled_from(known))
    if chosen.resource not in {"penalty-organisation", "serious-breach"}:
        return
    for made in CITY_MODELS:
        before = evaluate(made, known, as_of=TODAY, disputed_counts=True)
        mended = [replace(f, state="repaired") if f is chosen else f for f in known]
        after = evaluate(made, mended, as_of=TODAY, disputed_counts=True)

        if chosen.state in {"in-force", "disputed"}:
            assert after.points >= before.points, made.name
            assert _rank(made, after.grade) >= _rank(made, before.grade), made.name


CITY_MODELS = [loading.load(path) for path in sorted((CITY / "evaluation").glob("*.yaml"))]


def _rank(made, grade):
    return -1 if grade is None else -[c.grade for c in made.cut_offs].index(grade)


def test_a_field_with_several_codes_fulfils_with_any_one_of_them():
    assert fulfils({"KIND": ("罚款",)}, {"KIND": "警告;罚款"})
    assert not fulfils({"KIND": ("罚款",)}, {"KIND": "警告"})
    assert not fulfils({"KIND": ("罚款",)}, {})
    assert fulfils({}, {})


@pytest.mark.parametrize(("disputed_counts", "value"), [(True, 1), (False, 0)])
def test_whether_a_disputed_record_counts_is_the_policy_s_to_say(disputed_counts, value):
    known = [Fact(1, PENALTY, TODAY, state="disputed")]

    assert evaluate(model(), known, as_of=TODAY, disputed_counts=disputed_counts).of("penalties").value == value


def test_a_veto_holds_down_but_never_lifts_and_the_strictest_is_named():
    listed = Fact(1, "serious-breach", TODAY)
    known = [listed, Fact(2, PENALTY, TODAY), Fact(3, "contract-performance", TODAY)]
    mild, strict = veto(code="mild", highest_grade="B"), veto(code="strict", highest_grade="D")
    made = model(vetoes=(mild, strict))

    found = evaluate(made, known, as_of=TODAY, disputed_counts=True)

    assert (found.grade, found.veto) == ("D", "strict")
    assert facts_of_veto(mild, known, as_of=TODAY, disputed_counts=True) == (1,)
    poor = [*known, *(Fact(n, PENALTY, TODAY) for n in range(4, 9))]
    assert evaluate(model(vetoes=(mild,)), poor, as_of=TODAY, disputed_counts=True).grade == "D"


def test_amounts_beyond_the_range_of_floats_stay_exact():
    one = indicator(measure=Measure.SUM, field="CF_NR_FK")
    known = [Fact(n, PENALTY, TODAY, amounts={"CF_NR_FK": 2**53 + n}) for n in (1, 2)]

    assert evaluate(model(one), known, as_of=TODAY, disputed_counts=True).of("penalties").value == 2**54 + 3


@pytest.mark.parametrize(
    ("kind", "status", "division", "known", "belonging"),
    [
        ("legal-person", "active", "450102", ["licence-organisation"], True),
        ("sole-trader", "active", "450102", ["licence-organisation"], False),
        ("legal-person", "deregistered", "450102", ["licence-organisation"], False),
        ("legal-person", "active", "450103", ["licence-organisation"], False),
        ("legal-person", "active", "450102", ["honour"], False),
    ],
)
def test_who_belongs_to_the_population(kind, status, division, known, belonging):
    who = Population(("legal-person",), ("active",), ("450102",), (Holding("licence-organisation"),))

    assert belonging is belongs(
        model(population=who),
        [Fact(1, resource, TODAY) for resource in known],
        kind=kind,
        status=status,
        division=division,
        as_of=TODAY,
        disputed_counts=True,
    )
