"""Names in whatever way they are written come out alike, and different names stay different."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengxin.intake.resolution import blocking, policy
from chengxin.intake.resolution.blocking import Details
from chengxin.intake.resolution.names import Form, address_key, form_of, named_in, plain_name

WORDS = policy.vocabulary(on=date(2026, 11, 20))
REGIONS = st.sampled_from(["", "南宁", "南宁市", "广西", "广西南宁", "南宁市青秀区", "横州市"])
BRANDS = st.text(st.sampled_from("恒丰瑞海青川宏达源泽"), min_size=2, max_size=3)
TRADES = st.sampled_from(["建筑工程", "贸易", "食品", "物流"])


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("南宁恒丰（广西）贸易有限公司", "南宁恒丰广西贸易有限公司"),
        ("南宁恒丰(广西)贸易有限公司", "南宁恒丰广西贸易有限公司"),
        ("南寧恆豐貿易有限責任公司", "南宁恒丰贸易有限责任公司"),
        ("第２建筑公司", "第二建筑公司"),
        ("第贰建筑公司", "第二建筑公司"),
        ("3O2 酒业", "三零二酒业"),
        ("二〇八厂", "二零八厂"),
        (" 恒丰 · 贸易—公司 ", "恒丰贸易公司"),
    ],
)
def test_ways_of_writing_come_out_alike(written, plain):
    assert plain_name(written) == plain


@settings(max_examples=100)
@given(st.text(max_size=30))
def test_a_plain_name_is_its_own_plain_name_and_holds_letters_and_numerals_alone(text):
    plain = plain_name(text)

    assert plain_name(plain) == plain
    assert all(c.isalnum() for c in plain)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("南宁市青秀区恒丰建筑工程有限责任公司", ("青秀", "恒丰", "建筑工程", "limited", "")),
        ("恒丰（南宁）建筑工程有限公司", ("", "恒丰", "建筑工程", "limited", "")),
        ("广西恒丰建工股份有限公司", ("", "恒丰", "建筑工程", "joint-stock", "")),
        ("柳州恒丰商贸公司", ("柳州*", "恒丰", "贸易", "company", "")),
        ("南宁恒丰贸易有限公司江南分公司", ("", "恒丰", "贸易", "limited", "江南分公司")),
        ("横州市瑞海种养专业合作社", ("横州", "瑞海", "", "cooperative", "")),
    ],
)
def test_a_name_is_read_in_its_parts(name, form):
    found = form_of(name, WORDS)

    assert (found.region, found.brand, found.trade, found.ending, found.branch) == form


@settings(max_examples=60)
@given(REGIONS, BRANDS, TRADES, st.sampled_from(["有限公司", "有限责任公司"]))
def test_brackets_and_the_kind_of_limited_company_change_no_part(region, brand, trade, ending):
    plain = form_of(f"{region}{brand}{trade}有限公司", WORDS)
    bracketed = form_of(f"{region}{brand}{trade}（{ending}）", WORDS)

    assert _parts(plain) == _parts(form_of(f"{region}{brand}{trade}{ending}", WORDS))
    assert (bracketed.brand, bracketed.trade) == (plain.brand, plain.trade)


@settings(max_examples=60)
@given(BRANDS, TRADES, st.data())
def test_a_slip_in_the_brand_leaves_a_key_in_common(brand, trade, data):
    place = data.draw(st.integers(0, len(brand) - 1))
    slipped = brand[:place] + "错" + brand[place + 1 :]
    one, other = (form_of(f"南宁{b}{trade}有限公司", WORDS) for b in (brand, slipped))

    assert blocking.keys_of(one, Details()) & blocking.keys_of(other, Details())


def test_firms_that_share_neither_brand_nor_trade_nor_people_share_no_key():
    one, other = form_of("南宁恒丰建筑工程有限公司", WORDS), form_of("南宁瑞海食品有限公司", WORDS)

    assert not blocking.keys_of(one, Details("韦某", "民族大道十二")) & blocking.keys_of(other, Details("黄某", ""))


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("广西南宁市青秀区民族大道12号3层", "民族大道一二"),
        ("青秀区民族大道１２号", "民族大道一二"),
        ("良庆区五象大道99", "五象大道九九"),
        ("科技园内", ""),
        ("", ""),
    ],
)
def test_of_an_address_street_and_number_count(address, key):
    assert address_key(address) == key


def _parts(form: Form) -> tuple[str, ...]:
    return form.region, form.brand, form.trade, form.ending, form.branch


@pytest.mark.parametrize(
    "text",
    [
        "南宁丰林科技有限公司被处罚", "丰林科技有限公司被处罚", "丰林科技被处罚", "丰 林·科技被处罚", "豐林科技被处罚",
        "南宁市丰林科技被处罚",
    ],
)  # fmt: skip
def test_a_text_speaks_of_a_name_with_or_without_its_region_and_legal_form(text: str):
    assert named_in(text, ["南宁丰林科技有限公司（虚构）"], WORDS) == ("南宁丰林科技有限公司（虚构）",)


@pytest.mark.parametrize("text", ["", "某公司被处罚", "某科技有限公司在南宁的树林里", "南宁市有限公司"])
def test_a_text_with_common_words_of_names_speaks_of_nobody(text: str):
    assert named_in(text, ["南宁丰林科技有限公司（虚构）", "南宁甲某商行（虚构）"], WORDS) == ()


@settings(max_examples=50)
@given(REGIONS, BRANDS, TRADES, st.sampled_from(["有限公司", "商行", ""]))
def test_a_text_that_writes_a_whole_name_speaks_of_it(region: str, brand: str, trade: str, ending: str):
    name = region + brand + trade + ending

    assert named_in(f"经查，{name}虚假宣传。", [name], WORDS) == (name,)
