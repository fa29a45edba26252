"""A consumer's system fetches, receipts and reads its log; nobody else's."""

import base64
import hashlib
from dataclasses import replace

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.faces.rest.rules import Scope
from chengxin.faces.rest.tests import factories
from chengxin.intake.delivery import dispatching, services
from chengxin.intake.delivery.models import Dispatch
from chengxin.intake.delivery.tests.factories import KEY, REVIEWER, WISH, added, officer, subject

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/subscriptions"


@pytest.fixture
def mine() -> int:
    now = clock.now()
    made = services.request(replace(WISH), by=officer(), at=now)
    services.decide(made, approve=True, reason="", by=REVIEWER, at=now)
    dispatching.route_all(at=clock.now)
    added("1", "2", about=subject(), at=now)
    dispatching.route_all(at=clock.now)
    return made


def headers(organisation: str = factories.APPROVAL_BUREAU, *scopes: Scope) -> dict[str, str]:
    return factories.bearer(factories.client_of(organisation, *(scopes or (Scope.DELIVERIES,))))


def receipt(answer) -> dict[str, str]:
    said = answer.json()["data"]
    text = f"{said['delivery']}.{said['attempt']}.{hashlib.sha256(answer.content).hexdigest()}"
    return {"delivery": said["delivery"], "signature": base64.b64encode(KEY.sign(text.encode())).decode()}


def post(client: Client, path: str, body: dict, sent: dict[str, str]):
    return client.post(f"{ADDRESS}{path}", body, content_type="application/json", headers=sent)


def test_a_system_reads_on_with_the_receipt_of_the_last_delivery_as_its_cursor(client: Client, mine: int):
    told = headers()
    first = post(client, f"/{mine}/fetch", {}, told)
    assert [e["sequence"] for e in first.json()["data"]["events"]] == [1, 2]
    assert first.headers["Delivery-Digest"] == hashlib.sha256(first.content).hexdigest()

    after = post(client, f"/{mine}/fetch", {"cursor": receipt(first)}, told)

    assert after.status_code == 204
    items = client.get(f"{ADDRESS}/{mine}/events", headers=told).json()["items"]
    assert [(i["id"], i["outcome"], i["attempts"]) for i in items] == [
        (f"{mine}-1", "acknowledged", 1), (f"{mine}-2", "acknowledged", 1),
    ]  # fmt: skip
    kept = client.get(f"{ADDRESS}/{mine}/log", headers=told).json()
    assert [e["step"] for e in kept["items"]] == ["sent", "acknowledged"]
    assert client.get(ADDRESS, headers=told).json()["items"][0]["waiting"] == 0

    assert post(client, f"/{mine}/replay", {"since": 2}, told).json() == {"events": 1}
    again = post(client, f"/{mine}/fetch", {}, told)
    assert [(e["sequence"], e["replay"]) for e in again.json()["data"]["events"]] == [(2, True)]
    assert post(client, "/receipts", receipt(again), told).status_code == 204


def test_another_organisation_or_a_token_for_something_else_gets_and_changes_nothing(client: Client, mine: int):
    sent = post(client, f"/{mine}/fetch", {}, headers())
    stranger = headers(factories.MARKET_SUPERVISION)

    for path in ("", "/events", "/log"):
        assert client.get(f"{ADDRESS}/{mine}{path}", headers=stranger).status_code == 404
    assert post(client, f"/{mine}/fetch", {}, stranger).status_code == 404
    assert post(client, f"/{mine}/replay", {"since": 1}, stranger).status_code == 404
    assert post(client, "/receipts", receipt(sent), stranger).status_code == 404
    assert post(client, f"/{mine}/fetch", {}, headers(factories.APPROVAL_BUREAU, Scope.READ)).status_code == 403
    assert post(client, f"/{mine}/fetch", {}, {}).status_code == 401
    assert set(Dispatch.objects.values_list("outcome", flat=True)) == {""}


def test_a_system_saves_tries_and_renews_selections_of_its_own_organisation(client: Client, mine: int):
    told, stranger = headers(), headers(factories.MARKET_SUPERVISION)
    twice = {"item": "penalty-organisation", "least": 2}
    trial = post(client, "/selections/trial", twice, told).json()
    assert (trial["count"], trial["examples"][0]["records"]) == (1, 2)

    made = post(client, "/selections", {"name": "两次以上（虚构）", "criteria": twice}, told)
    place = f"/selections/{made.json()['id']}"
    again = post(client, f"{place}/versions", {**twice, "months": 12}, told).json()

    assert made.status_code == 201
    assert (again["number"], again["criteria"]["months"], again["own"]) == (2, 12, True)
    assert [s["number"] for s in client.get(f"{ADDRESS}/selections", headers=told).json()["items"]] == [2]
    assert client.get(f"{ADDRESS}{place}", headers=stranger).status_code == 404
    assert post(client, f"{place}/versions", twice, stranger).status_code == 404
    assert post(client, "/selections", {"name": "两次以上（虚构）", "criteria": twice}, told).status_code == 409
    assert post(client, "/selections/trial", {"item": "penalty-person"}, told).status_code == 422
    assert post(client, "/selections", {"name": "x", "criteria": twice}, {}).status_code == 401
