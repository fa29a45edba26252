from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import policy, publication, rules
from chengxin.registry.records.rules import Audience, Severity

KINDS = [*catalogue.code_list("penalty-kind").values, "其他-责令改正"]
DAYS = st.dates(date(2018, 1, 1), date(2027, 12, 31))


def penalty(kinds: str, decided_on: date, fine: Decimal | None = None) -> rules.Publication:
    item = catalogue.item("penalty-organisation")
    values = {"CF_CFLB": kinds}
    grade = policy.severity_of(item, values, {"CF_NR_FK": fine} if fine is not None else {})
    return policy.publication(
        item, grade=grade, decided_on=decided_on, valid_from=None, valid_until=None, values=values
    )


@pytest.mark.parametrize(
    ("kinds", "decided_on", "fine", "until"),
    [
        ("罚款", date(2026, 5, 9), Decimal("0.5"), date(2027, 5, 9)),
        ("罚款;警告", date(2026, 5, 9), Decimal("0.5"), date(2027, 5, 9)),
        ("罚款", date(2026, 5, 9), Decimal("100"), date(2029, 5, 9)),
        ("警告;吊销许可证件", date(2026, 5, 9), None, date(2029, 5, 9)),
        ("罚款", date(2026, 3, 31), Decimal("0.5"), date(2029, 3, 31)),
        ("其他-责令改正", date(2026, 5, 9), None, date(2027, 5, 9)),
    ],
)
def test_a_penalty_is_public_for_the_longest_period_of_its_class_and_day(kinds, decided_on, fine, until):
    decided = penalty(kinds, decided_on, fine)

    assert (decided.audience, decided.public_from, decided.public_until) == (Audience.PUBLIC, decided_on, until)


@pytest.mark.parametrize("kinds", ["警告", "通报批评", "警告;通报批评"])
def test_a_minor_penalty_is_not_public(kinds):
    assert penalty(kinds, date(2026, 5, 9)).audience == Audience.SHARED


def test_a_month_without_that_day_ends_on_its_last():
    assert rules.months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)


@given(DAYS, st.integers(1, 60))
def test_each_further_month_ends_later(day, months):
    assert rules.months_after(day, months) < rules.months_after(day, months + 1)


def test_records_of_natural_persons_are_never_public():
    for code in ("penalty-person", "licence-person"):
        decided = policy.publication(
            catalogue.item(code),
            grade=Severity.SERIOUS,
            decided_on=date(2026, 5, 9),
            valid_from=None,
            valid_until=None,
            values={},
        )
        assert (decided.audience, decided.public_from) == (Audience.AUTHORISED, None)


rows = st.fixed_dictionaries(
    {
        "decided": st.none() | DAYS,
        "valid_from": st.none() | DAYS,
        "valid_until": st.none() | DAYS | st.just(date(2099, 12, 31)),
        "kinds": st.lists(st.sampled_from(KINDS), unique=True, max_size=3).map(";".join),
        "fine": st.none() | st.decimals(0, 300, places=2),
        "choice": st.sampled_from(["1", "2", "A", "B"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([i.code for i in catalogue.items()]), st.lists(rows, min_size=1, max_size=8))
def test_the_columnar_decision_agrees_with_the_scalar_one(code, given_rows):
    item = catalogue.item(code)
    columns: dict[str, pl.Series] = {}
    for field in item.fields:
        columns[field.code] = pl.Series([None] * len(given_rows), dtype=pl.String)
    for name, key in (("decided_on", "decided"), ("valid_from", "valid_from"), ("valid_until", "valid_until")):
        field_code = getattr(item.parts, name)
        if field_code:
            columns[field_code] = pl.Series([r[key] for r in given_rows], dtype=pl.Date)
    for field_code, key, dtype in (
        ("CF_CFLB", "kinds", pl.String),
        ("CF_NR_FK", "fine", pl.Decimal(18, 6)),
        ("CF_NR_WFFF", "", pl.Decimal(18, 6)),
        ("XK_ZT", "choice", pl.String),
        ("GRADE", "choice", pl.String),
    ):
        if field_code in columns:
            columns[field_code] = pl.Series([r.get(key) for r in given_rows], dtype=dtype)
    frame = pl.DataFrame(columns)

    decided = publication.decide(frame, item)

    for index, row in enumerate(frame.iter_rows(named=True)):
        dates = {n: row.get(getattr(item.parts, n) or "") for n in ("decided_on", "valid_from", "valid_until")}
        if dates["valid_until"] == date(2099, 12, 31):
            dates["valid_until"] = None
        values = {k: v for k, v in row.items() if isinstance(v, str)}
        amounts = {k: v for k, v in row.items() if isinstance(v, Decimal)}
        grade = policy.severity_of(item, values, amounts)
        expected = policy.publication(item, grade=grade, values=values, **dates)
        assert decided.row(index) == (
            grade.value if grade else "",
            expected.audience.value,
            expected.public_from,
            expected.public_until,
            expected.policy,
        )
