from datetime import UTC, date, datetime
from io import BytesIO
from shutil import copytree

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from chengxin.base.attachments.errors import UploadsRefused
from chengxin.base.attachments.services import Upload
from chengxin.base.attachments.tests.factories import pdf
from chengxin.base.casework.errors import NotYourStep, SamePersonTwice
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.registry.accounts import services as accounts
from chengxin.registry.accounts.queries import organisation_by_code
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import key_of
from chengxin.regulation.campaigns import policy, queries, services
from chengxin.regulation.campaigns.errors import (
    FieldMissing,
    MembersNotPublic,
    NamesInText,
    NothingSelected,
    OrderClosed,
    OrdersOpen,
    OutcomeMissing,
    ResultsMissing,
)
from chengxin.regulation.campaigns.models import Campaign, Order, Result, Tally
from chengxin.regulation.campaigns.rules import Selection
from chengxin.regulation.campaigns.tests.factories import (
    APPROVAL_BUREAU,
    NAMES,
    NOON,
    TODAY,
    checked,
    fined_companies,
    launched,
    market_supervision_id,
    office_reviewer,
    officer,
    official,
    order_of,
    plan,
    proposed,
    reviewer,
    state_of,
    targets_of,
)

pytestmark = pytest.mark.django_db
OF_NOW = "  - code: corrected\n    effective_from: 2021-10-18\n"
CORRECTED = "campaigns/corrected@2021-10-18"


def test_a_proposal_waits_for_the_credit_office_and_has_no_targets_yet():
    campaign = proposed()

    assert state_of(campaign.case_id) == "drafted"
    assert not Order.objects.exists()


def test_a_proposal_that_is_sent_twice_is_one_campaign_and_another_one_is_another():
    bureau = officer(APPROVAL_BUREAU).organisation_id
    first, again = proposed(), proposed()
    others = [proposed(title="另一次整治（虚构）"), proposed(members=(market_supervision_id(), bureau))]

    assert (first.pk, Campaign.objects.count()) == (again.pk, 3)
    assert first.pk not in {other.pk for other in others}


def test_a_field_that_policy_does_not_name_is_refused_and_nothing_is_kept():
    with pytest.raises(FieldMissing):
        services.propose("gossip", plan(), by=officer(), at=NOON)

    assert not Campaign.objects.exists()


@pytest.mark.parametrize("entry", accounts.DEMO_ORGANISATIONS, ids=lambda e: e.kind)
def test_a_bank_an_agency_or_an_association_is_no_member_and_nothing_is_kept(entry):
    accounts.load_organisations([entry])
    other = organisation_by_code(entry.code)

    with pytest.raises(MembersNotPublic):
        proposed(members=(market_supervision_id(), other.id))
    assert not Campaign.objects.exists()


def test_a_field_whose_time_is_over_is_refused():
    with pytest.raises(FieldMissing):
        services.propose("epidemic-supplies", plan(), by=officer(), at=NOON)


def test_approval_selects_by_what_is_public_that_day_and_gives_each_member_its_share():
    campaign = launched()

    assert [t.name for t in targets_of(campaign)] == list(NAMES)
    assert state_of(order_of(campaign).case_id) == "issued"


def test_targets_of_no_member_go_to_the_lead():
    fined_companies()
    elsewhere = official(Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU, 805)
    campaign_id = services.propose("market-order", plan(members=(elsewhere.organisation_id,)), by=elsewhere, at=NOON)
    campaign = Campaign.objects.get(pk=campaign_id)
    services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)

    assert [o.organisation_id for o in Order.objects.all()] == [elsewhere.organisation_id]


def test_what_has_left_publication_selects_nobody():
    fined_companies()
    records.end_by_repair(key_of("campaign-0"), by=reviewer(), at=NOON)
    campaign = proposed()

    services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)

    assert [t.name for t in targets_of(campaign)] == list(NAMES[1:])


def test_a_query_that_finds_nobody_launches_nothing():
    campaign = proposed(selection=Selection("abnormal-operation"))

    with pytest.raises(NothingSelected):
        services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)

    assert state_of(campaign.case_id) == "drafted"


@pytest.mark.parametrize("least", [2, 3])
def test_the_least_number_of_records_narrows_the_query(least):
    fined_companies()

    assert queries.selected(Selection("penalty-organisation", least=least), on=TODAY) == ()


def test_the_lead_cannot_approve_its_own_campaign():
    campaign = proposed()

    with pytest.raises(NotYourStep):
        services.take(campaign.case_id, "approve", by=reviewer(), at=NOON)

    assert state_of(campaign.case_id) == "drafted"


def test_an_order_is_reported_when_every_target_is_settled():
    campaign = launched()
    order = order_of(campaign)
    with pytest.raises(ResultsMissing):
        services.take_in_order(order.case_id, "report", by=officer(), at=NOON, reason="完成（虚构）")
    checked(campaign)

    assert services.take_in_order(order.case_id, "report", by=officer(), at=NOON, reason="完成（虚构）") == "reported"


def test_a_target_that_is_still_being_corrected_keeps_the_order_open():
    campaign = launched()
    checked(campaign, "being-corrected")

    with pytest.raises(ResultsMissing):
        services.take_in_order(order_of(campaign).case_id, "report", by=officer(), at=NOON, reason="完成（虚构）")

    assert state_of(order_of(campaign).case_id) == "issued"


def test_a_result_needs_an_outcome_of_policy_and_words():
    target = targets_of(launched())[0]

    for outcome, found in (("hanged", "x"), ("corrected", "  ")):
        with pytest.raises(OutcomeMissing):
            services.record_result(target.pk, outcome=outcome, found=found, by=officer(), at=NOON)

    assert not Result.objects.exists()


def test_an_officer_of_another_department_writes_no_result():
    target = targets_of(launched())[0]

    with pytest.raises(NotFound):
        services.record_result(target.pk, outcome="corrected", found="x", by=officer(APPROVAL_BUREAU), at=NOON)

    assert not Result.objects.exists()


def test_a_reviewer_writes_no_result():
    target = targets_of(launched())[0]

    with pytest.raises(NotPermitted):
        services.record_result(target.pk, outcome="corrected", found="x", by=reviewer(), at=NOON)

    assert not Result.objects.exists()


def test_what_was_reported_is_not_rewritten():
    campaign = launched()
    checked(campaign)
    services.take_in_order(order_of(campaign).case_id, "report", by=officer(), at=NOON, reason="完成（虚构）")

    with pytest.raises(OrderClosed):
        services.record_result(targets_of(campaign)[0].pk, outcome="penalised", found="x", by=officer(), at=NOON)

    assert {o.code for o in queries.latest_outcomes(order_of(campaign).pk)} == {"corrected"}


def test_the_latest_result_counts_and_the_earlier_one_stays():
    campaign = launched()
    checked(campaign, "being-corrected")
    checked(campaign, "corrected")

    [progress] = queries.progress_of(campaign.pk, on=TODAY)

    assert (progress.targets, progress.settled, progress.outcomes) == (3, 3, {CORRECTED: 3})
    assert Result.objects.count() == 6


def test_a_result_is_read_as_the_entry_says_that_it_was_written_under(settings, tmp_path):
    campaign = launched()
    checked(campaign)
    city = copytree(settings.CITY_FOLDER, tmp_path / "city")
    told = (city / "policy" / "campaigns.yaml").read_text(encoding="utf-8")
    ended, renamed = (
        told.replace(OF_NOW, f"{OF_NOW}    effective_until: 2026-09-15\n", 1),
        OF_NOW.replace("2021-10-18", "2026-09-15"),
    )
    later = (
        "    source: x\n    verified: false\n"
        "    values: {kind: outcome, place: 1, settled: false, name: {zh: 改, en: C}}\n"
    )
    (city / "policy" / "campaigns.yaml").write_text(ended + renamed + later, encoding="utf-8")
    settings.CITY_FOLDER = city
    assert policy.outcomes(date(2026, 10, 1))["corrected"].zh == "改"

    [progress] = queries.progress_of(campaign.pk, on=date(2026, 10, 1))

    assert (progress.settled, progress.outcomes) == (3, {CORRECTED: 3})
    assert policy.outcome_named(CORRECTED).zh == "发现问题，已改正"
    order = order_of(campaign)
    later_on = datetime(2026, 10, 9, 4, tzinfo=UTC)
    assert services.take_in_order(order.case_id, "report", by=officer(), at=later_on, reason="x") == "reported"


def test_a_campaign_ends_when_no_order_is_open():
    campaign = launched()
    order = order_of(campaign)
    with pytest.raises(OrdersOpen):
        services.take(campaign.case_id, "finish", by=reviewer(), at=NOON, reason="总结（虚构）")
    checked(campaign)
    services.take_in_order(order.case_id, "report", by=officer(), at=NOON, reason="完成（虚构）")
    services.take_in_order(order.case_id, "confirm", by=reviewer(), at=NOON)

    assert services.take(campaign.case_id, "finish", by=reviewer(), at=NOON, reason="总结（虚构）") == "finished"


def finished() -> Campaign:
    campaign = launched()
    order = order_of(campaign)
    checked(campaign)
    services.take_in_order(order.case_id, "report", by=officer(), at=NOON, reason="完成（虚构）")
    services.take_in_order(order.case_id, "confirm", by=reviewer(), at=NOON)
    services.take(campaign.case_id, "finish", by=reviewer(), at=NOON, reason="总结（虚构）")
    return campaign


def test_the_counts_of_a_campaign_are_kept_when_it_ends():
    campaign = finished()

    assert Tally.objects.get().outcomes == {CORRECTED: 3}
    with CaptureQueriesContext(connection) as asked:
        counts = queries.counts_of([campaign.pk])[campaign.pk]
    assert (counts.targets, counts.checked) == (3, 3)
    assert not any("campaigns_target" in each["sql"] for each in asked.captured_queries)


def test_the_counts_of_a_running_campaign_are_those_of_now():
    campaign = launched()
    services.record_result(targets_of(campaign)[0].pk, outcome="corrected", found="x", by=officer(), at=NOON)

    counts = queries.counts_of([campaign.pk])[campaign.pk]

    assert (counts.targets, counts.checked, counts.outcomes) == (3, 1, {"": 2, CORRECTED: 1})


def test_public_campaigns_come_in_pages_and_all_are_counted():
    first, second = launched(), proposed()
    services.take(second.case_id, "approve", by=office_reviewer(), at=NOON)

    found = queries.public_campaigns(page=2, size=1)

    assert ([c.id for c in found.rows], found.total) == ([first.pk], 2)


def test_a_member_sees_its_own_targets_and_a_stranger_sees_no_campaign():
    campaign = launched()

    assert queries.targets_of(campaign.pk, actor=officer()).total == 3
    with pytest.raises(NotFound):
        queries.targets_of(campaign.pk, actor=officer(APPROVAL_BUREAU))


def test_targets_are_found_by_a_part_of_the_name_taken_literally():
    campaign = launched()

    assert [t.name for t in queries.targets_of(campaign.pk, actor=officer(), text="乙某").rows] == [NAMES[1]]
    assert queries.targets_of(campaign.pk, actor=officer(), text="%").rows == ()


def test_targets_come_in_pages_by_code_and_all_are_counted():
    campaign = launched()
    services.record_result(targets_of(campaign)[1].pk, outcome="corrected", found="x", by=officer(), at=NOON)

    second = queries.targets_of(campaign.pk, actor=officer(), page=2, size=1)
    unchecked = queries.targets_of(campaign.pk, actor=officer(), outcome="", page=2, size=1)

    assert ([t.name for t in second.rows], second.total) == ([NAMES[1]], 3)
    assert ([t.name for t in unchecked.rows], unchecked.total) == ([NAMES[2]], 2)


def test_the_files_of_a_result_are_kept_with_its_target_and_opened_by_those_who_see_it(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    campaign = launched()
    first = targets_of(campaign)[0]

    services.record_result(
        first.pk, outcome="corrected", found="x", uploads=[Upload(BytesIO(pdf()), "整改.pdf")], by=officer(), at=NOON
    )

    [file] = queries.targets_of(campaign.pk, actor=officer()).files[first.pk]
    assert file.name == "整改.pdf"
    assert services.open_file(first.pk, file.id, by=office_reviewer(), at=NOON).name == "整改.pdf"
    with pytest.raises(NotFound):
        services.open_file(first.pk, file.id, by=officer(APPROVAL_BUREAU), at=NOON)
    with pytest.raises(NotFound):
        services.open_file(targets_of(campaign)[1].pk, file.id, by=officer(), at=NOON)


def test_a_result_whose_file_is_refused_is_not_written(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    first = targets_of(launched())[0]

    with pytest.raises(UploadsRefused):
        services.record_result(
            first.pk, outcome="corrected", found="x", uploads=[Upload(BytesIO(b"MZ"), "a.pdf")], by=officer(), at=NOON
        )

    assert not Result.objects.exists()


def test_a_draft_is_not_public_and_a_running_campaign_is():
    campaign = proposed()
    assert queries.public_campaigns().rows == ()
    with pytest.raises(NotFound):
        queries.public_campaign(campaign.pk)
    fined_companies()
    services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)

    assert [c.id for c in queries.public_campaigns().rows] == [campaign.pk]


def test_a_campaign_whose_own_text_names_whom_it_selects_is_not_proposed():
    fined_companies()

    with pytest.raises(NamesInText):
        proposed(criteria="整治甲某商行一类的违法行为")

    assert not Campaign.objects.exists()


def test_a_campaign_whose_own_text_names_whom_it_finds_later_is_not_launched():
    campaign = proposed(criteria=f"整治{NAMES[1]}一类的违法行为")
    fined_companies()

    with pytest.raises(NamesInText):
        services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)

    assert (state_of(campaign.case_id), Order.objects.count()) == ("drafted", 0)


def test_who_proposed_a_campaign_at_the_credit_office_does_not_approve_it():
    fined_companies()
    both = official(Role.CREDIT_OFFICE_OPERATOR, office_reviewer().organisation_code, 803)
    campaign = Campaign.objects.get(pk=services.propose("market-order", plan(), by=both, at=NOON))

    with pytest.raises(SamePersonTwice):
        services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)

    assert state_of(campaign.case_id) == "drafted"


@pytest.mark.parametrize("table", ["campaign", "target", "result", "tally", "publication"])
def test_the_application_cannot_rewrite_what_a_campaign_did(table):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM campaigns_{table}")
