"""Laws on English pages."""

from datetime import date

import pytest

from chengxin.base import laws

DAY = date(2026, 9, 1)


@pytest.mark.parametrize("written", ["中华人民共和国食品安全法", "《中华人民共和国食品安全法》"])
def test_a_law_with_an_english_title_is_called_by_it(written: str):
    assert laws.english_title(written, on=DAY) == "Food Safety Law of the People's Republic of China"


def test_a_law_without_one_has_none_nor_has_any_before_the_policy_began():
    assert laws.english_title("国办发〔2020〕49号", on=DAY) is None
    assert laws.english_title("中华人民共和国食品安全法", on=date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("第九条", "art. 9"),
        ("第九条、第四十八条", "art. 9, 48"),
        ("第一百零五条、第一百一十条", "art. 105, 110"),
        ("第十条", "art. 10"),
        ("第二十条第三款", None),
        ("国家税务总局令第54号", None),
        ("", None),
    ],
)
def test_whole_articles_are_numbers_in_english_and_nothing_else_is_guessed(zh: str, en: str | None):
    assert laws.english_articles(zh) == en
