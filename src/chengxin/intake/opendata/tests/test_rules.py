"""What goes out, and the arithmetic of protection."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengxin.base.sealing.rules import mask_name
from chengxin.intake.opendata import files, policy, rules
from chengxin.intake.opendata.rules import Cell, Column, ColumnType
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import FieldType, Words

DAY = date(2026, 9, 1)
NAME = Column("NAME", Words("", ""), ColumnType.TEXT, source="NAME", masked=True)
TEXT = Column("TEXT", Words("", ""), ColumnType.TEXT, source="TEXT", free=True)


def test_only_public_items_about_organisations_of_the_open_class_are_open():
    found = {i.code for i in catalogue.items() if rules.is_open(i)}

    assert "penalty-organisation" in found
    assert found.isdisjoint({"penalty-person", "licence-person", "arrears"})


@pytest.mark.parametrize("item", [i for i in catalogue.items() if rules.is_open(i)], ids=lambda i: i.code)
def test_no_column_is_sealed_or_not_public_or_left_out(item):
    terms = policy.terms_on(DAY)

    columns = {c.source: c for c in rules.columns_of(item, terms) if c.source}

    assert all(item.field_of(code).public and item.field_of(code).type != FieldType.SEALED for code in columns)
    assert not terms.left_out.get(item.code, frozenset()) & set(columns)
    assert {code for code, column in columns.items() if column.masked} == terms.masked.get(item.code, frozenset())


def test_policy_names_only_what_the_catalogue_has():
    terms = policy.terms_on(DAY)

    for listed in (terms.masked, terms.left_out):
        for item, codes in listed.items():
            assert codes <= set(catalogue.item(item).by_code)
    for statistic in policy.statistics_on(DAY):
        assert catalogue.item(statistic.item).field_of(statistic.field).code_list
        assert 12 % statistic.months == 0


@settings(max_examples=40)
@given(name=st.text(alphabet="韦虚构AbcÉ·", max_size=6))
def test_names_in_files_are_masked_as_on_every_face(name: str):
    frame = files.protected(pl.LazyFrame({"NAME": [name or None]}, schema={"NAME": pl.String}), (NAME,)).collect()

    assert (frame["NAME"][0] or "") == mask_name(name)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("身份证450103199001011234，电话13800138000", "身份证***，电话***"),
        ("13800138000 13900139000 45010319900101123X", "*** *** ***"),
        ("统一代码91450100MA0000017C 编号113800138000", "统一代码91450100MA0000017C 编号113800138000"),
        ("罚款20000元", "罚款20000元"),
    ],
)
def test_personal_numbers_in_free_text_are_hidden_and_others_stay(said: str, shown: str):
    assert files.protected(pl.LazyFrame({"TEXT": [said]}), (TEXT,)).collect()["TEXT"][0] == shown


def test_noise_grows_with_what_one_person_adds_and_falls_with_epsilon():
    assert rules.noise_scale(most_records=2, epsilon=Decimal("0.5")) == 4.0
    with pytest.raises(ValueError, match="epsilon"):
        rules.noise_scale(most_records=2, epsilon=Decimal(0))


def test_a_number_below_the_threshold_is_not_told():
    assert rules.told({"a": 9, "b": 10}, threshold=10) == (Cell("a", None), Cell("b", 10))


def test_the_budget_may_be_spent_whole_and_not_a_bit_more():
    half = Decimal("0.5")

    assert rules.is_affordable([half], half, budget=Decimal("1.0"))
    assert not rules.is_affordable([half, half], half, budget=Decimal("1.4"))


@pytest.mark.parametrize(
    ("day", "months", "since", "until"),
    [
        (date(2026, 4, 1), 3, date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 31), 3, date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), 1, date(2025, 12, 1), date(2026, 1, 1)),
        (date(2026, 12, 31), 12, date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_the_last_whole_period_is_the_one_before(day: date, months: int, since: date, until: date):
    assert rules.period_before(day, months=months) == (since, until)
