"""An organisation's system queries on a consent; another client, another scope and no token get nothing."""

from pathlib import Path

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.faces.rest.rules import Scope
from chengxin.faces.rest.tests import factories
from chengxin.registry.accounts.services import DEMO_ORGANISATIONS
from chengxin.rights.consent import policy, services
from chengxin.rights.consent.models import AccessEntry
from chengxin.rights.consent.tests.factories import ITEM, NAME, asked_today, count, penalised, resident

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/authorised-queries"
BANK = DEMO_ORGANISATIONS[0].code


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


@pytest.fixture
def request_id(about: str) -> int:
    asked = asked_today(about, queries=1)
    wording = policy.wording_on(clock.today()).version
    services.grant(asked, about=about, signed_by=NAME, wording_version=wording, by=resident(about), at=clock.now())
    return asked


def query(client: Client, request_id: int, headers: dict[str, str]):
    return client.post(ADDRESS, {"request": request_id}, content_type="application/json", headers=headers)


def test_the_asker_lists_its_requests_and_queries_until_they_are_used_up(client: Client, request_id: int):
    headers = factories.bearer(factories.client_of(BANK))

    assert client.get(ADDRESS, headers=headers).json()["items"][0]["standing"] == "granted"
    told = query(client, request_id, headers).json()
    assert [r["item"] for r in told["records"]] == [ITEM]
    refused = query(client, request_id, headers)
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert AccessEntry.objects.count() == 0, "row-level security shows nothing without a purpose"


def test_a_withdrawn_consent_is_refused_at_once(client: Client, request_id: int, about: str):
    headers = factories.bearer(factories.client_of(BANK))
    services.revoke(request_id, about=about, by=resident(about), at=clock.now())

    assert query(client, request_id, headers).status_code == 403


def test_another_client_finds_nothing(client: Client, request_id: int):
    headers = factories.bearer(factories.client_of(factories.APPROVAL_BUREAU))

    assert query(client, request_id, headers).status_code == 404
    assert client.get(ADDRESS, headers=headers).json()["total"] == 0


@pytest.mark.parametrize("scope", [Scope.READ, Scope.SUBMIT])
def test_a_token_without_the_scope_is_refused(client: Client, request_id: int, scope: Scope):
    headers = factories.bearer(factories.client_of(BANK, scope))

    assert query(client, request_id, headers).status_code == 403
    assert client.get(ADDRESS, headers=headers).status_code == 403


def test_without_a_token_nothing_is_answered(client: Client, request_id: int):
    assert query(client, request_id, {}).status_code == 401
    assert client.get(ADDRESS).status_code == 401


def test_the_report_within_a_consent_comes_as_data_or_paper_and_counts_as_a_query(client: Client, request_id: int):
    headers = factories.bearer(factories.client_of(BANK))

    told = client.post(f"{ADDRESS}/{request_id}/report", headers=headers).json()
    refused = client.post(f"{ADDRESS}/{request_id}/report.pdf", headers=headers)

    assert "*" in told["report"]["subject"]["name"]
    assert "queries" not in told["report"]
    assert refused.status_code == 403


@pytest.mark.parametrize("ending", ["report", "report.pdf"])
def test_no_other_client_and_no_stranger_gets_the_report(client: Client, request_id: int, ending: str):
    address = f"{ADDRESS}/{request_id}/{ending}"

    assert client.post(address).status_code == 401
    assert (
        client.post(address, headers=factories.bearer(factories.client_of(factories.APPROVAL_BUREAU))).status_code
        == 404
    )
    assert client.post(address, headers=factories.bearer(factories.client_of(BANK, Scope.READ))).status_code == 403
    assert count(AccessEntry) == 0
