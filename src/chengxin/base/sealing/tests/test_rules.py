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
