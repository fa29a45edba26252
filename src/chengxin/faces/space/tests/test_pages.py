"""What a subject sees of itself, and that nobody else does."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.faces.space.tests.factories import mandate_of, representative
from chengxin.registry.accounts.models import Mandate
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.records.tests.factories import key_of, organisation_record
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company

pytestmark = pytest.mark.django_db
WORKBENCH = "回到工作台首页"


@pytest.fixture
def subject() -> int:
    return company("南宁虚构商行")


def opened(client: Client, name: str, mandate: int, *given: object, language: str = "zh-hans", **query: str):
    address = reverse(f"space:{name}", args=[mandate, *given])
    return client.get(address, query, headers={"accept-language": language})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_home_counts_what_is_held_by_who_sees_it(client: Client, subject: int, language: str):
    organisation_record(subject, "1")
    organisation_record(subject, "2", audience="shared", public=None)
    organisation_record(subject, "3", state="repaired")
    person, mandate = representative()
    client.force_login(person)

    response = opened(client, "home", mandate, language=language)

    assert response.status_code == 200
    assert response.context["total"] == 3
    assert (response.context["hidden"], response.context["figures"]["repaired"]) == (1, 1)


def test_who_acts_for_one_goes_straight_there_and_who_acts_for_two_chooses(client: Client, subject: int):
    person, mandate = representative()
    client.force_login(person)
    assert client.get(reverse("space:choose"))["Location"] == reverse("space:home", args=[mandate])

    mandate_of(person.username, about_subject(code(2)))
    response = client.get(reverse("space:choose"))
    assert "南宁虚构商行" in response.content.decode()
    assert len(response.context["mandates"]) == 2


def test_the_list_shows_what_is_not_public_too_and_filters_by_who_sees_it(client: Client, subject: int):
    organisation_record(subject, "1", payload='{"CF_WSH":"虚构甲号"}')
    organisation_record(subject, "2", payload='{"CF_WSH":"虚构乙号"}', audience="shared", public=None)
    person, mandate = representative()
    client.force_login(person)

    assert opened(client, "records", mandate).context["page"].total == 2
    found = opened(client, "records", mandate, standing="shared").context["page"].rows
    assert [line["record"].natural_key for line in found] == [key_of("2")]


def test_the_export_holds_what_the_filter_shows_and_no_formula(client: Client, subject: int):
    organisation_record(subject, "1")
    organisation_record(subject, "2", audience="shared", public=None)
    person, mandate = representative()
    client.force_login(person)

    lines = opened(client, "records-csv", mandate, standing="shared").content.decode("utf-8-sig").splitlines()

    assert len(lines) == 2
    assert "不公示，政务共享" in lines[1]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_record_says_source_basis_audience_and_history(client: Client, subject: int, language: str):
    key = organisation_record(subject, "1", payload='{"CF_WSH":"虚构甲号","CF_SJLY":"南宁市市场监督管理局"}')
    person, mandate = representative()
    client.force_login(person)

    response = opened(client, "record", mandate, key, language=language)

    assert response.status_code == 200
    text = response.content.decode()
    assert "虚构甲号" in text
    assert "publicity/penalty@2026-04-01" in text
    assert [v.version for v in response.context["versions"]] == [1]


def test_a_record_of_another_subject_is_not_there(client: Client, subject: int):
    other = company("南宁虚构书店", 2)
    key = organisation_record(other, "1")
    person, mandate = representative()
    client.force_login(person)

    assert opened(client, "record", mandate, key).status_code == 404


def test_a_mandate_of_another_person_opens_nothing(client: Client, subject: int):
    _, mandate = representative()
    stranger, _ = representative(username="stranger", about=about_subject(code(2)))
    client.force_login(stranger)

    refused = opened(client, "home", mandate)
    assert refused.status_code == 404 and WORKBENCH not in refused.content.decode()
    assert f'<a href="{reverse("space:choose")}">回到我的空间' in refused.content.decode()


def test_a_mandate_without_the_scope_opens_only_what_it_holds(client: Client, subject: int):
    person, mandate = representative(scopes=frozenset({Scope.SEE}))
    client.force_login(person)

    assert opened(client, "records", mandate).status_code == 200
    refused = opened(client, "cases", mandate)
    assert refused.status_code == 403 and WORKBENCH not in refused.content.decode()
    assert f'<a href="{reverse("space:choose")}">回到我的空间' in refused.content.decode()


def test_an_ended_mandate_opens_nothing_at_once(client: Client, subject: int):
    person, mandate = representative()
    client.force_login(person)
    assert opened(client, "home", mandate).status_code == 200

    Mandate.objects.filter(pk=mandate).update(valid_until=clock.now())

    assert opened(client, "home", mandate).status_code in {403, 404}


def test_the_workbench_sends_a_representative_to_my_space(client: Client, subject: int):
    person, _ = representative()
    client.force_login(person)

    assert client.get(reverse("workbench:home"))["Location"] == reverse("space:choose")
