"""The only place that asks what time it is; everything else is told."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

CITY_TIME = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """The present day in the city's time zone: legal days begin at midnight there."""
    return local_date(now())


def local_date(at: datetime) -> date:
    """The day in the city's time zone on which the moment `at` lies."""
    return at.astimezone(CITY_TIME).date()
