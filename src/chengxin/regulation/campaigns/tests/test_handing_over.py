import pytest
from django.db import ProgrammingError, connection, transaction

from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework.notices import notices_of
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts.queries import credit_office
from chengxin.regulation.campaigns import queries, services
from chengxin.regulation.campaigns.errors import NotMember, OrderClosed, TargetsMissing
from chengxin.regulation.campaigns.models import Campaign, Order
from chengxin.regulation.campaigns.tests.factories import (
    APPROVAL_BUREAU,
    NAMES,
    NOON,
    checked,
    fined_companies,
    launched_with_two,
    office_reviewer,
    officer,
    proposed,
    reviewer,
    targets_of,
)

pytestmark = pytest.mark.django_db


def bureau_id() -> int:
    found = officer(APPROVAL_BUREAU).organisation_id
    assert found is not None
    return found


def given_to_the_bureau(campaign: Campaign) -> int:
    first = targets_of(campaign)[0]
    return services.hand_over(
        campaign.pk, [first.pk], to=bureau_id(), reason="住所地变更（虚构）", by=reviewer(), at=NOON
    )


def test_a_member_without_targets_sees_the_campaign_and_hears_of_its_launch():
    campaign = launched_with_two()

    assert queries.campaign_of(campaign.pk, actor=officer(APPROVAL_BUREAU)).id == campaign.pk
    assert [c.id for c in queries.campaigns_of(officer(APPROVAL_BUREAU))] == [campaign.pk]
    assert queries.targets_of(campaign.pk, actor=officer(APPROVAL_BUREAU)).total == 0
    assert [n.body for n in notices_of(officer(APPROVAL_BUREAU)).items] == [campaign.title]


def test_a_member_sees_no_draft():
    fined_companies()
    campaign = proposed(members=(bureau_id(),))

    assert queries.campaigns_of(officer(APPROVAL_BUREAU)) == ()
    with pytest.raises(NotFound):
        queries.campaign_of(campaign.pk, actor=officer(APPROVAL_BUREAU))


def test_the_lead_gives_a_target_to_a_member_which_gets_an_order_of_its_own():
    campaign = launched_with_two()

    assert given_to_the_bureau(campaign) == 1

    assert [t.name for t in queries.targets_of(campaign.pk, actor=officer(APPROVAL_BUREAU)).rows] == [NAMES[0]]
    first = targets_of(campaign)[0]
    services.record_result(first.pk, outcome="corrected", found="x", by=officer(APPROVAL_BUREAU), at=NOON)
    with pytest.raises(NotFound):
        services.record_result(first.pk, outcome="corrected", found="x", by=officer(), at=NOON)
    noted = AuditEntry.objects.filter(action="campaigns.targets_handed_over").get()
    assert noted.details["targets"] == [first.pk]


def test_a_result_goes_with_its_target():
    campaign = launched_with_two()
    checked(campaign)

    given_to_the_bureau(campaign)

    [row] = queries.targets_of(campaign.pk, actor=officer(APPROVAL_BUREAU)).rows
    assert row.outcome == "campaigns/corrected@2021-10-18"


def test_a_second_target_goes_to_the_same_order():
    campaign = launched_with_two()
    given_to_the_bureau(campaign)
    second = targets_of(campaign)[1]

    services.hand_over(campaign.pk, [second.pk], to=bureau_id(), reason="同上（虚构）", by=reviewer(), at=NOON)

    assert Order.objects.get(organisation_id=bureau_id()).targets.count() == 2


@pytest.mark.parametrize("by", [officer, lambda: reviewer(APPROVAL_BUREAU), office_reviewer])
def test_nobody_but_the_leads_reviewer_hands_targets_over(by):
    campaign = launched_with_two()
    first = targets_of(campaign)[0]

    with pytest.raises(NotPermitted):
        services.hand_over(campaign.pk, [first.pk], to=bureau_id(), reason="x", by=by(), at=NOON)

    assert Order.objects.count() == 1


def test_who_takes_no_part_gets_no_target():
    campaign = launched_with_two()
    first = targets_of(campaign)[0]

    with pytest.raises(NotMember):
        services.hand_over(campaign.pk, [first.pk], to=credit_office().id, reason="x", by=reviewer(), at=NOON)

    assert Order.objects.count() == 1


def test_a_target_of_another_campaign_or_a_missing_reason_moves_nothing():
    campaign, other = launched_with_two(), proposed()
    services.take(other.case_id, "approve", by=office_reviewer(), at=NOON)
    own, strange = targets_of(campaign)[0], targets_of(other)[0]

    for targets, reason in (([strange.pk], "x"), ([own.pk], " "), ([], "x")):
        with pytest.raises(TargetsMissing):
            services.hand_over(campaign.pk, targets, to=bureau_id(), reason=reason, by=reviewer(), at=NOON)

    assert not Order.objects.filter(organisation_id=bureau_id()).exists()


def test_what_was_reported_is_not_handed_over():
    campaign = launched_with_two()
    checked(campaign)
    order = Order.objects.get()
    services.take_in_order(order.case_id, "report", by=officer(), at=NOON, reason="完成（虚构）")

    with pytest.raises(OrderClosed):
        given_to_the_bureau(campaign)

    assert Order.objects.count() == 1


def test_the_application_cannot_rewrite_whom_a_target_is():
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_target SET name = name")
