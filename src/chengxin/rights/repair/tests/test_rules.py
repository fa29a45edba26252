"""From when a record can be repaired: the examples of the rules, and what holds for all of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.registry.records.rules import RecordState, Severity, months_after
from chengxin.rights.repair import policy
from chengxin.rights.repair.rules import Answer, Facts, Grounds, Terms, barred_until, eligibility

MINIMUM = Terms(
    Grounds.MINIMUM_PERIOD, "r", minimum_months={Severity.MINOR: 0, Severity.GENERAL: 3, Severity.SERIOUS: 12}
)
DECIDED = date(2026, 5, 9)
A_DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def facts(severity: str = "general", **given: object) -> Facts:
    held = {"severity": severity, "decided_on": DECIDED, "state": "in-force", "public_until": date(2029, 5, 9)}
    return Facts(**held | given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("severity", "possible_on"),
    [
        ("minor", date(2026, 5, 9)),
        ("general", date(2026, 8, 9)),
        ("serious", date(2027, 5, 9)),
        ("", date(2026, 8, 9)),  # not graded: as general
    ],
)
def test_the_shortest_public_period_decides_the_first_day(severity: str, possible_on: date):
    before = eligibility(facts(severity), MINIMUM, on=possible_on - A_DAY)
    then = eligibility(facts(severity), MINIMUM, on=possible_on)

    assert (before.answer, before.possible_on) == (Answer.NOT_YET, possible_on)
    assert (then.answer, then.possible_on) == (Answer.POSSIBLE, possible_on)


@pytest.mark.parametrize(
    ("decided", "months", "possible_on"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),  # no such day in February: its last
        (date(2027, 11, 30), 3, date(2028, 2, 29)),  # a leap year
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_a_period_of_months_ends_on_the_months_last_day_where_the_day_is_missing(decided, months, possible_on):
    terms = Terms(Grounds.MINIMUM_PERIOD, "r", minimum_months={Severity.GENERAL: months})

    told = eligibility(facts(decided_on=decided), terms, on=decided)

    assert told.possible_on == possible_on


def test_a_record_of_an_item_that_is_not_repaired_needs_none():
    assert eligibility(facts(), None, on=DECIDED).answer is Answer.NOT_NEEDED


def test_who_repairs_it_elsewhere_is_told_so():
    assert eligibility(facts(), Terms(Grounds.ELSEWHERE, "r"), on=DECIDED).answer is Answer.ELSEWHERE


def test_a_cause_that_is_removed_waits_for_no_period():
    assert eligibility(facts(), Terms(Grounds.CAUSE_REMOVED, "r"), on=DECIDED).answer is Answer.POSSIBLE


def test_a_record_whose_public_period_is_over_needs_no_application():
    told = eligibility(facts(public_until=date(2027, 1, 1)), MINIMUM, on=date(2027, 1, 1))

    assert told.answer is Answer.ENDED


def test_a_period_that_ends_by_itself_first_is_what_is_told():
    told = eligibility(facts("serious", public_until=date(2026, 12, 1)), MINIMUM, on=DECIDED)

    assert (told.answer, told.possible_on) == (Answer.NOT_YET, date(2026, 12, 1))


def test_an_application_in_hand_and_a_repaired_record_are_told():
    day = date(2026, 9, 1)
    assert eligibility(facts(has_open_application=True), MINIMUM, on=day).answer is Answer.OPEN
    assert eligibility(facts(state=RecordState.REPAIRED), MINIMUM, on=day).answer is Answer.REPAIRED


def test_who_got_a_repair_by_false_materials_waits_until_the_bar_ends():
    until = barred_until(date(2026, 9, 1), 36)
    assert until == date(2029, 9, 1)

    held = facts(barred_until=until, public_until=None)
    assert eligibility(held, MINIMUM, on=until - A_DAY).answer is Answer.BARRED
    assert eligibility(held, MINIMUM, on=until - A_DAY).possible_on == until
    assert eligibility(held, MINIMUM, on=until).answer is Answer.POSSIBLE


@given(decided=DAYS, on=DAYS, severity=st.sampled_from(list(Severity)))
def test_nothing_is_possible_before_its_day_and_everything_after(decided: date, on: date, severity: Severity):
    told = eligibility(facts(severity.value, decided_on=decided, public_until=None), MINIMUM, on=on)

    months = (MINIMUM.minimum_months or {})[severity]
    assert told.possible_on == months_after(decided, months)
    assert told.answer is (Answer.POSSIBLE if on >= months_after(decided, months) else Answer.NOT_YET)


@given(on=DAYS, later=st.integers(0, 4000), severity=st.sampled_from(list(Severity)))
def test_what_is_possible_stays_so_until_it_ends_by_itself(on: date, later: int, severity: Severity):
    held = facts(severity.value, public_until=date(2031, 1, 1))
    if eligibility(held, MINIMUM, on=on).answer is Answer.POSSIBLE:
        then = eligibility(held, MINIMUM, on=on + timedelta(days=later)).answer
        assert then in {Answer.POSSIBLE, Answer.ENDED}


@pytest.mark.parametrize(
    ("decided_by", "severity", "months"),
    [
        ("publicity/penalty@2026-04-01", Severity.GENERAL, 3),
        ("publicity/penalty@2026-04-01", Severity.SERIOUS, 12),
        ("publicity/penalty@2023-05-01", Severity.SERIOUS, 12),
        ("publicity/penalty@1949-10-01", Severity.SERIOUS, 6),  # the earlier rule stays with what was decided under it
        ("publicity/penalty@2026-04-01", Severity.MINOR, 0),
    ],
)
def test_the_shortest_period_is_that_of_the_rule_that_decided_the_record(decided_by, severity, months):
    terms = policy.terms_of("penalty-organisation", content={}, decided_by=decided_by, on=date(2026, 9, 1))

    assert terms is not None
    assert (terms.minimum_months or {})[severity] == months
    assert decided_by in terms.version


def test_licences_are_not_repaired():
    assert policy.terms_of("licence-organisation", content={}, decided_by="", on=date(2026, 9, 1)) is None
