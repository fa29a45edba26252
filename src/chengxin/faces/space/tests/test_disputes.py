"""Disputing a record in My space."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base.casework.models import Case
from chengxin.base.database.context import acting
from chengxin.faces.space.tests.factories import representative
from chengxin.faces.workbench.tests.factories import person
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Role, Scope
from chengxin.registry.records.models import PersonRecord, Record
from chengxin.registry.subjects.rules import about_person
from chengxin.rights.consent.models import AccessEntry
from chengxin.rights.disputes.models import Dispute
from chengxin.rights.disputes.tests.factories import COMPANY, STATEMENT, filed, handed_in, penalised

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(tmp_path) -> UUID:
    return penalised(tmp_path)


@pytest.fixture
def mandate(client: Client, key: UUID) -> int:
    user, mandate_id = representative(about=COMPANY)
    client.force_login(user)
    return mandate_id


def form(mandate: int, key: UUID) -> str:
    return reverse("space:dispute", args=[mandate, key])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_records_page_leads_to_the_form_with_grounds_and_time_limits(client, mandate, key, language):
    page = client.get(reverse("space:record", args=[mandate, key]), headers={"accept-language": language})
    assert form(mandate, key) in page.content.decode()

    shown = client.get(form(mandate, key), headers={"accept-language": language})
    assert [g["code"] for g in shown.context["grounds"]][:2] == ["wrong-content", "wrong-subject"]
    assert shown.context["limits"]["answer"] == 10


def test_the_form_opens_a_case_and_shows_it(client, mandate, key):
    response = client.post(form(mandate, key), {"ground": "differs", "statement": STATEMENT})

    case = Case.objects.get()
    assert response["Location"] == reverse("space:case", args=[mandate, case.pk])
    assert STATEMENT in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("given", "field"), [({"statement": STATEMENT}, "ground"), ({"ground": "differs", "statement": " "}, "statement")]
)
def test_what_is_missing_is_said_above_the_form_which_keeps_its_words(client, mandate, key, given, field):
    response = client.post(form(mandate, key), given)

    assert response.status_code == 422
    assert f'href="#{field}"' in response.content.decode()
    assert Dispute.objects.count() == 0


def test_a_record_in_dispute_offers_no_second_form(client, mandate, key):
    filed(key)

    assert form(mandate, key) not in client.get(reverse("space:record", args=[mandate, key])).content.decode()
    assert client.post(form(mandate, key), {"ground": "differs", "statement": STATEMENT}).status_code == 409
    assert Dispute.objects.count() == 1


def test_a_public_record_leads_its_own_subject_to_the_page_where_it_can_be_disputed(client, mandate, key):
    response = client.get(reverse("space:contest", args=[key]))

    assert response["Location"] == reverse("space:record", args=[mandate, key]) + "#dispute"


def test_others_are_told_that_the_record_is_not_theirs(client, key):
    client.force_login(person(Role.DEPARTMENT_OFFICER))

    assert client.get(reverse("space:contest", args=[key])).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client, key):
    assert "sign-in" in client.get(reverse("space:contest", args=[key]))["Location"]


def test_a_mandate_to_see_alone_opens_no_form_and_no_case(client, key):
    user, mandate = representative(username="wei", about=COMPANY, scopes=frozenset({Scope.SEE}))
    client.force_login(user)

    assert form(mandate, key) not in client.get(reverse("space:record", args=[mandate, key])).content.decode()
    assert client.post(form(mandate, key), {"ground": "differs", "statement": STATEMENT}).status_code == 403
    assert Case.objects.count() == 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_resident_whom_a_companys_record_names_is_led_to_the_form_and_files(client, tmp_path, language):
    handed_in(tmp_path, files.person_penalty(1), files.PERSON_PENALTY)
    handed_in(tmp_path, files.penalty(1, CF_FR_ZJLX="身份证", CF_FR_ZJHM=files.citizen(1)))
    with acting(actor="test", purpose="test", basis="test"):
        about = about_person(PersonRecord.objects.get().person_id)
    user, mandate = representative(username="nong", about=about)
    client.force_login(user)
    key = Record.objects.get().natural_key

    led = client.get(reverse("space:contest", args=[key]))
    page = client.get(led["Location"], headers={"accept-language": language})
    filed_at = client.post(led["Location"], {"ground": "wrong-subject", "statement": STATEMENT})["Location"]

    assert led["Location"] == form(mandate, key)
    assert page.context["is_own"] is False
    assert client.get(filed_at, headers={"accept-language": language}).status_code == 200
    with acting(actor="test", purpose="audit", basis="test"):
        assert AccessEntry.objects.count() == 0
