from datetime import date

import pytest
from hypothesis import given
from hypothesis.strategies import dates, dictionaries, integers, sampled_from, text

from chengxin.offerings.reports.rules import (
    ALPHABET,
    Change,
    ChangeKind,
    Section,
    changes_between,
    content_hash,
    number_of,
    report_number,
    same_code,
    section_of,
)

DAY = date(2026, 11, 23)
drawn = text(ALPHABET, min_size=8, max_size=8)
snapshots = dictionaries(sampled_from("abcdef"), sampled_from(["1", "2"]))


def snapshot(records: dict[str, str], subject: str = "s"):
    return {
        "subject": subject,
        "records": [
            {"key": key, "place": f"4.{place}", "category": "penalty", "digest": digest}
            for place, (key, digest) in enumerate(records.items(), start=1)
        ],
    }


def test_a_number_holds_the_day_and_a_check_character():
    number = report_number(DAY, "8HJ2K7QM")

    assert number == "XY20261123-8HJ2-K7QM-5"  # the worked example of docs/rules/reports.md
    assert number_of(number) == number


@given(day=dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)), drawn=drawn)
def test_every_number_is_known_again_however_it_is_typed(day: date, drawn: str):
    number = report_number(day, drawn)

    assert number_of(number) == number
    assert number_of(f"  {number.lower().replace('-', ' ')} ") == number
    assert number_of("".join(chr(ord(c) + 0xFEE0) for c in number)) == number
    assert number_of(number.replace("0", "O").replace("1", "I")) == number


@given(drawn=drawn, place=integers(0, 16), other=sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(drawn: str, place: int, other: str):
    body = report_number(DAY, drawn).replace("-", "")[2:]
    wrong = body[:place] + other + body[place + 1 :]

    assert (number_of("XY" + wrong) is None) == (wrong != body)


@given(drawn=drawn, place=integers(0, 14))
def test_every_swap_of_neighbours_is_found(drawn: str, place: int):
    body = report_number(DAY, drawn).replace("-", "")[2:]
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]

    assert (number_of("XY" + swapped) is None) == (swapped != body)


@given(text())
def test_any_text_is_a_number_or_none(typed: str):
    found = number_of(typed)

    assert found is None or number_of(found) == found


def test_a_check_code_is_compared_as_people_type_it():
    assert same_code("7qk2-m8ra", "7QK2M8RA")
    assert not same_code("7QK2M8RB", "7QK2M8RA")
    assert not same_code("", "7QK2M8RA")


@pytest.mark.parametrize(
    ("category", "nature", "section"),
    [
        ("registration", "neutral", Section.REGISTRATION),
        ("licence", "neutral", Section.LICENCES),
        ("honour", "positive", Section.POSITIVE),
        ("evaluation", "positive", Section.POSITIVE),
        ("penalty", "negative", Section.NEGATIVE),
        ("payment", "negative", Section.NEGATIVE),
        ("judgment", "negative", Section.LISTS),
        ("abnormal", "negative", Section.LISTS),
        ("serious-list", "negative", Section.LISTS),
        ("contract", "neutral", Section.OTHER),
        ("commitment", "neutral", Section.OTHER),
        ("inspection", "neutral", Section.OTHER),
    ],
)
def test_each_heading_has_its_section(category: str, nature: str, section: Section):
    assert section_of(category, nature) == section


def test_the_hash_does_not_depend_on_the_order_of_keys():
    assert content_hash({"a": 1, "b": "名"}) == content_hash({"b": "名", "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


def test_changes_are_named_by_their_place_on_the_paper():
    old = snapshot({"a": "1", "b": "1", "c": "1"})
    new = snapshot({"c": "1", "b": "2", "d": "1"}, subject="t")

    assert changes_between(old, new) == (
        Change(ChangeKind.SUBJECT),
        Change(ChangeKind.REMOVED, "a", "4.1", "penalty"),
        Change(ChangeKind.CHANGED, "b", "4.2", "penalty"),
        Change(ChangeKind.ADDED, "d", "", "penalty"),
    )


@given(snapshots)
def test_nothing_changes_by_itself_nor_by_order(records: dict[str, str]):
    turned = dict(reversed(records.items()))

    assert changes_between(snapshot(records), snapshot(turned)) == ()


@given(old=snapshots, new=snapshots)
def test_every_difference_is_told_once(old: dict[str, str], new: dict[str, str]):
    found = changes_between(snapshot(old), snapshot(new))

    assert sorted(c.key for c in found) == sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
