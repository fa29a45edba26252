"""A resident's own report in My space; nobody else's."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base.documents.models import IssuedDocument
from chengxin.faces.space.tests.factories import representative
from chengxin.registry.accounts.rules import MandateKind, Scope
from chengxin.registry.accounts.services import SystemActor, give_mandate
from chengxin.registry.accounts.tests.factories import NOON, user
from chengxin.rights.consent.tests.factories import penalised

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


@pytest.fixture
def mandate(client: Client, about: str) -> int:
    person = user("zhou")
    client.force_login(person)
    return give_mandate(
        "zhou", about=about, kind=MandateKind.SELF, scopes=frozenset(Scope), proof="test", by=SystemActor(), at=NOON
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_resident_takes_the_report_as_paper_and_as_data_and_finds_it_listed(client, mandate, language):
    told = {"accept-language": language}
    pdf = client.post(reverse("space:report-issue", args=[mandate]), headers=told)
    data = client.post(reverse("space:report-json", args=[mandate]), headers=told)

    assert pdf.content.startswith(b"%PDF-")
    assert json.loads(data.content)["report"]["subject"]["number"].count("*") == 14
    page = client.get(reverse("space:report", args=[mandate]), headers=told)
    assert [one["is_own"] for one in page.context["issued"]] == [True, True]
    looked = client.get(reverse("space:looked", args=[mandate]), headers=told)
    assert looked.context["page"].total == 2


def test_a_note_is_kept_and_a_longer_one_refused(client, mandate):
    address = reverse("space:report-note", args=[mandate])

    assert client.post(address, {"note": "罚款已缴清（虚构）"}).status_code == 302
    assert client.post(address, {"note": "长" * 501}).status_code == 422
    assert client.get(reverse("space:report", args=[mandate])).context["note"] == "罚款已缴清（虚构）"


@pytest.mark.parametrize("name", ["report", "report-issue", "report-json", "report-note"])
def test_who_acts_for_a_company_or_another_person_takes_no_report(client, about, name):
    for username, of in (("liang", None), ("wei", about)):
        someone, mandate = representative(username=username, **({"about": of} if of else {}))
        client.force_login(someone)
        address = reverse(f"space:{name}", args=[mandate])
        response = client.get(address) if name == "report" else client.post(address, {"note": "x"})
        assert response.status_code == 404
    assert IssuedDocument.objects.count() == 0
