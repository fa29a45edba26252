"""Weights, probabilities and what decisions teach."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengxin.intake.resolution import policy, weighing
from chengxin.intake.resolution.comparing import LEVELS, PARTS, levels
from chengxin.intake.resolution.names import form_of

WORDS = policy.vocabulary(on=date(2026, 11, 20))
WEIGHTS = policy.shipped_weights(on=date(2026, 11, 20))
AGREES = {c: names[0] for c, names in LEVELS.items()}
COMPARED = st.fixed_dictionaries({c: st.sampled_from(names) for c, names in LEVELS.items()})
CONTRADICTS = {c: names[-1] for c, names in LEVELS.items()}


def compared(
    one: str, other: str, heads: tuple[str, str] = ("", ""), streets: tuple[str, str] = ("", ""), *, bearers: int = 1
):
    values: dict[str, list[object]] = {"bearers": [bearers]}
    for name, head, street, mark in zip((one, other), heads, streets, ("", ":known"), strict=True):
        form = form_of(name, WORDS)
        row = (form.plain, form.region, form.brand, form.trade, form.ending, form.branch, head, street, "")
        values |= {f"{part}{mark}": [value] for part, value in zip(PARTS, row, strict=True)}
    return levels(pl.DataFrame(values), crowds=(4, 20)).row(0, named=True)


@pytest.mark.parametrize(
    ("row", "known", "told"),
    [
        ("恒丰（南宁）贸易有限公司", "南宁恒丰商贸有限责任公司", {"name": "parts", "brand": "same", "trade": "same"}),
        ("南宁恒锋贸易有限公司", "南宁恒丰贸易有限公司", {"brand": "slip", "name": "other"}),
        ("南宁恒丰丰贸易有限公司", "南宁恒丰贸易有限公司", {"brand": "slip"}),
        ("南宁恒山贸易有限公司", "南宁恒丰贸易有限公司", {"brand": "one-character"}),
        ("南宁第二建筑工程有限公司", "南宁第三建筑工程有限公司", {"brand": "other"}),
        ("南宁恒丰贸易有限公司", "柳州恒丰贸易有限公司", {"region": "other"}),
        ("恒丰贸易有限公司", "南宁市青秀区恒丰贸易有限公司", {"region": "missing"}),
        ("南宁恒丰建材有限公司", "南宁恒丰建筑工程有限公司", {"trade": "other"}),
        ("南宁恒丰贸易公司", "南宁恒丰贸易有限公司", {"ending": "missing"}),
        ("南宁恒丰贸易有限公司江南分公司", "南宁恒丰贸易有限公司", {"branch": "other"}),
    ],
)
def test_parts_are_compared_by_what_they_mean(row, known, told):
    found = compared(row, known)

    assert {c: found[c] for c in told} == told


@pytest.mark.parametrize(
    ("heads", "streets", "level"),
    [
        (("韦某", "韦某"), ("民族大道一", "民族大道一"), "both"),
        (("韦某", "韦某"), ("", "民族大道一"), "one"),
        (("韦某", "黄某"), ("民族大道一", "民族大道一"), "divided"),
        (("韦某", "黄某"), ("", ""), "other"),
        (("韦某", "黄某"), ("民族大道一", "朝阳路八"), "neither"),
        (("", "黄某"), ("", ""), "missing"),
    ],
)
def test_representative_and_address_are_told_in_one(heads, streets, level):
    assert compared("南宁恒丰贸易有限公司", "南宁恒丰贸易有限公司", heads, streets)["details"] == level


@pytest.mark.parametrize(
    ("row", "bearers", "level"),
    [("恒丰", 1, "alone"), ("恒丰", 4, "few"), ("恒丰", 5, "some"), ("恒丰", 21, "many"), ("恒锋", 21, "missing")],
)
def test_the_same_brand_says_how_many_bear_it(row, bearers, level):
    assert compared(f"南宁{row}贸易有限公司", "南宁恒丰贸易有限公司", bearers=bearers)["rarity"] == level


def frame(*rows: tuple[int, int, dict[str, str], bool]) -> pl.DataFrame:
    return pl.DataFrame([{"row": r, "subject_id": s, **found, "same": same} for r, s, found, same in rows])


def scored(labelled: pl.DataFrame, weights: weighing.Weights = WEIGHTS) -> pl.DataFrame:
    return weighing.probabilities(labelled.with_columns(weighing.scores(labelled, weights)), weights)


def test_two_equally_good_candidates_get_half_each_so_that_neither_is_certain():
    found = scored(frame((1, 10, AGREES, True), (1, 11, AGREES, False)))

    assert found["probability"].to_list() == pytest.approx([0.5, 0.5], abs=0.01)


def test_a_row_whose_only_candidate_contradicts_is_nobodys():
    assert scored(frame((1, 10, CONTRADICTS, False)))["probability"].item() < 0.001


@settings(max_examples=40)
@given(st.lists(COMPARED, max_size=5, min_size=1))
def test_the_candidates_of_a_row_never_sum_up_to_more_than_one(found):
    rows = scored(frame(*((1, n, one, False) for n, one in enumerate(found))))

    assert 0 <= rows["probability"].sum() <= 1 + 1e-9


def test_the_same_lesson_many_times_moves_a_weight_in_its_direction_and_one_hardly():
    doubtful = {**AGREES, "name": "other", "brand": "one-character", "details": "one"}
    lesson = [(n, n, doubtful, True) for n in range(40)]

    once, often = (weighing.fitted(frame(*rows), WEIGHTS, pull=2) for rows in (lesson[:1], lesson))

    before = WEIGHTS.levels["brand"]["one-character"]
    assert before < once.levels["brand"]["one-character"] < before + 0.5
    assert often.levels["brand"]["one-character"] > once.levels["brand"]["one-character"]
    assert often.levels["branch"]["other"] == WEIGHTS.levels["branch"]["other"]


def test_weights_survive_being_written_and_need_every_level():
    written = weighing.as_written(WEIGHTS)

    assert weighing.weights_from(written, absent=WEIGHTS.absent) == WEIGHTS
    with pytest.raises(ValueError, match="levels"):
        weighing.weights_from({**written, "name": {"same": 1}}, absent=0)
