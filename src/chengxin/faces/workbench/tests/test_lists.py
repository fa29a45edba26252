"""Proposing an entry on the workbench: who may, and what is refused without a trace."""

import html
import re

import pytest
from django.test import Client

from chengxin.base.casework import services as casework
from chengxin.base.casework.models import Case
from chengxin.base.transparency.checking import check
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records import services as records
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import MARKET_SUPERVISION, NOON, TAX, arrived, entered

pytestmark = pytest.mark.django_db
CREDIT_OFFICE = "114501000075510245"
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
    assert told.rstrip().endswith("有效,,")


def test_a_removal_that_lacks_its_grounds_is_said_on_the_case_and_changes_nothing(client: Client):
    company("南宁虚构商行")
    entry = entered(list_code="market-serious-breach", authority=MARKET_SUPERVISION)
    form = f"/workbench/lists/entries/{entry.pk}/removal"

    answer = signed_in(client, Role.DEPARTMENT_OFFICER).post(
        form, {"exit": "court", "grounds": " ", "case": entry.case_id}
    )

    assert (answer.status_code, Case.objects.count()) == (422, 1)
    assert 'href="#removal-grounds"' in answer.content.decode()
    assert '<option value="court" selected>' in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "organisation", "offered"),
    [
        (Role.CREDIT_OFFICE_OPERATOR, CREDIT_OFFICE, True),
        (Role.CREDIT_OFFICE_REVIEWER, CREDIT_OFFICE, False),
        (Role.DEPARTMENT_OFFICER, MARKET_SUPERVISION, None),
    ],
)
def test_the_clerks_of_the_authority_take_a_subject_off_its_list_and_nobody_else_is_offered_it(
    client: Client, role: Role, organisation: str, offered: bool | None
):
    company("南宁虚构商行")
    entry = entered(list_code="model-commitments", authority=CREDIT_OFFICE)
    form = f"/workbench/lists/entries/{entry.pk}/removal"
    client.force_login(person(role, organisation))

    page = client.get(f"/workbench/cases/{entry.case_id}")
    answer = client.post(form, {"exit": "court", "grounds": "法院撤销（虚构）", "case": entry.case_id})

    assert (form in page.content.decode()) is bool(offered)
    assert page.status_code == (404 if offered is None else 200)
    assert (answer.status_code, Case.objects.filter(procedure="list-revocation").count()) == (
        (302, 1) if offered else (403, 0)
    )


@pytest.mark.parametrize(("role", "told"), [(Role.DEPARTMENT_OFFICER, True), (Role.DEPARTMENT_REVIEWER, False)])
def test_only_who_may_propose_a_campaign_is_led_to_the_form(client: Client, role: Role, told: bool):
    page = signed_in(client, role).get("/workbench/campaigns").content.decode()

    assert ("/workbench/campaigns/propose" in page) is told


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_authority_and_the_credit_office_take_the_proofs_of_what_arrived_and_nobody_else_does(
    client: Client, language: str
):
    key = arrived(company("南宁虚构商行"), until=None)
    page, proofs = "/workbench/lists/arrived?list=serious-tax", f"/workbench/lists/arrived/serious-tax/{key}"
    said = {"accept-language": language}

    for user in (person(Role.DEPARTMENT_REVIEWER, TAX), person(Role.CREDIT_OFFICE_OPERATOR, CREDIT_OFFICE)):
        client.force_login(user)
        assert "/workbench/lists/arrived" in client.get("/workbench/lists").content.decode()
        assert proofs in client.get(page, headers=said).content.decode()
        (proof,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", client.get(proofs).content.decode(), re.DOTALL)
        assert check(html.unescape(proof)).is_good
    for refused in (person(Role.DEPARTMENT_REVIEWER), person(Role.BANK_CLERK), person(Role.AUDITOR)):
        client.force_login(refused)
        assert [client.get(a).status_code for a in (page, proofs, "/workbench/lists/arrived.csv?list=serious-tax")] == [
            403, 403, 403,
        ]  # fmt: skip


def test_the_proofs_of_an_entry_are_found_on_its_own_list_alone_and_no_longer_than_it_stands(client: Client):
    key = arrived(company("南宁虚构商行"), until=None)
    client.force_login(person(Role.CREDIT_OFFICE_OPERATOR, CREDIT_OFFICE))
    told = client.get("/workbench/lists/arrived.csv?list=serious-tax").getvalue().decode()
    assert [line.split(",")[:2] for line in told.splitlines()[1:]] == [["南宁虚构商行", code(1)]]
    assert client.get(f"/workbench/lists/arrived/market-serious-breach/{key}").status_code == 404

    records.withdraw(key, by=casework.PLATFORM, at=NOON)

    assert client.get(f"/workbench/lists/arrived/serious-tax/{key}").status_code == 404
    assert "南宁虚构商行" not in client.get("/workbench/lists/arrived?list=serious-tax").content.decode()
