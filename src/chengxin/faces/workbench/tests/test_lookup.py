"""Shared records are shown only for a stated purpose, and each read leaves its trace."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.audit import queries as audit
from chengxin.faces.workbench.tests.factories import COMPANY, csv_file, penalty, person
from chengxin.registry.accounts.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(person(Role.DEPARTMENT_OFFICER))
    file = csv_file([penalty(CF_JDRQ=clock.today().isoformat())])
    client.post(reverse("workbench:hand-in-item", args=["penalty-organisation"]), {"file": file})
    return client


def test_nothing_is_shown_before_the_purpose_is_stated(officer: Client):
    page = officer.get(reverse("workbench:lookup-subject", args=[COMPANY])).content.decode()

    assert "这次查询的用途" in page
    assert "wb-record" not in page


def test_a_stated_purpose_shows_the_records_and_is_audited(officer: Client):
    address = reverse("workbench:lookup-subject", args=[COMPANY])

    page = officer.post(address, {"purpose": "administrative-licence"}).content.decode()

    entry = audit.entries(size=1).entries[0]
    assert page.count('class="wb-record"') == 1
    assert (entry.action, entry.object, entry.details["purpose"]) == (
        "records.shared_read",
        COMPANY,
        "administrative-licence",
    )


def test_a_purpose_that_is_not_on_the_list_shows_nothing_and_is_not_audited(officer: Client):
    before = audit.entries(size=1).total

    response = officer.post(reverse("workbench:lookup-subject", args=[COMPANY]), {"purpose": "curiosity"})

    assert response.status_code == 422
    assert "wb-record" not in response.content.decode()
    assert audit.entries(size=1).total == before


def test_an_unknown_code_is_told_at_the_field(officer: Client):
    response = officer.get(reverse("workbench:lookup"), {"code": "nothing"})

    assert response.status_code == 422
    assert 'href="#code"' in response.content.decode()


def test_an_auditor_reads_no_records(client: Client):
    client.force_login(person(Role.AUDITOR))

    assert client.post(reverse("workbench:lookup-subject", args=[COMPANY]), {"purpose": "x"}).status_code == 403
