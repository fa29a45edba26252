import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.registry.subjects import rules


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("南宁虚构（广西）有限公司", "南宁虚构(广西)有限公司"),
        (" 南宁 虚构\u3000商行 ", "南宁虚构商行"),
        ("ａｂｃ虚构公司", "ABC虚构公司"),
    ],
)
def test_names_are_compared_without_regard_to_width_spaces_and_case(written, compared):
    assert rules.comparable_name(written) == compared


@given(st.text())
def test_comparing_a_comparable_name_changes_nothing_more(name):
    once = rules.comparable_name(name)

    assert rules.comparable_name(once) == once


@given(st.text(min_size=2), st.data())
def test_every_part_of_a_name_has_only_pairs_of_that_name(name, data):
    whole = rules.comparable_name(name)
    start = data.draw(st.integers(0, max(0, len(whole) - 2)))
    part = whole[start : data.draw(st.integers(start + 2, max(start + 2, len(whole))))]

    if len(part) >= 2:
        assert set(rules.pairs_of(part)) <= set(rules.pairs_of(whole))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("91450100MA5XXXXXXX", "legal-person"),
        ("92450100MA5XXXXXXX", "sole-trader"),
        ("12450100XXXXXXXXXX", "legal-person"),
    ],
)
def test_the_code_tells_sole_traders_from_others(code, kind):
    assert rules.kind_of_code(code) == kind
