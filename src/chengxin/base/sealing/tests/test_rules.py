import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.sealing import rules

KEY = rules.derive("a secret", purpose="seal")
OTHER = rules.derive("a secret", purpose="lookup")


@given(st.text())
def test_what_is_sealed_comes_back_under_the_same_key_and_context(text):
    assert rules.unseal(rules.seal(text, key=KEY, context="person"), key=KEY, context="person") == text


@pytest.mark.parametrize(("key", "context"), [(OTHER, "person"), (KEY, "company")])
def test_another_key_or_context_does_not_open_a_seal(key, context):
    sealed = rules.seal("450103199001010011", key=KEY, context="person")

    with pytest.raises(rules.SealBroken):
        rules.unseal(sealed, key=key, context=context)


@given(st.text())
def test_arbitrary_text_never_opens(text):
    with pytest.raises(rules.SealBroken):
        rules.unseal(rules.PREFIX + text, key=KEY, context="person")


def test_the_same_text_is_sealed_differently_each_time_but_found_by_the_same_hash():
    first, second = (rules.seal("x", key=KEY, context="c") for _ in range(2))

    assert first != second
    assert rules.lookup_hash("x", key=KEY, context="c") == rules.lookup_hash("x", key=KEY, context="c")
    assert rules.lookup_hash("x", key=KEY, context="c") != rules.lookup_hash("x", key=KEY, context="d")


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (rules.mask_number, "450103199001010011", "45**************11"),
        (rules.mask_number, "1234", "****"),
        (rules.mask_name, "韦某", "韦*"),
        (rules.mask_name, "韦", "韦*"),
        (rules.mask_name, "", ""),
        (rules.mask_phone, "13877112233", "138******33"),
        (rules.mask_phone, "110", "***"),
    ],
)
def test_masks_show_only_this(mask, value, shown):
    assert mask(value) == shown


@given(st.text(min_size=5))
def test_a_masked_number_keeps_its_length_and_shows_four_characters(number):
    masked = rules.mask_number(number)

    assert len(masked) == len(number)
    assert masked[2:-2] == "*" * (len(number) - 4)


@given(st.text(max_size=30), st.data())
def test_a_single_changed_byte_breaks_the_seal(text, data):
    sealed = rules.seal(text, key=KEY, context="person")
    raw = bytearray(base64.urlsafe_b64decode(sealed[len(rules.PREFIX) :]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(rules.SealBroken):
        rules.unseal(rules.PREFIX + base64.urlsafe_b64encode(raw).decode(), key=KEY, context="person")


@pytest.mark.parametrize("text", ["", "450103199001010011", "sealed:v2:AAAA", "sealed:v1:"])
def test_what_was_never_sealed_does_not_open(text):
    with pytest.raises(rules.SealBroken):
        rules.unseal(text, key=KEY, context="person")


@given(st.lists(st.one_of(st.none(), st.text(max_size=10))))
def test_a_batch_is_sealed_one_by_one_and_leaves_what_is_empty_empty(texts):
    sealed = rules.seal_many(texts, key=KEY, context="person")

    assert [s and rules.unseal(s, key=KEY, context="person") for s in sealed] == [t or None for t in texts]


@given(st.text(), st.text())
def test_a_stable_seal_repeats_only_where_text_and_context_do(text, other):
    asked = ((text, "r1"), (text, "r1"), (other, "r1"), (text, "r2"))
    seals = [rules.seal_stable(words, key=KEY, context=context) for words, context in asked]

    assert seals[0] == seals[1] != seals[3]
    assert (seals[0] == seals[2]) == (text == other)
    assert rules.unseal(seals[0], key=KEY, context="r1") == text


def test_a_sealed_text_holds_nothing_of_what_was_sealed():
    sealed = rules.seal("450103199001010011", key=KEY, context="person")

    assert "450103" not in sealed
    assert b"450103" not in base64.urlsafe_b64decode(sealed[len(rules.PREFIX) :])


def test_keys_of_different_purposes_or_secrets_differ_and_have_32_bytes():
    made = {rules.derive(secret, purpose=purpose) for secret in ("a", "b") for purpose in ("seal", "lookup")}

    assert len(made) == 4
    assert {len(key) for key in made} == {32}
