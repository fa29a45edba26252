from datetime import date, timedelta

import pytest
from django.db import connection

from chengxin.base.casework.errors import NotYourStep, ReasonMissing, StepNotOpen
from chengxin.base.casework.models import Case
from chengxin.base.casework.notices import notices_of
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import key_of, organisation_record
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.rules import comparable_name
from chengxin.regulation.campaigns import services, taking_down, telling
from chengxin.regulation.campaigns.errors import NamesInText, RecordMissing
from chengxin.regulation.campaigns.models import Campaign, Publication, Target
from chengxin.regulation.campaigns.rules import Selection
from chengxin.regulation.campaigns.tests.factories import (
    NAMES,
    NOON,
    TODAY,
    fined_companies,
    launched,
    office_reviewer,
    officer,
    proposed,
    records_of,
    reviewer,
    targets_of,
    told,
)

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


def launched_about_fines_before_june() -> Campaign:
    """A campaign about fines decided before June; its first target was fined once more in July, for something else."""
    first, *_others = fined_companies()
    organisation_record(first, "unrelated", decided_on=JULY)
    campaign = proposed(selection=Selection("penalty-organisation", until=date(2026, 6, 1)))
    services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)
    return campaign


def test_a_case_is_told_about_a_record_that_the_saved_query_chose_and_about_no_other():
    target = targets_of(launched_about_fines_before_june())[0]

    assert records_of(target) == [key_of("campaign-0")]


def test_a_target_whose_records_were_not_kept_is_told_about_by_what_the_whole_query_finds():
    target = targets_of(launched_about_fines_before_june())[0]
    kept_nothing = Target(order=target.order, code=target.code, record_keys=[])

    assert records_of(kept_nothing) == [key_of("campaign-0")]


def test_a_case_that_would_be_tied_to_another_record_is_refused_and_nothing_is_kept():
    campaign = launched_about_fines_before_june()

    with pytest.raises(RecordMissing):
        told(campaign, target=targets_of(campaign)[0], record=key_of("unrelated"))

    assert not campaign.typical_cases.exists()


def test_the_name_goes_with_the_record_that_the_case_tells_about_though_another_is_public():
    campaign = launched_about_fines_before_june()
    case_id = told(campaign, target=targets_of(campaign)[0], record=key_of("campaign-0"))
    services.take_in_typical_case(case_id, "publish", by=office_reviewer(), at=NOON)
    assert telling.typical_cases(on=TODAY).rows[0].name == NAMES[0]

    records.end_by_repair(key_of("campaign-0"), by=reviewer(), at=NOON)

    assert telling.typical_cases(on=TODAY).rows[0].name == ""


def test_who_was_chosen_by_several_records_is_told_about_by_the_one_that_the_author_names():
    first, *_others = fined_companies()
    organisation_record(first, "later", decided_on=JULY)
    campaign = proposed()
    services.take(campaign.case_id, "approve", by=office_reviewer(), at=NOON)
    target = targets_of(campaign)[0]
    assert records_of(target) == [key_of("later"), key_of("campaign-0")]

    told(campaign, target=target, record=key_of("campaign-0"))

    assert campaign.typical_cases.get().natural_key == key_of("campaign-0")


def test_a_target_without_a_public_record_any_more_is_told_about_without_its_name():
    campaign = launched()
    target = targets_of(campaign)[0]
    records.end_by_repair(key_of("campaign-0"), by=reviewer(), at=NOON)

    services.propose_case(
        target.order_id, target_id=target.pk, title="案例", text="某公司", lesson="提醒", by=officer(), at=NOON
    )

    assert campaign.typical_cases.get().natural_key is None


def test_a_typical_case_is_public_after_its_review_and_ends_with_its_time():
    case_id = told(launched())
    assert telling.typical_cases(on=TODAY).rows == ()

    services.take_in_typical_case(case_id, "publish", by=office_reviewer(), at=NOON)

    until = Publication.objects.get().until
    assert [c.title for c in telling.typical_cases(on=until - timedelta(days=1)).rows] == ["虚假宣传被处罚（虚构）"]
    assert telling.typical_cases(on=until).total == 0


def test_a_typical_case_names_the_company_only_while_its_record_is_public():
    campaign = launched()
    case_id = told(campaign, target=targets_of(campaign)[0])
    services.take_in_typical_case(case_id, "publish", by=office_reviewer(), at=NOON)
    assert telling.typical_cases(on=TODAY).rows[0].name == NAMES[0]

    records.end_by_repair(key_of("campaign-0"), by=reviewer(), at=NOON)

    assert telling.typical_cases(on=TODAY).rows[0].name == ""


def test_a_case_that_was_taken_down_is_gone():
    case_id = told(launched())
    services.take_in_typical_case(case_id, "publish", by=office_reviewer(), at=NOON)

    down = taking_down.take_down(case_id, reason="决定被撤销（虚构）", by=office_reviewer(), at=NOON)

    assert telling.typical_cases(on=TODAY).rows == ()
    assert Case.objects.get(pk=down).closed_at == NOON
    assert notices_of(officer()).items[0].body == "虚假宣传被处罚（虚构）：决定被撤销（虚构）"
    with pytest.raises(StepNotOpen):
        taking_down.take_down(case_id, reason="又一次", by=office_reviewer(), at=NOON)


def test_a_published_case_is_closed_and_waits_for_nobody():
    case_id = told(launched())
    services.take_in_typical_case(case_id, "publish", by=office_reviewer(), at=NOON)

    assert Case.objects.get(pk=case_id).closed_at == NOON


def test_nobody_but_the_credit_offices_reviewer_takes_a_case_down_and_not_without_a_reason():
    case_id = told(launched())
    services.take_in_typical_case(case_id, "publish", by=office_reviewer(), at=NOON)

    with pytest.raises(NotYourStep):
        taking_down.take_down(case_id, reason="x", by=officer(), at=NOON)
    with pytest.raises(ReasonMissing):
        taking_down.take_down(case_id, reason=" ", by=office_reviewer(), at=NOON)

    assert telling.typical_cases(on=TODAY).total == 1


@pytest.mark.parametrize("spoken", ["甲某商行被处罚。", "南宁 甲某·商行被处罚。", "电话13800138000"])
def test_a_text_that_speaks_of_a_target_in_other_words_is_refused(spoken: str):
    campaign = launched()

    with pytest.raises(NamesInText):
        told(campaign, text=spoken)

    assert not campaign.typical_cases.exists()


@pytest.mark.parametrize("spoken", ["南宁丁某贸易有限公司（虚构）", "丁某贸易"])
def test_a_text_that_speaks_of_a_target_by_another_of_its_names_is_refused(spoken: str):
    campaign = launched()
    subject = Subject.objects.get(code=targets_of(campaign)[0].code)
    new = "南宁丁某贸易有限公司（虚构）"
    subject.names.create(name=new, comparable=comparable_name(new), pairs="")

    with pytest.raises(NamesInText):
        told(campaign, text=f"{spoken}被处罚。")

    assert not campaign.typical_cases.exists()


def test_a_text_that_names_a_target_is_refused_and_nothing_is_kept():
    campaign = launched()

    with pytest.raises(NamesInText):
        told(campaign, text=f"{NAMES[1]}虚假宣传。")

    assert not campaign.typical_cases.exists()


def test_a_case_about_a_disputed_record_says_so():
    campaign = launched()
    case_id = told(campaign, target=targets_of(campaign)[0])
    services.take_in_typical_case(case_id, "publish", by=office_reviewer(), at=NOON)
    assert not telling.typical_cases(on=TODAY).rows[0].is_disputed

    records.mark_disputed(key_of("campaign-0"), by=reviewer(), at=NOON)

    [shown] = telling.typical_cases(on=TODAY).rows
    assert (shown.name, shown.is_disputed) == (NAMES[0], True)


def test_author_and_credit_office_hear_that_the_decision_of_a_published_case_fell():
    campaign = launched()
    case_id = told(campaign, target=targets_of(campaign)[0])
    services.take_in_typical_case(case_id, "publish", by=office_reviewer(), at=NOON)

    records.withdraw(key_of("campaign-0"), by=reviewer(), at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'natural_key' FROM procrastinate_jobs WHERE task_name = 'campaigns.tell_of_withdrawn'"
        )
        assert [key for (key,) in cursor.fetchall()] == [str(key_of("campaign-0"))]
    assert services.tell_of_withdrawn(key_of("campaign-0"), at=NOON) == 1

    for reader in (officer(), office_reviewer()):
        assert notices_of(reader).items[0].title == "典型案例讲的决定已被撤销，请审核案例是否撤下"


def test_nobody_hears_of_a_case_that_was_refused():
    campaign = launched()
    case_id = told(campaign, target=targets_of(campaign)[0])
    services.take_in_typical_case(case_id, "refuse", by=office_reviewer(), at=NOON, reason="x")

    assert services.tell_of_withdrawn(key_of("campaign-0"), at=NOON) == 0


def test_a_case_that_is_sent_twice_is_one_and_after_its_review_another():
    campaign = launched()
    first = told(campaign)

    assert told(campaign) == first
    services.take_in_typical_case(first, "refuse", by=office_reviewer(), at=NOON, reason="x")
    assert told(campaign) != first


def test_typical_cases_come_in_pages_and_all_are_counted():
    campaign = launched()
    for text in ("某公司甲事。", "某公司乙事。"):
        services.take_in_typical_case(told(campaign, text=text), "publish", by=office_reviewer(), at=NOON)

    found = telling.typical_cases(on=TODAY, page=2, size=1)

    assert ([c.text for c in found.rows], found.total) == (["某公司甲事。"], 2)
