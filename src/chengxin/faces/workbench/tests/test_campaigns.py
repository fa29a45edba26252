"""The pages of campaigns: what a lead, a member and the credit office find on them."""

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.attachments.models import Attachment
from chengxin.base.attachments.tests.factories import pdf
from chengxin.faces.workbench.tests.factories import MARKET_SUPERVISION, person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records.tests.factories import key_of
from chengxin.regulation.campaigns import services
from chengxin.regulation.campaigns.models import Campaign, Target, TypicalCase
from chengxin.regulation.campaigns.tests import factories
from chengxin.regulation.campaigns.tests.factories import APPROVAL_BUREAU, NOON

pytestmark = pytest.mark.django_db
CASE = {"title": "处罚后改正（虚构）", "text": "某公司被处罚后改正。", "lesson": "宣传要有依据。"}


def signed_in(role: Role, organisation: str = MARKET_SUPERVISION) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"workbench:{name}", args=args)


def case_form(target: Target) -> str:
    return f"{address('campaign-case', target.order.campaign_id, target.order_id)}?target={target.pk}"


def checked_and_reported() -> Campaign:
    campaign = factories.launched()
    factories.checked(campaign)
    order = factories.order_of(campaign)
    services.take_in_order(order.case_id, "report", by=factories.officer(), at=NOON, reason="完成（虚构）")
    return campaign


def test_each_checked_target_of_an_own_order_leads_to_a_case_about_it_though_the_order_is_reported():
    campaign = checked_and_reported()

    page = signed_in(Role.DEPARTMENT_OFFICER).get(address("campaign-targets", campaign.pk)).content.decode()

    assert all(case_form(target) in page for target in factories.targets_of(campaign))


def test_a_member_is_not_led_to_cases_about_targets_of_another_member():
    campaign = checked_and_reported()
    office = signed_in(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code)
    form = case_form(factories.targets_of(campaign)[0])

    assert form not in office.get(address("campaign-targets", campaign.pk)).content.decode()
    assert office.get(form).status_code == 404


def test_the_form_of_a_case_offers_the_records_by_which_the_target_was_chosen():
    target = factories.targets_of(checked_and_reported())[0]

    page = signed_in(Role.DEPARTMENT_OFFICER).get(case_form(target)).content.decode()

    assert f'value="{key_of("campaign-0")}" checked' in page


def test_a_case_about_a_target_needs_its_record_and_says_so_at_that_field():
    target = factories.targets_of(checked_and_reported())[0]

    answer = signed_in(Role.DEPARTMENT_OFFICER).post(case_form(target), CASE)

    assert (answer.status_code, TypicalCase.objects.count()) == (422, 0)
    assert 'href="#record"' in answer.content.decode()


def test_a_case_keeps_the_record_that_was_chosen():
    target = factories.targets_of(checked_and_reported())[0]

    answer = signed_in(Role.DEPARTMENT_OFFICER).post(case_form(target), CASE | {"record": str(key_of("campaign-0"))})

    assert (answer.status_code, TypicalCase.objects.get().natural_key) == (302, key_of("campaign-0"))


def test_an_order_of_another_campaign_has_no_form_here():
    target = factories.targets_of(checked_and_reported())[0]

    assert signed_in(Role.DEPARTMENT_OFFICER).get(address("campaign-case", 0, target.order_id)).status_code == 404


def test_another_department_finds_no_form_of_a_case():
    target = factories.targets_of(checked_and_reported())[0]

    assert signed_in(Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU).get(case_form(target)).status_code == 404


def test_a_result_comes_with_its_files_which_stand_beside_it_for_those_who_see_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    campaign = factories.launched()
    target = factories.targets_of(campaign)[0]
    given = {"outcome": "corrected", "found": "已改正（虚构）", "evidence": SimpleUploadedFile("整改.pdf", pdf())}
    member = signed_in(Role.DEPARTMENT_OFFICER)

    answer = member.post(address("campaign-result", campaign.pk, target.pk), given)

    file = address("campaign-file", campaign.pk, target.pk, Attachment.objects.get().pk)
    assert answer.status_code == 302
    assert file in member.get(address("campaign-targets", campaign.pk)).content.decode()
    assert member.get(file).headers["Content-Type"] == "application/octet-stream"
    assert signed_in(Role.DEPARTMENT_OFFICER, APPROVAL_BUREAU).get(file).status_code == 404


def test_a_file_that_is_refused_is_said_at_the_target_and_the_form_keeps_its_words(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    campaign = factories.launched()
    target = factories.targets_of(campaign)[0]
    given = {"outcome": "corrected", "found": "已改正（虚构）", "evidence": SimpleUploadedFile("a.pdf", b"MZ")}

    answer = signed_in(Role.DEPARTMENT_OFFICER).post(address("campaign-result", campaign.pk, target.pk), given)

    assert answer.status_code == 422
    assert f'href="#evidence-{target.pk}"' in answer.content.decode()
    assert "已改正（虚构）</textarea>" in answer.content.decode()


def test_everyone_sees_how_far_a_campaign_is_and_its_cases():
    campaign = checked_and_reported()
    services.take_in_typical_case(factories.told(campaign), "publish", by=factories.office_reviewer(), at=clock.now())

    for page in ("/campaigns", f"/campaigns/{campaign.pk}"):
        shown = Client().get(page).content.decode()
        assert "3 个对象，已核查 3 个" in shown
        assert "某公司虚假宣传，被处罚后改正。" in shown


def test_a_page_of_campaigns_or_cases_behind_the_last_leads_to_the_last():
    checked_and_reported()

    assert Client().get("/campaigns?page=2").status_code == 302


def test_the_leads_reviewer_ticks_targets_and_gives_them_to_another_member():
    campaign = factories.launched_with_two()
    targets = factories.targets_of(campaign)
    bureau = factories.officer(APPROVAL_BUREAU).organisation_id
    lead = signed_in(Role.DEPARTMENT_REVIEWER)
    form = address("campaign-hand-over", campaign.pk)
    assert form in lead.get(address("campaign-targets", campaign.pk)).content.decode()

    refused = lead.post(form, {"targets": [targets[0].pk], "to": "", "reason": "住所地变更（虚构）"})
    moved = lead.post(form, {"targets": [t.pk for t in targets[:2]], "to": bureau, "reason": "住所地变更（虚构）"})

    assert (refused.status_code, moved.status_code) == (422, 302)
    assert "住所地变更（虚构）</textarea>" in refused.content.decode()
    assert [t.order.organisation_id == bureau for t in factories.targets_of(campaign)] == [True, True, False]


def test_an_officer_is_not_led_to_handing_over():
    campaign = factories.launched_with_two()

    page = signed_in(Role.DEPARTMENT_OFFICER).get(address("campaign-targets", campaign.pk)).content.decode()

    assert address("campaign-hand-over", campaign.pk) not in page


def test_the_credit_offices_reviewer_is_not_led_to_a_form_that_is_not_its_own():
    reviewer = signed_in(Role.CREDIT_OFFICE_REVIEWER, accounts.credit_office().code)

    assert address("campaign-propose") not in reviewer.get(address("campaigns")).content.decode()
    assert reviewer.get(address("campaign-propose")).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"least": ""}, "least"),
        ({"least": "0"}, "least"),
        ({"since": "2026-05-10", "until": "2026-05-09"}, "since"),
        ({"since": "2026-13-01"}, "since"),
        ({"starts": "2026-13-01"}, "starts"),
        ({"ends": "2019-01-01", "starts": "2018-01-01"}, "ends"),
        ({"title": "长" * 121}, "title"),
        ({"title": "\x00"}, "title"),
        ({"item": ""}, "item"),
    ],
)
def test_what_is_wrong_in_a_proposal_is_said_at_its_field_and_nothing_is_kept(wrong: dict[str, str], field: str):
    given = {
        "title": "整治（虚构）", "field": "market-order", "basis": "第八条", "criteria": "标准", "starts": "2026-11-01",
        "ends": "2099-01-01", "members": [factories.market_supervision_id()], "item": "penalty-organisation",
        "least": "1",
    }  # fmt: skip

    answer = signed_in(Role.DEPARTMENT_OFFICER).post(address("campaign-propose"), given | wrong)

    assert (answer.status_code, Campaign.objects.count()) == (422, 0)
    assert f'href="#{field}"' in answer.content.decode()


def test_each_number_of_the_board_leads_to_its_targets():
    campaign = factories.launched()
    first = factories.targets_of(campaign)[0]
    services.record_result(first.pk, outcome="corrected", found="x", by=factories.officer(), at=NOON)
    member = signed_in(Role.DEPARTMENT_OFFICER)
    board = html.unescape(member.get(address("campaign", campaign.pk)).content.decode())
    links = re.findall(rf'<td class="number"><a href="({address("campaign-targets", campaign.pk)}[^"]*)"', board)

    shown = [re.search(r"共 (\d+) 个对象", member.get(link).content.decode()) for link in links]

    assert [one and one[1] for one in shown] == ["3", "2", "1"]


def test_the_credit_offices_reviewer_takes_a_published_case_down_from_its_page():
    case_id = factories.told(factories.launched())
    services.take_in_typical_case(case_id, "publish", by=factories.office_reviewer(), at=clock.now())
    office, member = (
        signed_in(Role.CREDIT_OFFICE_REVIEWER, accounts.credit_office().code), signed_in(Role.DEPARTMENT_OFFICER),
    )  # fmt: skip
    down = address("campaign-case-down", case_id)
    assert down in office.get(address("case", case_id)).content.decode()
    assert down not in member.get(address("case", case_id)).content.decode()

    member.post(down, {"reason": "x"})
    assert "某公司虚假宣传" in Client().get("/campaigns").content.decode()
    office.post(down, {"reason": "决定被撤销（虚构）"})

    assert "某公司虚假宣传" not in Client().get("/campaigns").content.decode()
    assert down not in office.get(address("case", case_id)).content.decode()
