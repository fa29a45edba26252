"""Packages: what is built is read again, and whatever is changed on the way is found."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.intake.exchange.packages import (
    Package,
    PackageFault,
    RowResult,
    decode,
    encode,
    is_genuine,
    private_key,
    receipt,
    results_in,
    sign,
)

AT = datetime(2026, 9, 1, 4, tzinfo=UTC)
KEY = private_key(b"k" * 32)
texts = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",)), max_size=30)
bodies = st.lists(st.dictionaries(texts, texts, max_size=4), max_size=5)


def package(body=({"application": "1"},), receiver: str = "city") -> Package:
    return Package(UUID(int=7), "national", receiver, "repair-application", AT, tuple(body))


@given(bodies)
def test_what_is_built_is_read_again(body):
    made = package(body)

    assert decode(encode(made), receiver="city") == made


@given(bodies)
def test_a_signature_holds_for_this_content_alone(body):
    content = encode(package(body))

    assert is_genuine(content, sign(content, KEY), key=KEY.public_key())
    assert not is_genuine(content + b" ", sign(content, KEY), key=KEY.public_key())


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("checksum", "0", "校验和"),
        ("count", 2, "行数"),
        ("identifier", "x", "无法读取"),
        ("time", "2026-09-01T04:00:00", "时区"),
        ("receiver", "elsewhere", "收件方"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(place: str, value: object, told: str):
    content = json.loads(encode(package()))
    content["header"][place] = value

    with pytest.raises(PackageFault, match=told):
        decode(json.dumps(content).encode(), receiver="city")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"header": {}, "body": []}', b"\xff", b"[" * 100_000])
def test_what_is_no_package_is_refused(content: bytes):
    with pytest.raises(PackageFault):
        decode(content, receiver="city")


def test_a_receipt_names_its_package_and_is_the_same_each_time():
    results = (RowResult(1, True), RowResult(2, False, "没有这条记录"))
    one, two = (receipt(package(), results, at=AT) for _ in range(2))

    assert one.identifier == two.identifier
    assert results_in(decode(encode(one), receiver="national")) == (UUID(int=7), results)
