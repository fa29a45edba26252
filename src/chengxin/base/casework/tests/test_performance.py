from datetime import date, datetime
from decimal import Decimal

import pytest

from chengxin.base.casework import performance, services, watching
from chengxin.base.casework.performance import Quarter
from chengxin.base.casework.tests.factories import COLLEAGUE, NOON, OFFICE, OPERATOR, REVIEWER, checked, opened

pytestmark = pytest.mark.django_db
Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


def figures(quarter: Quarter = Q1, day: str = "2026-04-30") -> tuple[int, int, int, int, Decimal | None] | None:
    """handled, on time, late, open overdue, median of the office."""
    found = performance.service_levels(quarter, on=date.fromisoformat(day))
    assert {row.organisation_id for row in found} <= {OFFICE}
    return next(((r.handled, r.on_time, r.late, r.open_overdue, r.median_days) for r in found), None)


def test_a_step_on_its_last_day_is_on_time_and_on_the_next_it_is_late():
    # asked on Monday 2026-03-02, five working days: the last is Monday 03-09
    for day in ("2026-03-09", "2026-03-10"):
        services.take_step(opened(), "refuse", by=REVIEWER, at=on(day), reason="理由（测试）")

    assert figures() == (2, 1, 1, 0, Decimal("5.5"))


def test_each_step_of_a_case_counts_by_itself():
    case_id = checked(at=NOON)
    services.take_step(case_id, "lend", by=COLLEAGUE, at=on("2026-03-05"))

    assert figures() == (2, 2, 0, 0, Decimal("1.5"))


def test_what_silence_ended_is_late_but_was_not_handled():
    watching.watch_all(at=on("2026-03-02"))
    checked(at=NOON)
    watching.watch_all(at=on("2026-03-06"))

    assert figures() == (1, 1, 1, 0, Decimal("0.0"))


def test_what_still_waits_is_overdue_from_the_day_after_its_last_and_stands_in_the_quarter_of_that_last_day():
    opened()

    assert figures(day="2026-03-09") is None
    assert figures(day="2026-03-10") == (0, 0, 0, 1, None)
    assert figures(Q2, day="2026-04-30") is None


def test_a_step_stands_in_the_quarter_in_which_it_was_taken():
    case_id = opened(at=on("2026-03-30"))
    services.take_step(case_id, "check", by=OPERATOR, at=on("2026-04-01"))

    assert figures(Q1) is None
    assert figures(Q2) == (1, 1, 0, 1, Decimal("2.0"))


def test_midnight_is_that_of_the_city():
    case_id = opened(at=on("2026-03-30"))
    services.take_step(case_id, "check", by=OPERATOR, at=datetime.fromisoformat("2026-03-31T23:59:00+08:00"))

    assert figures(Q1, day="2026-03-31") == (1, 1, 0, 0, Decimal("1.0"))


def test_a_limit_that_runs_into_an_unannounced_year_is_neither_kept_nor_missed():
    case_id = opened(at=on("2026-12-30"))
    services.take_step(case_id, "check", by=OPERATOR, at=on("2026-12-31"))

    assert figures(Quarter(2026, 4), day="2026-12-31") == (1, 0, 0, 0, Decimal("1.0"))


def test_the_cost_does_not_grow_with_the_cases(django_assert_num_queries):
    for _ in range(3):
        opened()

    with django_assert_num_queries(2):
        performance.service_levels(Q1, on=date(2026, 4, 1))


def test_nothing_that_happened_gives_no_rows():
    assert performance.service_levels(Q1, on=date(2026, 4, 1)) == ()


def test_quarters_know_their_days_and_their_neighbours():
    assert (Q1.first, Q1.until, Quarter(2026, 4).until) == (date(2026, 1, 1), date(2026, 4, 1), date(2027, 1, 1))
    assert performance.quarter_of(date(2026, 3, 31)) == Q1
    assert [q.code for q in performance.quarters_until(date(2026, 4, 1), count=3)] == ["2026-Q2", "2026-Q1", "2025-Q4"]
