"""Changes on the workbench: acknowledged by the receiver, watched by the credit office, set up by an administrator."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.faces.workbench.tests.factories import APPROVAL_BUREAU, MARKET_SUPERVISION, person
from chengxin.intake.exchange import services
from chengxin.intake.exchange.models import ChangeNotice, Webhook
from chengxin.intake.exchange.tests.factories import received
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice() -> ChangeNotice:
    now = clock.now()
    services.announce(received(at=now), change="repaired", at=now - timedelta(seconds=5), told_at=now)
    return ChangeNotice.objects.get()


def signed_in(role: Role, organisation: str = APPROVAL_BUREAU) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


def test_the_receiver_reads_what_to_do_and_acknowledges_it(notice: ChangeNotice):
    client = signed_in(Role.DEPARTMENT_OFFICER)
    page = client.get("/workbench/changes").content.decode()
    assert "停止展示、共享和使用" in page
    assert "虚构1号" in page

    after = client.post(f"/workbench/changes/{notice.pk}/acknowledge", follow=True).content.decode()

    assert "已签收。" in after
    assert "没有待签收的变更" in after
    assert "页面签收" in client.get("/workbench/changes?all=1").content.decode()
    assert "虚构1号" in client.get("/workbench/changes.csv").getvalue().decode()


def test_another_organisation_sees_and_acknowledges_nothing(notice: ChangeNotice):
    client = signed_in(Role.DEPARTMENT_OFFICER, MARKET_SUPERVISION)

    assert "没有待签收的变更" in client.get("/workbench/changes").content.decode()
    assert client.post(f"/workbench/changes/{notice.pk}/acknowledge").status_code == 404
    notice.refresh_from_db()
    assert notice.acknowledged_at is None


@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.AUDITOR, Role.BANK_CLERK])
def test_who_was_told_what_is_for_the_credit_office_and_administrators(role: Role):
    assert signed_in(role).get("/workbench/consumers").status_code == 403


def test_the_credit_office_sees_who_lets_wait_and_begins_anew_what_was_given_up(notice: ChangeNotice):
    ChangeNotice.objects.update(dead_at=clock.now(), attempts=10, last_fault="HTTP 503")
    client = signed_in(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code)
    page = client.get("/workbench/consumers").content.decode()
    assert "HTTP 503" in page
    assert "登记推送地址" not in page

    client.post(f"/workbench/consumers/notices/{notice.pk}/again")

    notice.refresh_from_db()
    assert (notice.dead_at, notice.attempts) == (None, 0)


def test_an_administrator_registers_an_address_and_sees_its_secret_once():
    client = signed_in(Role.ADMINISTRATOR)
    sent = {"organisation": APPROVAL_BUREAU, "address": "https://credit.example.cn/changes"}
    shown = client.post("/workbench/consumers/webhooks", sent).content.decode()

    assert re.search(r"whsec_[A-Za-z0-9+/]{32}", shown)
    page = client.get("/workbench/consumers").content.decode()
    assert "https://credit.example.cn/changes" in page
    assert "whsec_" not in page
    client.post(f"/workbench/consumers/webhooks/{Webhook.objects.get().pk}/end")
    assert Webhook.objects.get().ended_at is not None


@pytest.mark.parametrize("role", [Role.CREDIT_OFFICE_OPERATOR, Role.DEPARTMENT_OFFICER])
def test_nobody_else_registers_an_address(role: Role):
    sent = {"organisation": APPROVAL_BUREAU, "address": "https://credit.example.cn/changes"}

    assert signed_in(role).post("/workbench/consumers/webhooks", sent).status_code == 403
    assert not Webhook.objects.exists()


def test_a_bad_address_is_refused_with_the_reason_beside_the_form():
    client = signed_in(Role.ADMINISTRATOR)
    response = client.post("/workbench/consumers/webhooks", {"organisation": APPROVAL_BUREAU, "address": "ftp://x"})

    assert response.status_code == 422
    assert "不能向这个地址推送" in response.content.decode()
    assert not Webhook.objects.exists()


def test_the_public_page_tells_times_and_what_waits(client: Client, notice: ChangeNotice):
    page = client.get("/takedowns").content.decode()
    assert "data-waiting>1<" in page
    assert "怎么算的" in page
    assert "department" not in client.get("/takedowns.csv").content.decode()
