"""Statistics about natural persons' records: bounded, noised once, not told where few, within the year's budget."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from chengxin.base.audit.models import AuditEntry
from chengxin.intake.collection.tests import factories as files
from chengxin.intake.opendata import policy, queries, services, statistics
from chengxin.intake.opendata.errors import BudgetSpent
from chengxin.intake.opendata.models import StatisticRelease
from chengxin.intake.opendata.tests.factories import BY

pytestmark = pytest.mark.django_db
AT = datetime(2026, 8, 1, 4, tzinfo=UTC)
SINCE, UNTIL = date(2026, 4, 1), date(2026, 7, 1)
PENALTIES = policy.statistics_on(AT.date())[0]
PLAIN = dataclasses.replace(PENALTIES, epsilon=Decimal(900), threshold=1)  # noise too small to be seen


@pytest.fixture
def fined(tmp_path) -> None:
    """Three people fined in the second quarter: one of them four times."""
    rows = [files.person_penalty(n) for n in (1, 2)]
    rows += [files.person_penalty(3, CF_WSH=f"虚构{n}号") for n in range(4)]
    for row in rows:
        row.update(CF_JDRQ="2026-05-09", CF_CFLB="罚款", CF_NR_FK="0.1")
    files.hand_in_rows(tmp_path, *rows, item=files.PERSON_PENALTY)


def test_of_one_person_no_more_records_count_than_policy_says(fined):
    counts = statistics.counts(PENALTIES, since=SINCE, until=UNTIL)

    assert counts["罚款"] == 2 + PENALTIES.most_records
    assert counts["警告"] == 0
    assert sum(statistics.counts(PENALTIES, since=UNTIL, until=date(2026, 10, 1)).values()) == 0


def test_what_is_published_is_the_noised_count_and_too_few_are_not_told(fined, monkeypatch):
    monkeypatch.setattr(policy, "budget_on", lambda day: Decimal(5000))

    made = services.publish_statistic(dataclasses.replace(PLAIN, threshold=3), by=BY, at=AT)

    assert made is not None
    assert (made.since, made.until, made.cells["罚款"], made.cells["警告"]) == (SINCE, UNTIL, 4, None)
    assert AuditEntry.objects.get(action="opendata.statistic_published").details == {"epsilon": "900"}


def test_the_same_question_never_gets_fresh_noise(fined):
    first = services.publish_statistic(PENALTIES, by=BY, at=AT)

    assert services.publish_statistic(PENALTIES, by=BY, at=AT) is None
    assert first is not None
    assert StatisticRelease.objects.get().cells == first.cells


def test_without_budget_nothing_is_counted_and_nothing_published(monkeypatch):
    monkeypatch.setattr(policy, "budget_on", lambda day: PENALTIES.epsilon)
    services.publish_statistic(PENALTIES, by=BY, at=AT)
    monkeypatch.setattr(statistics, "counts", lambda *a, **k: pytest.fail("looked at the records"))

    with pytest.raises(BudgetSpent):
        services.publish_statistic(dataclasses.replace(PENALTIES, code="another"), by=BY, at=AT)

    assert queries.spent_in(2026) == (PENALTIES.epsilon,)
    assert queries.spent_in(2025) == ()


def test_noise_is_drawn_with_the_scale_that_policy_asks_for():
    zeros = {str(n): 1000 for n in range(2000)}

    noised = statistics.noised(zeros, PENALTIES).values()

    away = sum(abs(n - 1000) for n in noised) / len(zeros)
    assert 3.4 < away < 4.6  # the mean distance of Laplace noise is its scale: 2 records / 0.5


def test_no_number_is_below_zero():
    assert min(statistics.noised({str(n): 0 for n in range(200)}, PENALTIES).values()) == 0
