"""A bank asks for consent and queries on it; nobody else does."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.faces.workbench.tests.factories import person
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.services import DEMO_ORGANISATIONS, load_organisations
from chengxin.rights.consent import policy, services
from chengxin.rights.consent.models import AccessEntry, Request
from chengxin.rights.consent.tests.factories import ITEM, NAME, asked_today, count, everything, penalised, resident

pytestmark = pytest.mark.django_db
ASK = {"items": [ITEM], "days": "30", "queries": "1"}


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


@pytest.fixture
def clerk(client: Client, about: str) -> Client:
    load_organisations(DEMO_ORGANISATIONS)
    client.force_login(person(Role.BANK_CLERK, DEMO_ORGANISATIONS[0].code))
    return client


def form() -> str:
    return reverse("workbench:query-ask") + "?purpose=loan"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_clerk_chooses_the_purpose_and_asks(clerk, about, language):
    assert clerk.get(reverse("workbench:query-ask"), headers={"accept-language": language}).status_code == 200
    assert ITEM in clerk.get(form(), headers={"accept-language": language}).content.decode()

    response = clerk.post(form(), {**ASK, "number": files.citizen(1)})

    with everything():
        asked = Request.objects.get()
    assert response["Location"] == reverse("workbench:query", args=[asked.pk])
    assert asked.about == about
    assert clerk.get(reverse("workbench:queries")).context["page"].total == 1


def test_an_unknown_number_gets_the_same_answer(clerk):
    response = clerk.post(form(), {**ASK, "number": files.citizen(77)})

    with everything():
        asked = Request.objects.get()
    assert asked.about == ""
    assert response["Location"] == reverse("workbench:query", args=[asked.pk])


@pytest.mark.parametrize("changed", [{"days": "999"}, {"queries": "soon"}, {"items": []}])
def test_more_than_the_purpose_allows_is_told_and_not_sent(clerk, changed):
    response = clerk.post(form(), {**ASK, "number": files.citizen(1), **changed})

    assert response.status_code == 422
    assert count(Request) == 0


def test_the_query_shows_the_records_once_and_is_then_used_up(clerk, about):
    request_id = asked_today(about, queries=1)
    services.grant(
        request_id,
        about=about,
        signed_by=NAME,
        wording_version=policy.wording_on(clock.today()).version,
        by=resident(about),
        at=clock.now(),
    )
    address = reverse("workbench:query", args=[request_id])

    assert clerk.get(address).context["records"] is None
    assert len(clerk.post(address).context["records"]) == 1
    assert clerk.post(address).status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.CREDIT_OFFICE_OPERATOR])
def test_a_wrong_role_is_refused_and_nothing_is_asked_or_read(client, about, role):
    request_id = asked_today(about)
    client.force_login(person(role))

    for address in (reverse("workbench:queries"), form(), reverse("workbench:query", args=[request_id])):
        assert client.get(address).status_code == 403
    assert client.post(form(), {**ASK, "number": files.citizen(1)}).status_code == 403
    assert count(Request) == 1
    assert count(AccessEntry) == 0


def test_another_organisations_request_is_not_there(client, about):
    request_id = asked_today(about)
    client.force_login(person(Role.AGENCY_CLERK, DEMO_ORGANISATIONS[1].code))

    assert client.get(reverse("workbench:query", args=[request_id])).status_code == 404


def test_a_consent_carries_the_report_of_the_person(clerk, about):
    request_id = asked_today(about, queries=1)
    services.grant(
        request_id,
        about=about,
        signed_by=NAME,
        wording_version=policy.wording_on(clock.today()).version,
        by=resident(about),
        at=clock.now(),
    )
    address = reverse("workbench:query", args=[request_id])

    assert clerk.get(address).context["is_person"]
    assert clerk.post(address, {"wanted": "report"}).content.startswith(b"%PDF-")
    assert clerk.post(address, {"wanted": "report"}).status_code == 403
