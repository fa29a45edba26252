from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.calendar.errors import UnannouncedYear
from chengxin.base.calendar.policy import working_days
from chengxin.base.calendar.rules import AnnouncedYear, calendar_of

CALENDAR = working_days()
ONE_DAY = timedelta(days=1)
days_known = st.dates(date(2024, 1, 1), date(2026, 9, 30))
counts = st.integers(0, 40)


def days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split()]


# Each weekday run and each make-up day of the notices 国办发明电〔2023〕7号, 〔2024〕12号 and 〔2025〕7号.
OFF = days("""
2024-01-01 2024-02-12 2024-02-16 2024-04-04 2024-04-05 2024-05-01 2024-05-03 2024-06-10 2024-09-16 2024-09-17
2024-10-01 2024-10-07 2025-01-01 2025-01-28 2025-01-31 2025-02-03 2025-02-04 2025-04-04 2025-05-01 2025-05-05
2025-06-02 2025-10-01 2025-10-08 2026-01-01 2026-01-02 2026-02-16 2026-02-23 2026-04-06 2026-05-01 2026-05-05
2026-06-19 2026-09-25 2026-10-01 2026-10-07
""")
WORKED = days("""
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12 2025-01-26 2025-02-08
2025-04-27 2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
""")
ORDINARY = days("2024-02-09 2025-01-02 2025-01-27 2025-02-05 2025-10-09 2026-02-13 2026-02-24 2026-10-08")
WEEKEND = days("2024-02-24 2025-01-25 2025-02-09 2026-02-07 2026-10-11 2026-11-22")


@pytest.mark.parametrize("day", OFF + WEEKEND)
def test_offices_are_closed_on_announced_holidays_and_on_ordinary_weekends(day):
    assert not CALENDAR.is_working_day(day)


@pytest.mark.parametrize("day", WORKED + ORDINARY)
def test_offices_work_on_make_up_days_and_on_ordinary_weekdays(day):
    assert CALENDAR.is_working_day(day)


@pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_its_notice_leaves(year, working):
    assert CALENDAR.between(date(year, 1, 1), date(year, 12, 31)) == working


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2025-01-24", 1, "2025-01-26"),  # a Friday; the Sunday before Spring Festival is worked
        ("2025-01-27", 1, "2025-02-05"),  # the last day before Spring Festival
        ("2025-01-27", 4, "2025-02-08"),  # 5, 6, 7 February and the Saturday that is worked
        ("2026-09-30", 3, "2026-10-10"),  # National Day, then Thursday, Friday and the Saturday that is worked
        ("2026-02-13", 6, "2026-02-28"),  # the worked Saturday, Spring Festival, four days and the worked Saturday
        ("2026-11-21", 0, "2026-11-21"),  # no days: the day itself, a Saturday
    ],
)
def test_a_deadline_is_counted_from_the_day_after(start, days, end):
    assert CALENDAR.add(date.fromisoformat(start), days) == date.fromisoformat(end)


@given(days_known, counts)
def test_counting_back_gives_the_number_that_was_added(start, days):
    assert CALENDAR.between(start, CALENDAR.add(start, days)) == days


@given(days_known, counts)
def test_one_more_day_is_always_later(start, days):
    assert CALENDAR.add(start, days) < CALENDAR.add(start, days + 1)


@given(days_known, st.integers(1, 40))
def test_a_deadline_falls_on_a_working_day(start, days):
    assert CALENDAR.is_working_day(CALENDAR.add(start, days))


@given(days_known, days_known, days_known)
def test_counts_of_neighbouring_periods_add_up(a, b, c):
    assert CALENDAR.between(a, b) + CALENDAR.between(b, c) == CALENDAR.between(a, c)


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 4)])
def test_a_year_without_a_notice_is_not_guessed(day):
    with pytest.raises(UnannouncedYear) as refused:
        CALENDAR.is_working_day(day)

    assert str(day.year) in refused.value.sentence


def test_a_deadline_that_runs_into_a_year_without_a_notice_is_not_guessed():
    last_known = CALENDAR.add(date(2026, 12, 28), 3)

    assert last_known == date(2026, 12, 31)
    with pytest.raises(UnannouncedYear):
        CALENDAR.add(date(2026, 12, 28), 4)


def test_fewer_than_no_days_are_refused():
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(date(2026, 1, 5), -1)


def test_a_run_of_days_off_may_begin_in_the_year_before():
    monday = date(2029, 12, 31)
    calendar = calendar_of(
        [AnnouncedYear(2029, frozenset(), frozenset()), AnnouncedYear(2030, frozenset({monday}), frozenset())]
    )

    assert not calendar.is_working_day(monday)


@pytest.mark.parametrize(
    ("announced", "reason"),
    [
        ([AnnouncedYear(2030, frozenset(), frozenset())] * 2, "twice"),
        ([AnnouncedYear(2030, frozenset({date(2030, 1, 5)}), frozenset({date(2030, 1, 5)}))], "as a holiday and as"),
        ([AnnouncedYear(2030, frozenset(), frozenset({date(2030, 1, 7)}))], "is a weekday"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(announced, reason):
    with pytest.raises(ValueError, match=reason):
        calendar_of(announced)
