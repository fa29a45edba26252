from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from chengxin.base.identifiers import rules

codes = st.text(rules.CREDIT_CODE_ALPHABET, min_size=17, max_size=17)
citizens = st.builds(
    lambda place, day, rest: f"{place}{day:%Y%m%d}{rest:03d}",
    st.sampled_from(["450103", "110105", "510104", "530102", "820000"]),
    st.dates(date(1920, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
)


def with_the_check_of_a_credit_code(number: str) -> list[str]:
    """The numbers of those born on one day in one place that are formed like a credit code too."""
    made = (rules.make_citizen_number(f"{number[:14]}{n:03d}") for n in range(1000))
    return [one for one in made if rules.credit_code_check(one[:17]) == one[17]]


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
    assume(not rules.names_a_person(area + rest))
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


@given(citizens)
def test_no_citizen_number_is_taken_for_a_credit_code(first_17):
    both = with_the_check_of_a_credit_code(first_17)

    assert both != []
    assert [number for number in both if rules.is_credit_code(number)] == []


def test_a_credit_code_with_a_date_where_a_citizen_number_has_it_stays_one_if_it_holds_an_organisation_code():
    both = [n for day in range(1, 29) for n in with_the_check_of_a_credit_code(f"913101201801{day:02d}")]
    held = [number for number in both if rules.is_credit_code(number)]

    assert held == [number for number in both if rules.is_organisation_code(number[8:17])] != []
    assert all(map(rules.names_a_person, held))


@pytest.mark.parametrize(
    ("text", "resembles"),
    [
        ("450103199001010012", True),  # a wrong check character
        ("450103199013010011", True),  # a month that does not exist
        ("45010319900101001", True),  # a digit too few
        ("4501031990010100111", True),
        ("45010319900101001X", True),
        ("450103900101001", True),  # of the fifteen digits of old
        ("450100000012345", False),  # a registration number of a company of old
        ("914501000000000000", False),
        ("91450108MAB000015K", False),
        ("南宁虚构贸易有限公司", False),
    ],
)
def test_what_may_be_a_mistyped_citizen_number_is_known(text, resembles):
    assert rules.resembles_citizen_number(text) is resembles
