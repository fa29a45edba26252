from datetime import UTC, date, datetime, timedelta

from chengxin.base import clock


def test_a_legal_day_begins_at_midnight_in_the_city():
    midnight = datetime(2026, 3, 1, 16, tzinfo=UTC)

    assert clock.local_date(midnight) == date(2026, 3, 2)
    assert clock.local_date(midnight - timedelta(microseconds=1)) == date(2026, 3, 1)


def test_now_knows_its_time_zone_and_lies_in_today():
    before, now, after = clock.today(), clock.now(), clock.today()

    assert now.utcoffset() == timedelta(0)
    assert before <= clock.local_date(now) <= after
