"""Subscriptions on the workbench: asked for, approved by someone else, watched; dead letters delivered again."""

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.faces.workbench.tests.factories import APPROVAL_BUREAU, MARKET_SUPERVISION, person
from chengxin.intake.delivery import dispatching
from chengxin.intake.delivery.models import Dispatch, Lane, Selection, SelectionVersion, Subscription
from chengxin.intake.delivery.tests.factories import PUBLIC, added, subject
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db
PLACE = "/workbench/subscriptions"
ASKED = {
    "basis": "public-information",
    "items": ["penalty-organisation"],
    "subjects": "all",
    "road": "pull",
    "file_format": "jsonl",
    "months": "12",
    "reason": "审批时核对（虚构）",
    "consumer_key": PUBLIC,
}


def signed_in(role: Role, organisation: str = APPROVAL_BUREAU) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


@pytest.fixture
def office() -> Client:
    return signed_in(Role.CREDIT_OFFICE_REVIEWER, accounts.credit_office().code)


@pytest.fixture
def consumer() -> Client:
    return signed_in(Role.DEPARTMENT_OFFICER)


@pytest.fixture
def mine(consumer: Client, office: Client) -> int:
    """An approved subscription with two events that wait."""
    consumer.post(f"{PLACE}/ask", ASKED)
    made = Subscription.objects.get().pk
    office.post(f"{PLACE}/{made}/decide", {"decision": "approve"})
    dispatching.route_all(at=clock.now)
    added("1", "2", about=subject(), at=clock.now())
    dispatching.route_all(at=clock.now)
    return int(made)


def test_a_consumer_asks_and_a_reviewer_of_the_credit_office_approves(consumer: Client, office: Client):
    asked = consumer.post(f"{PLACE}/ask", ASKED, follow=True).content.decode()
    assert "已提交信用办审核员审批。" in asked
    assert "等待审批" in asked
    made = Subscription.objects.get().pk

    page = office.get(f"{PLACE}/{made}").content.decode()
    assert "审批时核对（虚构）" in page
    assert "请写明理由。" in office.post(f"{PLACE}/{made}/decide", {"decision": "reject"}).content.decode()
    assert consumer.post(f"{PLACE}/{made}/decide", {"decision": "approve"}).status_code == 403
    assert not Lane.objects.exists()

    after = office.post(f"{PLACE}/{made}/decide", {"decision": "approve"}, follow=True).content.decode()
    assert "已批准，马上开始交付。" in after
    assert Lane.objects.exists()


def test_what_does_not_fit_is_said_at_its_field_and_what_was_typed_stays(consumer: Client):
    answer = consumer.post(f"{PLACE}/ask", {**ASKED, "consumer_key": "kurz"})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'href="#consumer_key"' in text
    assert 'value="kurz"' in text
    assert not Subscription.objects.exists()


def test_lists_are_filtered_by_the_address_and_go_out_as_csv(consumer: Client, office: Client, mine: int):
    assert f"第 {mine} 号" in office.get(f"{PLACE}?state=approved&road=pull").content.decode()
    assert "没有订阅" in office.get(f"{PLACE}?state=rejected").content.decode()
    assert "接口领取" in office.get(f"{PLACE}.csv").getvalue().decode()
    assert f"{mine}-1" in consumer.get(f"{PLACE}/events?outcome=waiting&kind=added").content.decode()
    assert f"{mine}-1" not in consumer.get(f"{PLACE}/events?outcome=dead").content.decode()
    assert f"{mine}-2" in consumer.get(f"{PLACE}/events.csv?subscription={mine}").getvalue().decode()


def test_another_organisation_sees_nothing_of_it(mine: int):
    stranger = signed_in(Role.DEPARTMENT_OFFICER, MARKET_SUPERVISION)

    assert stranger.get(f"{PLACE}/{mine}").status_code == 404
    assert f"{mine}-1" not in stranger.get(f"{PLACE}/events").content.decode()
    for act in ("end", "replay", "secret"):
        assert stranger.post(f"{PLACE}/{mine}/{act}", {"reason": "x", "since": "1"}).status_code == 404
    assert Lane.objects.get().is_open


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ASSOCIATION_OFFICER])
def test_who_takes_no_changes_is_refused(role: Role):
    assert signed_in(role).get(PLACE).status_code == 403


def test_the_credit_office_delivers_a_dead_letter_again_with_one_click(office: Client, mine: int):
    Dispatch.objects.filter(sequence=1).update(outcome="dead", cause="HTTP 422", settled_at=clock.now())
    page = office.get(f"{PLACE}/events?outcome=dead").content.decode()
    assert "HTTP 422" in page

    office.post(f"{PLACE}/{mine}/events/1/again")

    one = Dispatch.objects.get(sequence=1)
    assert (one.outcome, one.replays) == ("", 1)


def test_the_credit_office_begins_anew_with_a_consumer_that_was_given_up(office: Client, mine: int):
    Lane.objects.update(stopped_at=clock.now(), last_fault="HTTP 503", failures=10)
    assert "联系不上、已停止交付的单位" in office.get(PLACE).content.decode()

    office.post(f"{PLACE}/{mine}/begin-anew")

    assert Lane.objects.get().stopped_at is None


def test_the_consumer_ends_its_subscription_and_nothing_waits_any_more(consumer: Client, mine: int):
    assert "请写明理由。" in consumer.post(f"{PLACE}/{mine}/end", {"reason": ""}).content.decode()

    after = consumer.post(f"{PLACE}/{mine}/end", {"reason": "不再需要"}, follow=True).content.decode()

    assert "订阅已终止。" in after
    assert set(Dispatch.objects.values_list("outcome", flat=True)) == {"ended"}


def test_a_selection_is_tried_saved_named_by_a_subscription_and_renewed(consumer: Client, office: Client):
    added("1", "2", about=subject(), at=clock.now())
    asked = {"name": "处罚两次以上（虚构）", "item": "penalty-organisation", "least": "2", "months": "0"}
    tried = consumer.post(f"{PLACE}/selections/make", {**asked, "try": "1"}).content.decode()
    assert "按现在的条件筛选出 1 个主体" in tried
    assert 'value="处罚两次以上（虚构）"' in tried
    refused = consumer.post(f"{PLACE}/selections/make", {**asked, "name": "", "least": "0"})
    assert (refused.status_code, 'href="#name"' in refused.content.decode()) == (422, True)
    assert not Selection.objects.exists()

    shown = consumer.post(f"{PLACE}/selections/make", asked, follow=True)
    place = shown.redirect_chain[-1][0]
    number = place.rsplit("/", 1)[1]
    assert "南宁虚构第1商行" in shown.content.decode()
    assert f'value="{number}" selected' in consumer.get(f"{PLACE}/ask?subjects=saved&saved={number}").content.decode()
    assert (
        "请选一个已保存的主体筛选。" in consumer.post(f"{PLACE}/ask", {**ASKED, "subjects": "saved"}).content.decode()
    )
    consumer.post(f"{PLACE}/ask", {**ASKED, "subjects": "saved", "saved": number})
    made = Subscription.objects.get().pk

    assert 'value="2"' in consumer.get(f"{place}/renew").content.decode(), "the present criteria stand in the form"
    after = consumer.post(f"{place}/renew", {**asked, "least": "1"}, follow=True).content.decode()
    assert "现在的版本是第 2 版" in after
    page = office.get(f"{PLACE}/{made}").content.decode()
    assert "第 1 版" in page
    assert "已有第 2 版" in page
    assert "处罚两次以上（虚构）" in consumer.get(f"{PLACE}/selections").content.decode()
    assert "处罚两次以上（虚构）" in office.get(f"{PLACE}/selections.csv").content.decode()

    stranger = signed_in(Role.DEPARTMENT_OFFICER, MARKET_SUPERVISION)
    assert stranger.get(place).status_code == 404
    assert stranger.post(f"{place}/renew", asked).status_code == 404
    assert SelectionVersion.objects.count() == 2
