"""How fast takedowns are acknowledged: the worked example of the public page."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from chengxin.intake.exchange import queries, services
from chengxin.intake.exchange.rules import Road
from chengxin.intake.exchange.tests.factories import (
    APPROVAL_BUREAU,
    MARKET_SUPERVISION,
    NOON,
    officer,
    received,
    repaired,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 4, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def taken(organisation: str, at: datetime) -> None:
    by = officer(organisation)
    for row in queries.changes_of(by, waiting=True, limit=10):
        services.acknowledge(row.id, road=Road.API, by=by, at=at)


def test_without_any_takedown_there_is_nothing_to_say():
    report = queries.takedown_report(at=AT)

    assert (report.total.takedowns, report.months, report.kinds) == (0, (), ())


def test_the_last_acknowledgement_counts_and_what_waits_is_told_apart():
    repaired(received(APPROVAL_BUREAU, MARKET_SUPERVISION))
    taken(APPROVAL_BUREAU, NOON + 2 * A_SECOND)
    taken(MARKET_SUPERVISION, NOON + 10 * A_SECOND)
    repaired(received(APPROVAL_BUREAU, key="2"), at=NOON + 20 * A_SECOND)
    taken(APPROVAL_BUREAU, NOON + 50 * A_SECOND)
    repaired(received(APPROVAL_BUREAU, key="3"), at=NOON + 60 * A_SECOND)

    report = queries.takedown_report(at=AT)

    assert [(m.month, m.takedowns, m.notices, m.waiting, m.open) for m in report.months] == [
        (date(2026, 9, 1), 3, 4, 1, 1)
    ]
    assert (report.total.median_seconds, report.total.worst_seconds) == (20.0, 30.0)
    assert [(k.kind, k.takedowns, k.waiting) for k in report.kinds] == [("department", 3, 1)]


def test_marks_and_corrections_are_no_takedowns_and_old_months_are_left_out():
    key = received()
    services.announce(key, change="disputed", at=NOON, told_at=NOON)
    services.announce_corrected([key], at=NOON + A_SECOND, told_at=NOON)
    services.announce(received(key="2"), change="repaired", at=NOON - timedelta(days=400), told_at=NOON)

    assert queries.takedown_report(at=AT).total.takedowns == 0


def test_the_command_says_the_same_for_people_and_machines(monkeypatch):
    repaired(received())
    monkeypatch.setattr("chengxin.base.clock.now", lambda: AT)
    plain, machine = StringIO(), StringIO()

    call_command("takedown_report", stdout=plain)
    call_command("takedown_report", "--json", stdout=machine)

    assert "2026-09" in plain.getvalue()
    assert json.loads(machine.getvalue())["months"][0] == {
        "month": "2026-09", "kind": "", "takedowns": 1, "notices": 1, "waiting": 1, "open": 1,
        "median_seconds": None, "worst_seconds": None,
    }  # fmt: skip
