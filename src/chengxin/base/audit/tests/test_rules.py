from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.audit import rules
from chengxin.base.audit.rules import GENESIS, Entry

KEY = b"k" * 32
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
CHANGES = {
    "at": NOON + timedelta(microseconds=1),
    "actor": "another",
    "organisation": "1145010000755003XC",
    "action": "test.undone",
    "object": "another thing",
    "details": {"number": 99},
    "previous_hash": b"p" * 32,
    "hash": b"h" * 32,
}


def chain(length: int, key: bytes = KEY) -> list[Entry]:
    entries, previous = [], GENESIS
    for seq in range(1, length + 1):
        told = {"at": NOON, "actor": "clerk", "organisation": "", "action": "test.done", "object": f"thing-{seq}"}
        own = rules.entry_hash(key, seq=seq, **told, details={"number": seq}, previous_hash=previous)
        entries.append(Entry(seq=seq, **told, details={"number": seq}, previous_hash=previous, hash=own))
        previous = own
    return entries


def faults(entries: list[Entry]) -> list[tuple[int, str]]:
    return [(f.seq, f.kind) for f in rules.faults(entries, KEY)]


@given(st.integers(0, 30))
def test_a_chain_as_it_was_written_has_no_faults(length):
    assert faults(chain(length)) == []


@given(st.integers(1, 12), st.sampled_from(sorted(CHANGES)), st.data())
def test_a_change_of_any_value_of_any_entry_is_found_where_it_is(length, name, data):
    entries = chain(length)
    place = data.draw(st.integers(0, length - 1))
    entries[place] = replace(entries[place], **{name: CHANGES[name]})

    assert faults(entries)[0] == (place + 1, "changed")


@given(st.integers(2, 12), st.data())
def test_a_removed_entry_is_found_where_it_was(length, data):
    entries = chain(length)
    place = data.draw(st.integers(0, length - 2))  # at the very end only the sealed head tells
    del entries[place]

    assert faults(entries)[0] == (place + 1, "removed")


def test_an_entry_of_one_without_the_key_is_found():
    entries = chain(3)
    forged = chain(4, key=b"x" * 32)[3]

    assert faults([*entries, replace(forged, previous_hash=entries[-1].hash)]) == [(4, "changed")]


def test_an_entry_that_is_whole_in_itself_but_follows_another_is_found():
    entries, others = chain(3), chain(1)
    told = {"at": NOON, "actor": "x", "organisation": "", "action": "a", "object": "o", "details": {}}
    own = rules.entry_hash(KEY, seq=4, **told, previous_hash=others[0].hash)

    assert faults([*entries, Entry(seq=4, **told, previous_hash=others[0].hash, hash=own)]) == [(4, "inserted")]


def test_the_order_of_details_makes_no_difference_but_their_kind_does():
    told = {"seq": 1, "at": NOON, "actor": "", "organisation": "", "action": "", "object": "", "previous_hash": GENESIS}
    details = ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": "1", "b": 2})
    one, two, three = (rules.entry_hash(KEY, **told, details=d) for d in details)

    assert one == two != three


@pytest.mark.parametrize(("count", "hash"), [(2, b"a" * 32), (1, b"b" * 32)])
def test_the_seal_of_the_head_holds_number_and_hash(count, hash):
    assert rules.head_seal(KEY, count=1, hash=b"a" * 32) != rules.head_seal(KEY, count=count, hash=hash)
