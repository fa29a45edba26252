from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from chengxin.base.identifiers import rules

codes = st.text(rules.CREDIT_CODE_ALPHABET, min_size=17, max_size=17)
citizens = st.builds(
    lambda day, rest: f"450103{day:%Y%m%d}{rest:03d}", st.dates(date(1920, 1, 1), date(2020, 1, 1)), st.integers(0, 999)
)


@given(codes)
def test_our_check_character_is_that_of_the_library(first_17):
    assert rules.credit_code_check(first_17) == uscc.calc_check_digit(first_17)


@given(st.text(rules.CREDIT_CODE_ALPHABET, min_size=9, max_size=9), st.integers(0, 16))
def test_one_wrong_character_is_noticed(organisation, place):
    code = rules.make_credit_code("91450100" + organisation)
    other = "Y" if code[place] != "Y" else "X"
    changed = code[:place] + other + code[place + 1 :]

    assert rules.is_credit_code(code)
    assert not rules.is_credit_code(changed)


@given(st.text("0123456789", min_size=8, max_size=8), st.text(rules.CREDIT_CODE_ALPHABET, min_size=10, max_size=10))
def test_codes_are_judged_as_the_library_judges_them(area, rest):
    assert rules.is_credit_code(area + rest) == uscc.is_valid(area + rest)


@pytest.mark.parametrize("kind", ["A1", "N2", "Y1"])
def test_codes_of_registers_whose_sign_is_a_letter_are_well_formed(kind):
    assert rules.is_credit_code(rules.make_credit_code(kind + "450100MA0000019"))
    assert not rules.is_credit_code(rules.make_credit_code(kind + "45010AMA0000019"))


@given(citizens)
def test_made_citizen_numbers_are_valid_and_carry_their_date(first_17):
    number = rules.make_citizen_number(first_17)

    assert rules.is_citizen_number(number)
    assert number[17] == ric.calc_check_digit(number)
    assert rules.birth_date(number) == date(int(first_17[6:10]), int(first_17[10:12]), int(first_17[12:14]))


@pytest.mark.parametrize("code", ["", "91450108MAB000015k", "91450108MAB000015", "９1450108MAB000015K", "abc" * 6])
def test_malformed_credit_codes_are_refused(code):
    assert not rules.is_credit_code(code)


def test_a_number_with_a_date_that_does_not_exist_is_refused():
    assert not rules.is_citizen_number(rules.make_citizen_number("45010319900230001"))


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_made_organisation_codes_are_valid_and_a_changed_check_is_not(first_8):
    code = rules.make_organisation_code(first_8)

    assert rules.is_organisation_code(code)
    assert not rules.is_organisation_code(code[:8] + ("0" if code[8] != "0" else "1"))
