"""An organisation's system reads and acknowledges changes of what it received; nobody else's."""

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.faces.rest.rules import Scope
from chengxin.faces.rest.tests import factories
from chengxin.intake.exchange import services, tasks
from chengxin.intake.exchange.models import ChangeNotice, Receipt
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/changes"


@pytest.fixture
def fine() -> Record:
    return factories.record(factories.subject())


def read(client: Client, headers: dict[str, str], part: str = "records"):
    return client.get(f"/api/v1/subjects/{factories.COMPANY}/{part}", headers=headers)


def work() -> None:
    """What the worker does with the receipts of reads."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    for job in ProcrastinateJob.objects.filter(task_name="exchange.receive"):
        tasks.receive(**job.args)


def test_a_system_that_read_a_record_is_told_of_its_repair_and_acknowledges_it(client: Client, fine: Record):
    headers = factories.bearer(factories.client_of(factories.APPROVAL_BUREAU))
    assert read(client, headers).json()["items"][0]["id"] == str(fine.natural_key)
    work()
    services.announce(fine.natural_key, change="repaired", at=clock.now(), told_at=clock.now())

    told = client.get(ADDRESS, headers=headers).json()
    (item,) = told["items"]
    assert (item["record"], item["change"], item["takedown"]) == (str(fine.natural_key), "repaired", True)
    assert (item["subject"], item["document_number"]) == (factories.COMPANY, "南市监处罚〔2026〕1号")
    assert client.get(ADDRESS, {"after": told["after"]}, headers=headers).json()["items"] == []

    taken = client.post(f"{ADDRESS}/{item['id']}/acknowledge", headers=headers)
    assert taken.status_code == 200
    assert client.get(ADDRESS, {"waiting": "true"}, headers=headers).json()["items"] == []
    assert client.post(f"{ADDRESS}/{item['id']}/acknowledge", headers=headers).status_code == 409


@pytest.mark.parametrize("part", ["records", "report"])
def test_the_public_receives_nothing_that_is_kept(client: Client, fine: Record, part: str):
    assert read(client, {}, part).status_code == 200
    work()

    assert not Receipt.objects.exists()


def test_a_report_that_a_system_fetched_counts_as_received(client: Client, fine: Record):
    read(client, factories.bearer(factories.client_of(factories.APPROVAL_BUREAU)), "report")

    found = accounts.organisation_by_code(factories.APPROVAL_BUREAU)
    assert found is not None
    assert [(r.natural_key, r.organisation_id, r.door) for r in Receipt.objects.all()] == [
        (fine.natural_key, found.id, "report")
    ]


def test_a_token_that_does_not_hold_is_refused_also_where_everyone_may_read(client: Client, fine: Record):
    assert read(client, {"authorization": "Bearer nonsense"}).status_code == 401


def test_another_organisation_sees_and_acknowledges_nothing(client: Client, fine: Record):
    read(client, factories.bearer(factories.client_of(factories.APPROVAL_BUREAU)))
    work()
    services.announce(fine.natural_key, change="repaired", at=clock.now(), told_at=clock.now())
    headers = factories.bearer(factories.client_of(factories.MARKET_SUPERVISION))

    assert client.get(ADDRESS, headers=headers).json()["items"] == []
    notice = ChangeNotice.objects.get()
    assert client.post(f"{ADDRESS}/{notice.pk}/acknowledge", headers=headers).status_code == 404
    notice.refresh_from_db()
    assert notice.acknowledged_at is None


@pytest.mark.parametrize("scope", [Scope.READ, Scope.SUBMIT, Scope.QUERY])
def test_a_token_without_the_scope_is_refused(client: Client, scope: Scope):
    headers = factories.bearer(factories.client_of(factories.APPROVAL_BUREAU, scope))

    assert client.get(ADDRESS, headers=headers).status_code == 403
    assert client.post(f"{ADDRESS}/1/acknowledge", headers=headers).status_code == 403


def test_without_a_token_nothing_is_answered(client: Client):
    assert client.get(ADDRESS).status_code == 401
    assert client.post(f"{ADDRESS}/1/acknowledge").status_code == 401
