"""The way of a model into force on the workbench: put forward, tried, approved by another official, published."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.evaluation.scorecards import queries
from chengxin.evaluation.scorecards.models import Proposal
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.subjects.tests.factories import company

NAME = "enterprise-1"


def office(role: Role, username: str):
    return person(role, accounts.credit_office().code, username=username)


def step(client: Client, case_id: int, code: str, **given: str):
    return client.post(reverse("workbench:case-step", args=[case_id, code]), given)


def test_a_model_goes_its_way_and_each_page_says_where_it_stands(client: Client, committed_db, settings, tmp_path):
    settings.EVALUATION_FOLDER = str(tmp_path)
    company("南宁虚构贸易有限公司", 1)
    operator, reviewer = office(Role.CREDIT_OFFICE_OPERATOR, "one"), office(Role.CREDIT_OFFICE_REVIEWER, "two")
    client.force_login(operator)
    client.post(reverse("workbench:evaluation-propose"), {"name": NAME})
    case_id = Proposal.objects.get().case_id
    page = reverse("workbench:case", args=[case_id])
    assert "还没有试算" in client.get(page).content.decode()

    assert step(client, case_id, "try").status_code == 302
    assert step(client, case_id, "approve", reason="自己批准（虚构）").status_code == 403
    client.force_login(reviewer)
    assert "第一个版本" in client.get(page, headers={"accept-language": "zh-hans"}).content.decode()
    assert step(client, case_id, "approve", reason="可以（虚构）").status_code == 302
    early = step(client, case_id, "publish", effective_from=clock.today().isoformat())
    assert early.status_code == 422
    assert step(client, case_id, "publish").status_code == 302

    assert queries.register_row(NAME, on=clock.today()).state == "coming"
    shown = client.get(reverse("workbench:evaluation-models"), headers={"accept-language": "en"})
    assert "Published, not yet in force" in shown.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_REVIEWER])
def test_departments_do_not_open_the_page_and_put_nothing_forward(client: Client, role: Role):
    client.force_login(person(role))

    assert client.get(reverse("workbench:evaluation-models")).status_code == 403
    assert client.post(reverse("workbench:evaluation-propose"), {"name": NAME}).status_code == 403
    assert not Proposal.objects.exists()
