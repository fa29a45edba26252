"""Working days (工作日) as the State Council's holiday notices make them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from chengxin.base.calendar.errors import UnannouncedYear

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class AnnouncedYear:
    """A year's notice: its days off, weekends or not, and the weekend days on which offices work (调休上班)."""

    year: int
    holidays: frozenset[date]
    make_up: frozenset[date]


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The calendar of offices over the announced years.

    Source: 《全国年节及纪念日放假办法》 and the yearly 国务院办公厅关于部分节假日安排的通知 (国办发明电).
    """

    years: frozenset[int]
    holidays: frozenset[date]
    make_up: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`. Raises `UnannouncedYear`.

        A notice can give days off at the end of the year before (New Year's run), so all notices count together.
        """
        if day.year not in self.years:
            raise UnannouncedYear(year=day.year)
        if day in self.make_up:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def add(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`; `start` itself is not counted. 0 gives `start`.

        Source: Civil Code (民法典) art. 201: the day on which a period begins is not counted.
        Raises `UnannouncedYear` where the count runs into a year without a notice, `ValueError` where `days` < 0.
        """
        if days < 0:
            raise ValueError("days must not be negative")
        day, left = start, days
        while left:
            day += ONE_DAY
            left -= self.is_working_day(day)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and including `last`; negative where `last` is earlier.

        The inverse of `add`: `between(d, add(d, n)) == n`. Raises `UnannouncedYear`.
        """
        if last < first:
            return -self.between(last, first)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(map(self.is_working_day, days))


def calendar_of(announced: Iterable[AnnouncedYear]) -> WorkingDays:
    """One calendar of all announced years. Source: each year's notice.

    Raises `ValueError` where a year is announced twice or a day is both off and worked.
    """
    years = list(announced)
    holidays = frozenset[date]().union(*(y.holidays for y in years))
    make_up = frozenset[date]().union(*(y.make_up for y in years))
    if len({y.year for y in years}) < len(years):
        raise ValueError("a year is announced twice")
    if both := holidays & make_up:
        raise ValueError(f"{min(both)} is announced as a holiday and as a working day")
    if wrong := [day for day in make_up if day.weekday() < SATURDAY]:
        raise ValueError(f"{min(wrong)} is a weekday and cannot be a make-up day")
    return WorkingDays(frozenset(y.year for y in years), holidays, make_up)
