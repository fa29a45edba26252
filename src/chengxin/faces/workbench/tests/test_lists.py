"""Proposing an entry on the workbench: who may, and what is refused without a trace."""

import pytest
from django.test import Client

from chengxin.base.casework.models import Case
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts.rules import Role
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import MARKET_SUPERVISION, entered

pytestmark = pytest.mark.django_db
FORM = "/workbench/lists/market-serious-breach/propose"
GIVEN = {"number": code(1), "facts": "虚构事实", "proofs": "虚构证据", "months": "36", "kind": "organisation"}


def signed_in(client: Client, role: Role) -> Client:
    client.force_login(person(role))
    return client


def test_a_clerk_of_the_authority_proposes_and_is_led_to_the_case(client: Client):
    company("南宁虚构商行")

    response = signed_in(client, Role.DEPARTMENT_OFFICER).post(FORM, GIVEN)

    case = Case.objects.get()
    assert response.headers["Location"] == f"/workbench/cases/{case.pk}"
    assert (case.procedure, case.state) == ("list-entry", "proposed")


@pytest.mark.parametrize("role", [Role.DEPARTMENT_REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR, Role.BANK_CLERK])
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_other_role_proposes(client: Client, role: Role, method: str):
    company("南宁虚构商行")

    assert getattr(signed_in(client, role), method)(FORM, GIVEN).status_code == 403
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": "X"}, "number"),
        ({"facts": ""}, "facts"),
        ({"months": "99999"}, "months"),
        ({"months": "x"}, "months"),
    ],
)
def test_a_proposal_that_lacks_something_says_what_and_keeps_its_words(client: Client, given, field: str):
    company("南宁虚构商行")

    response = signed_in(client, Role.DEPARTMENT_OFFICER).post(FORM, {**GIVEN, **given})

    assert response.status_code == 422
    assert f'href="#{field}"' in response.content.decode()
    assert "虚构证据" in response.content.decode()
    assert Case.objects.count() == 0


def test_a_list_of_another_authority_is_refused(client: Client):
    assert signed_in(client, Role.DEPARTMENT_OFFICER).get("/workbench/lists/serious-tax/propose").status_code == 403


def test_the_page_of_lists_shows_those_of_ones_own_organisation(client: Client):
    text = signed_in(client, Role.DEPARTMENT_OFFICER).get("/workbench/lists").content.decode()

    assert "市场监督管理严重违法失信名单" in text
    assert "重大税收违法失信主体" not in text


def test_the_authoritys_entries_come_as_a_table_with_where_each_stands(client: Client):
    company("南宁虚构商行")
    entered(list_code="market-serious-breach", authority=MARKET_SUPERVISION)

    told = signed_in(client, Role.DEPARTMENT_REVIEWER).get("/workbench/lists.csv").getvalue().decode()

    assert [line.split(",")[1] for line in told.splitlines()[1:]] == ["市场监督管理严重违法失信名单"]
    assert told.rstrip().endswith("有效")


@pytest.mark.parametrize(("role", "told"), [(Role.DEPARTMENT_OFFICER, True), (Role.DEPARTMENT_REVIEWER, False)])
def test_only_who_may_propose_a_campaign_is_led_to_the_form(client: Client, role: Role, told: bool):
    page = signed_in(client, role).get("/workbench/campaigns").content.decode()

    assert ("/workbench/campaigns/propose" in page) is told
