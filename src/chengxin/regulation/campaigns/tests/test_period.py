from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from chengxin.base.casework.notices import notices_of
from chengxin.regulation.campaigns import queries, services
from chengxin.regulation.campaigns.errors import (
    NotBegun,
    PeriodOver,
)
from chengxin.regulation.campaigns.models import Campaign, Order, Result
from chengxin.regulation.campaigns.tests.factories import (
    NOON,
    TODAY,
    checked,
    fined_companies,
    launched,
    office_reviewer,
    officer,
    order_of,
    proposed,
    reviewer,
    state_of,
)

pytestmark = pytest.mark.django_db


def test_a_campaign_whose_period_is_over_is_refused_and_nothing_is_kept():
    with pytest.raises(PeriodOver):
        proposed(starts_on=date(2019, 1, 1), ends_on=date(2019, 2, 1))

    assert not Campaign.objects.exists()


def test_a_campaign_whose_period_went_by_before_its_approval_is_not_launched():
    fined_companies()
    campaign = proposed(ends_on=date(2026, 9, 2))

    with pytest.raises(PeriodOver):
        services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON + timedelta(days=1))

    assert (state_of(campaign.case_id), Order.objects.count()) == ("drafted", 0)


def test_a_campaign_that_has_not_begun_takes_no_results_and_does_not_end():
    fined_companies()
    campaign = proposed(starts_on=date(2026, 9, 2))
    services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)
    assert queries.public_campaign(campaign.pk).waits_on(TODAY)

    with pytest.raises(NotBegun):
        checked(campaign)
    with pytest.raises(NotBegun):
        services.take(campaign.case_id, "finish", by=reviewer(), at=NOON, reason="总结（虚构）")

    assert (state_of(campaign.case_id), Result.objects.count()) == ("running", 0)
    assert not queries.public_campaign(campaign.pk).waits_on(date(2026, 9, 2))


def test_no_member_is_late_while_the_campaign_runs():
    campaign = launched()

    [progress] = queries.progress_of(campaign.pk, on=TODAY)

    assert progress.due_on == date(2026, 12, 7)  # the campaign's last day is Monday 30 November


def test_the_lead_hears_once_that_the_period_of_a_running_campaign_is_over():
    campaign = launched()
    over = datetime(2026, 12, 1, 1, tzinfo=UTC)

    assert services.remind_of_end(campaign.pk, at=over)

    told = notices_of(reviewer()).items[0]
    assert (told.case_id, told.sent_at, told.body) == (campaign.case_id, over, campaign.title)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'campaigns.remind_of_end'"
            " AND args->>'campaign_id' = %s",
            [str(campaign.pk)],
        )
        assert [at for (at,) in cursor.fetchall()] == [datetime(2026, 11, 30, 16, tzinfo=UTC)]


def test_nobody_is_reminded_of_a_campaign_that_was_ended():
    campaign = launched()
    order = order_of(campaign)
    checked(campaign)
    services.take_in_order(order.case_id, "report", by=officer(), at=NOON, reason="完成（虚构）")
    services.take_in_order(order.case_id, "confirm", by=reviewer(), at=NOON)
    services.take(campaign.case_id, "finish", by=reviewer(), at=NOON, reason="总结（虚构）")

    assert not services.remind_of_end(campaign.pk, at=NOON)
