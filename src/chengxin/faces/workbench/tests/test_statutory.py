"""Queries that a law opens without consent: only to the role, for the purpose, the matter and the items it names."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.faces.workbench.tests.factories import person
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Role
from chengxin.rights.consent import queries
from chengxin.rights.consent.models import AccessEntry
from chengxin.rights.consent.tests.factories import ITEM, count, penalised, resident

pytestmark = pytest.mark.django_db
MATTER = "受理〔2026〕12号（虚构）"


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


def form(purpose: str = "licence-qualification") -> str:
    return f"{reverse('workbench:statutory')}?purpose={purpose}"


def asked(client: Client, address: str, **changed):
    return client.post(address, {"number": files.citizen(1), "items": [ITEM], "matter": MATTER} | changed)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_officer_states_the_purpose_and_the_matter_and_reads(client, about, language):
    client.force_login(person(Role.DEPARTMENT_OFFICER))
    told = {"accept-language": language}

    listed = client.get(reverse("workbench:statutory"), headers=told)
    codes = [p["purpose"].code for p in listed.context["purposes"]]
    assert codes == ["licence-qualification", "case-investigation"]
    assert client.get(form(), headers=told).status_code == 200

    assert len(asked(client, form()).context["records"]) == 1
    [entry] = queries.access_log_of(about, by=resident(about))
    assert entry.purpose == "licence-qualification"
    assert MATTER not in repr(entry)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"matter": " "}, 422),
        ({"number": ""}, 422),
        ({"items": []}, 403),
        ({"items": ["arrears"]}, 403),
    ],
)
def test_what_policy_does_not_open_is_refused_and_not_read(client, about, changed, status):
    client.force_login(person(Role.DEPARTMENT_OFFICER))

    assert asked(client, form(), **changed).status_code == status
    assert count(AccessEntry) == 0


@pytest.mark.parametrize("purpose", ["loan", "curiosity", "case-investigation"])
def test_a_purpose_that_is_not_open_to_the_role_is_not_offered(client, about, purpose):
    client.force_login(person(Role.DEPARTMENT_REVIEWER))

    assert client.get(form(purpose)).status_code == 403
    assert asked(client, form(purpose)).status_code == 403
    assert count(AccessEntry) == 0


def test_a_number_that_nobody_has_gets_the_answer_of_one_without_records(client, about):
    client.force_login(person(Role.DEPARTMENT_OFFICER))

    assert asked(client, form(), number=files.citizen(77)).context["records"] == []
    assert count(AccessEntry) == 0


@pytest.mark.parametrize("role", [Role.BANK_CLERK, Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_role_without_a_statutory_duty_opens_no_page(client, about, role):
    client.force_login(person(role))

    assert asked(client, form()).status_code == 403
    assert count(AccessEntry) == 0
