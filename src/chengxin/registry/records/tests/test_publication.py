from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengxin.registry.catalogue import checking_items, checking_policy
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import policy, publication, rules
from chengxin.registry.records.rules import Audience, Severity
from chengxin.registry.subjects.rules import SubjectKind, SubjectStatus

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
        ("罚款", date(2026, 4, 1), Decimal("99.99"), date(2027, 4, 1)),  # order 36 begins
        ("罚款", date(2023, 5, 1), Decimal("0.5"), date(2026, 5, 1)),  # order 58 begins
        ("罚款", date(2023, 4, 30), Decimal("0.5"), date(2024, 4, 30)),
        ("没收违法所得", date(2024, 2, 29), None, date(2027, 2, 28)),
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


def licence(state: str, begins: date, ends: date | None) -> rules.Publication:
    item = catalogue.item("licence-organisation")
    return policy.publication(
        item, grade=None, decided_on=begins, valid_from=begins, valid_until=ends, values={"XK_ZT": state}
    )


def test_a_licence_is_public_on_its_last_day_and_not_on_the_next():
    decided = licence("1", date(2026, 5, 1), date(2029, 4, 30))

    assert (decided.public_from, decided.public_until) == (date(2026, 5, 1), date(2029, 5, 1))


def test_a_licence_without_end_is_public_without_end():
    assert licence("1", date(2026, 5, 1), None).public_until is None


def test_a_licence_that_is_no_longer_valid_is_not_public():
    assert licence("2", date(2026, 5, 1), date(2029, 4, 30)).audience == Audience.SHARED


@pytest.mark.parametrize(
    ("grade", "audience"), [("A", Audience.PUBLIC), ("B", Audience.SHARED), ("D", Audience.SHARED)]
)
def test_only_tax_grade_a_is_public(grade, audience):
    decided = policy.publication(
        catalogue.item("tax-grade"),
        grade=None,
        decided_on=date(2026, 4, 20),
        valid_from=date(2026, 4, 20),
        valid_until=None,
        values={"GRADE": grade},
    )

    assert decided.audience == audience


@pytest.mark.parametrize(
    ("valid_until", "public_until"),
    [(date(2027, 12, 31), date(2028, 1, 1)), (date(2040, 12, 31), date(2031, 4, 20)), (None, date(2031, 4, 20))],
)
def test_an_honour_is_public_no_longer_than_it_is_valid(valid_until, public_until):
    decided = policy.publication(
        catalogue.item("honour"),
        grade=None,
        decided_on=date(2026, 4, 20),
        valid_from=date(2026, 4, 20),
        valid_until=valid_until,
        values={},
    )

    assert decided.public_until == public_until


@pytest.mark.parametrize(
    ("performance", "found_on", "public_until"),
    [
        ("履行中", "", date(2027, 9, 1)),
        ("履行中", "2027-08-01", date(2027, 9, 1)),
        ("全部履行", "2026-10-15", date(2027, 10, 15)),
        ("全部履行", "2026-08-20", date(2027, 9, 1)),
        ("未履行", "2027-09-20", date(2028, 9, 20)),
    ],
    ids=["runs", "checked, not found", "found early", "found earlier than its year", "found after the term"],
)
def test_what_was_found_of_a_commitment_is_public_for_a_year_and_no_shorter_than_its_term(
    performance: str, found_on: str, public_until: date
):
    decided = policy.publication(
        catalogue.item("commitment"),
        grade=None,
        decided_on=date(2026, 9, 1),
        valid_from=date(2026, 9, 1),
        valid_until=date(2027, 8, 31),
        values={"PERFORMANCE": performance, "CHECKED_ON": found_on},
    )

    assert (decided.public_from, decided.public_until) == (date(2026, 9, 1), public_until)


def test_arrears_are_shared_and_never_public():
    decided = policy.publication(
        catalogue.item("arrears"),
        grade=None,
        decided_on=date(2026, 4, 20),
        valid_from=None,
        valid_until=None,
        values={},
    )

    assert (decided.audience, decided.public_from) == (Audience.SHARED, None)


@pytest.mark.parametrize("amounts", [pl.Decimal(18, 6), pl.Float64])
@pytest.mark.parametrize(("fine", "severity"), [("99.999999", "general"), ("100", "serious"), (None, "general")])
def test_a_fine_counts_as_very_large_from_its_threshold_on(amounts, fine, severity):
    item = catalogue.item("penalty-organisation")
    columns = {f.code: pl.Series([None], dtype=pl.String) for f in item.fields}
    columns |= {
        "CF_CFLB": pl.Series(["罚款"]),
        "CF_JDRQ": pl.Series([date(2026, 5, 9)]),
        "CF_NR_FK": pl.Series([fine], dtype=pl.String).cast(amounts),
        "CF_NR_WFFF": pl.Series([None], dtype=amounts),
    }

    assert publication.decide(pl.DataFrame(columns), item)["severity"].to_list() == [severity]


def test_a_frame_without_rows_is_decided_too():
    item = catalogue.item("penalty-organisation")
    columns = {f.code: pl.Series([], dtype=pl.String) for f in item.fields}
    columns |= {"CF_JDRQ": pl.Series([], dtype=pl.Date), "CF_YXQ": pl.Series([], dtype=pl.Date)}
    columns |= {"CF_NR_FK": pl.Series([], dtype=pl.Float64), "CF_NR_WFFF": pl.Series([], dtype=pl.Float64)}

    assert publication.decide(pl.DataFrame(columns), item).shape == (0, 5)


def test_the_catalogue_check_knows_the_words_of_records_and_subjects():
    assert set(Severity) == checking_policy.SEVERITIES
    assert set(Audience) - {Audience.PUBLIC} == checking_policy.AUDIENCES
    assert set(SubjectStatus) == checking_items.SUBJECT_STATUSES
    assert set(SubjectKind) - {SubjectKind.NATURAL_PERSON} == checking_items.SUBJECT_KINDS


rows = st.fixed_dictionaries(
    {
        "decided": st.none() | DAYS,
        "valid_from": st.none() | DAYS,
        "valid_until": st.none() | DAYS | st.just(date(2099, 12, 31)),
        "kinds": st.lists(st.sampled_from(KINDS), unique=True, max_size=3).map(";".join),
        "fine": st.none() | st.decimals(0, 300, places=2),
        "choice": st.sampled_from(["1", "2", "A", "B"]),
        "found": st.none() | DAYS,
        "performance": st.sampled_from(["履行中", "全部履行", "未履行"]),
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
        ("CHECKED_ON", "found", pl.Date),
        ("PERFORMANCE", "performance", pl.String),
    ):
        if field_code in columns:
            columns[field_code] = pl.Series([r.get(key) for r in given_rows], dtype=dtype)
    frame = pl.DataFrame(columns)

    decided = publication.decide(frame, item)

    for index, row in enumerate(frame.iter_rows(named=True)):
        dates = {n: row.get(getattr(item.parts, n) or "") for n in ("decided_on", "valid_from", "valid_until")}
        if dates["valid_until"] == date(2099, 12, 31):
            dates["valid_until"] = None
        values = {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items() if isinstance(v, (str, date))}
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
