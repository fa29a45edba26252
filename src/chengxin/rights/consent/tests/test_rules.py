"""What a purpose allows, and what a consent carries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from chengxin.rights.consent import rules
from chengxin.rights.consent.errors import ConsentEnded, ConsentNotYet, PurposeNotOpen, QueriesUsed, RequestTooWide
from chengxin.rights.consent.rules import Purpose, Standing, Terms

LOAN = Purpose("loan", "", "", True, ("penalty-person",), "law", "v", longest_days=30, most_queries=2)
SECRET = Purpose(
    "inquiry", "", "", False, ("penalty-person",), "law", "v", roles=frozenset({"department-officer"}), secret_days=90
)
TERMS = Terms(date(2026, 9, 1), date(2026, 10, 1), 2)


@pytest.mark.parametrize(
    ("items", "days", "queries"),
    [
        (["penalty-person"], 31, 1),
        (["penalty-person"], 30, 3),
        (["arrears"], 30, 1),
        ([], 30, 1),
        (["penalty-person"], 0, 1),
    ],
)
def test_more_than_the_purpose_allows_is_not_asked_for(items, days, queries):
    with pytest.raises(RequestTooWide):
        rules.check_request(LOAN, items=items, days=days, queries=queries)


def test_nobody_asks_for_consent_to_what_a_law_opens_anyway():
    with pytest.raises(PurposeNotOpen):
        rules.check_request(SECRET, items=["penalty-person"], days=1, queries=1)


@pytest.mark.parametrize(
    ("on", "used", "error"),
    [
        (date(2026, 8, 31), 0, ConsentNotYet),
        (date(2026, 10, 1), 0, ConsentEnded),
        (date(2026, 9, 30), 2, QueriesUsed),
    ],
)
def test_a_consent_carries_no_query_outside_its_time_and_number(on, used, error):
    with pytest.raises(error):
        rules.check_use(TERMS, on=on, used=used)


@given(day=integers(0, 29), used=integers(0, 1))
def test_a_withdrawn_consent_never_carries_a_query(day, used):
    on = TERMS.valid_from + timedelta(days=day)
    rules.check_use(TERMS, on=on, used=used)

    with pytest.raises(ConsentEnded):
        rules.check_use(Terms(TERMS.valid_from, TERMS.valid_until, 2, is_revoked=True), on=on, used=used)


@pytest.mark.parametrize(
    ("purpose", "roles", "items"),
    [
        (LOAN, ["department-officer"], ["penalty-person"]),
        (SECRET, ["bank-clerk"], ["penalty-person"]),
        (SECRET, ["department-officer"], ["licence-person"]),
        (SECRET, ["department-officer"], []),
    ],
)
def test_without_consent_only_the_named_roles_read_the_named_items(purpose, roles, items):
    with pytest.raises(PurposeNotOpen):
        rules.check_statutory(purpose, roles=roles, items=items)


def test_a_secret_inquiry_opens_by_itself_after_its_days():
    noon = datetime(2026, 9, 1, 4, tzinfo=UTC)

    assert rules.sealed_until(SECRET, at=noon) == noon + timedelta(days=90)
    assert rules.sealed_until(LOAN, at=noon) is None


@pytest.mark.parametrize(
    ("terms", "answered", "refused", "on", "expected"),
    [
        (TERMS, False, False, date(2026, 9, 1), Standing.WAITING),
        (TERMS, True, False, date(2026, 9, 1), Standing.GRANTED),
        (TERMS, False, True, date(2026, 9, 1), Standing.REFUSED),
        (TERMS, True, False, date(2026, 10, 1), Standing.ENDED),
        (Terms(date(2026, 9, 1), date(2026, 10, 1), 2, True), True, False, date(2026, 9, 1), Standing.REVOKED),
    ],
)
def test_where_a_request_stands(terms, answered, refused, on, expected):
    assert rules.standing(terms, is_answered=answered, is_refused=refused, on=on) is expected
