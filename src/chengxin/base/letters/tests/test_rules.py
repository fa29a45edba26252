"""Numbers, states and addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, sampled_from, text

from chengxin.base.letters import rules
from chengxin.base.letters.rules import Channel, DeliveryState, Numbering

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
NUMBERING = Numbering("南信{word}字〔{year}〕{number}号", {"repair": "修"}, "函")


@pytest.mark.parametrize(("kind", "number"), [("repair", "南信修字〔2026〕12号"), ("lists", "南信函字〔2026〕12号")])
def test_a_number_names_series_year_and_place(kind, number):
    assert rules.letter_number(NUMBERING, kind, year=2026, number=12) == number


@given(integers(1, 10**6), integers(1, 10**6))
def test_different_places_give_different_numbers(one, other):
    first, second = (rules.letter_number(NUMBERING, "repair", year=2026, number=n) for n in (one, other))

    assert (first == second) == (one == other)


@given(lists(integers(1, 2000), max_size=8), integers(1, 10))
def test_it_is_tried_as_often_as_there_are_waits_and_never_at_once(waits, attempts):
    following = rules.next_try(attempts, waits, at=NOON)

    assert (following is None) == (attempts > len(waits))
    assert following is None or following >= NOON + timedelta(minutes=1)


@given(sampled_from(DeliveryState))
def test_what_has_arrived_stays_so(state):
    assert not rules.may_become(DeliveryState.DELIVERED, state)


def test_a_message_that_was_sent_is_not_sent_again_by_itself():
    assert not rules.may_become(DeliveryState.SENT, DeliveryState.QUEUED)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86-138-0013-8000", "+8613800138000"),
        ("12800138000", None),
        ("1380013800", None),
        ("+44 7911 123456", None),
    ],
)
def test_a_mobile_number_is_kept_with_its_country_code(given, kept):
    assert rules.address_of(Channel.SMS, given) == kept


@given(text(max_size=80))
def test_no_address_breaks_the_lines_of_a_message(given):
    for channel in (Channel.EMAIL, Channel.SMS):
        kept = rules.address_of(channel, given)
        assert kept is None or not any(c in kept for c in "\r\n,;<> ")


@given(integers(13000000000, 19999999999))
def test_a_masked_number_shows_six_digits(number):
    shown = rules.masked(Channel.SMS, f"+86{number}")

    assert sum(c.isdigit() for c in shown) - 2 == 5
