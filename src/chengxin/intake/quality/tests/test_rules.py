"""Months, shares, scores, maturity, days in time, and codes near a wrong one."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.calendar.policy import working_days
from chengxin.base.identifiers.rules import CREDIT_CODE_ALPHABET, is_credit_code, make_credit_code
from chengxin.intake.quality.rules import (
    Candidate,
    Definition,
    Edit,
    Level,
    Month,
    Words,
    in_time,
    likeness,
    maturity,
    meets,
    month_of,
    month_written,
    months_until,
    neighbours,
    ranked,
    score,
    share,
)

NOTHING = Words("", "")


def check(code: str, *, level: Level = Level.REQUIRED, target: int = 100, weight: int = 1) -> Definition:
    return Definition(code, 1, NOTHING, NOTHING, NOTHING, level, Decimal(target), weight, "", "", True, "")


codes = st.builds(
    lambda head, division, rest: make_credit_code(head + division + rest),
    st.sampled_from(["91", "92", "93", "11", "52"]),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(CREDIT_CODE_ALPHABET, min_size=9, max_size=9),
)


@given(code=codes, place=st.integers(0, 17), other=st.sampled_from(CREDIT_CODE_ALPHABET))
def test_a_code_with_one_character_wrong_has_the_right_one_among_its_neighbours(code: str, place: int, other: str):
    wrong = code[:place] + other + code[place + 1 :]

    assert wrong == code or neighbours(wrong)[code] == Edit.SUBSTITUTION


@given(code=codes, place=st.integers(0, 16))
def test_a_code_with_two_neighbours_swapped_has_the_right_one_among_its_neighbours(code: str, place: int):
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert wrong == code or is_credit_code(wrong) or code in neighbours(wrong)


@given(code=codes, place=st.integers(0, 17), letter=st.sampled_from("IOSVZ"))
def test_a_letter_that_no_code_holds_is_the_only_one_that_is_changed(code: str, place: int, letter: str):
    assert set(neighbours(code[:place] + letter + code[place + 1 :])) <= {code}


def test_the_example_of_the_paper_has_fourteen_neighbours_and_the_right_one_among_them():
    found = neighbours("91450100MA07001708")

    assert len(found) == 14
    assert found["91450100MA00001708"] == Edit.SUBSTITUTION
    assert set(found.values()) == {Edit.SUBSTITUTION}


@given(text=st.text(max_size=20))
def test_every_neighbour_is_a_valid_code(text: str):
    assert all(map(is_credit_code, neighbours(text)))


@given(good=st.integers(0, 10**7), more=st.integers(0, 10**7))
def test_a_hundred_per_cent_is_never_told_of_less(good: int, more: int):
    told = share(good, good + more)

    assert told is None or (told == 100) == (more == 0)


def test_the_exact_share_is_held_against_the_target_and_not_the_rounded_one():
    assert share(99_999_999, 100_000_000) == Decimal("99.99")
    assert not meets(99_999_999, 100_000_000, Decimal(100))


def test_the_score_is_weighted_and_leaves_out_what_was_not_seen():
    defined = [check("a", weight=3), check("b", weight=1), check("c", weight=6)]

    assert score({"a": (1, 1), "b": (0, 10), "c": (0, 0)}, defined) == Decimal("75.0")
    assert score({}, defined) is None


@pytest.mark.parametrize(
    ("required", "expected", "excellent", "reached"),
    [
        (9, 10, 10, None),
        (10, 9, 10, Level.REQUIRED),
        (10, 10, 9, Level.EXPECTED),
        (10, 10, 10, Level.EXCELLENT),
    ],
)
def test_a_level_counts_when_those_below_it_are_reached(
    required: int, expected: int, excellent: int, reached: Level | None
):
    defined = [check(level, level=level) for level in Level]
    figures = {Level.REQUIRED: (required, 10), Level.EXPECTED: (expected, 10), Level.EXCELLENT: (excellent, 10)}

    assert maturity(figures, defined) == reached


@pytest.mark.parametrize(
    ("figures", "reached"),
    [
        ({}, None),
        ({Level.EXPECTED: (0, 10)}, None),
        ({Level.EXPECTED: (10, 10)}, Level.EXPECTED),
        ({Level.REQUIRED: (10, 10), Level.EXPECTED: (0, 10)}, Level.REQUIRED),
        ({Level.REQUIRED: (10, 10), Level.EXCELLENT: (10, 10)}, Level.EXCELLENT),
    ],
)
def test_a_level_of_which_nothing_was_seen_is_passed_over(figures: dict[str, tuple[int, int]], reached: Level | None):
    assert maturity(figures, [check(level, level=level) for level in Level]) == reached


@pytest.mark.parametrize(
    ("decided", "last_in_time"),
    [
        (date(2026, 9, 1), date(2026, 9, 10)),  # 2, 3, 4, 7, 8, 9, 10
        (date(2026, 9, 23), date(2026, 10, 10)),  # 24, 28 to 30 (4), 10-08, 09 (6), Saturday 10-10 is worked (7)
        (date(2026, 9, 11), date(2026, 9, 21)),  # 14 to 18 (5), Sunday 20 is worked (6), 21 (7)
    ],
)
def test_seven_working_days_are_counted_from_the_day_after_the_decision(decided: date, last_in_time: date):
    calendar = working_days()
    days = {decided: 7}
    in_month = {d for d, _ in in_time(month_of(decided), allowed=days, calendar=calendar).pairs}
    after = {d for d, _ in in_time(month_of(decided).after, allowed=days, calendar=calendar).pairs}
    every = sorted(in_month | after)

    assert every[0] == decided
    assert every[-1] == last_in_time


def test_a_day_that_needs_a_year_without_notice_is_not_judged():
    found = in_time(Month(2027, 1), allowed={date(2026, 12, 30): 7}, calendar=working_days())

    assert found.pairs == ()
    assert len(found.unjudged) == 31


@given(day=st.dates(date(2000, 2, 1), date(2200, 1, 1)))
def test_months_follow_one_another(day: date):
    month = month_of(day)

    assert month.first <= day < month.until
    assert month.after.before == month == month_written(month.code)
    assert months_until(month, count=3) == (month.before.before, month.before, month)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "1999-01", "2026-1", "２０２６-01", "2026-01-01"])
def test_what_names_no_month_is_none(text: str):
    assert month_written(text) is None


def test_candidates_are_ranked_by_their_names_and_strangers_are_left_out():
    same = Candidate("A", "南宁虚构贸易有限公司", ("南宁虚构贸易有限公司",), Edit.TRANSPOSITION)
    alike = Candidate("B", "南宁虚构商贸有限公司", ("南宁虚构商贸有限公司",), Edit.SUBSTITUTION)
    stranger = Candidate("C", "柳州另一饭店", ("柳州另一饭店",), Edit.SUBSTITUTION)
    again = Candidate("A", "南宁虚构贸易有限公司", ("南宁虚构贸易有限公司",), Edit.SAME_NAME)

    found = ranked("南宁虚构贸易有限公司", [stranger, alike, again, same], least=Decimal("0.6"), most=5)

    assert [(p.code, p.edit) for p in found] == [("A", Edit.TRANSPOSITION), ("B", Edit.SUBSTITUTION)]


def test_names_are_alike_however_they_are_written():
    assert likeness("南宁（虚构）公司", "南宁(虚构)公司") == 1
    assert likeness("南宁虚构公司", "") == 0
