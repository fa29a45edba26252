"""Lists and the public log for everyone: pages, table and API."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import entered, listed, proposed

pytestmark = pytest.mark.django_db
PAGE, API = "/lists/serious-tax", "/api/v1/lists/serious-tax/entries"


@pytest.fixture(autouse=True)
def _listed_now():
    cache.clear()
    company("=南宁虚构商行")
    now = clock.now()
    return listed(proposed(at=now - timedelta(days=28)), at=now)


def test_the_list_shows_basis_and_who_stands_on_it(client: Client):
    text = client.get(PAGE).content.decode()

    assert "中华人民共和国税收征收管理法" in text
    assert code(1) in text


def test_all_lists_are_shown_rewards_first_with_their_numbers(client: Client):
    text = client.get(reverse("portal:lists")).content.decode()

    assert text.index("A级纳税人名单") < text.index("重大税收违法失信主体")
    assert "现有 1" in text


def test_a_page_behind_the_last_leads_to_one_that_shows_its_rows(client: Client):
    assert client.get(PAGE, {"q": "虚构", "page": "99"}, follow=True).context["page"].rows


def test_the_table_is_safe_in_a_spreadsheet(client: Client):
    response = client.get(f"{PAGE}/entries.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f"'=南宁虚构商行,{code(1)},本市" in response.getvalue().decode()


def test_the_api_tells_the_same_as_the_page(client: Client):
    told = client.get(API).json()

    assert [(e["code"], e["origin"], e["disputed"]) for e in told["items"]] == [(code(1), "city", False)]
    assert {row["code"]: row["in_force"] for row in client.get("/api/v1/lists").json()}["serious-tax"] == 1


@pytest.mark.parametrize("address", ["/lists/no-such-list", "/lists/no-such-list/entries.csv", "/transparency/99.json"])
def test_what_is_not_there_is_not_found(client: Client, address: str):
    assert client.get(address).status_code == 404


def test_no_page_names_a_natural_person(client: Client):
    entered("person:7", "national-examinations", authority="1145010000755126X2", at=clock.now())

    for address in ("/lists/national-examinations", "/api/v1/lists/national-examinations/entries"):
        assert "person:7" not in client.get(address).content.decode()
    assert client.get("/api/v1/lists/national-examinations/entries").json()["total"] == 0


@pytest.mark.parametrize(("change", "status"), [(("", ""), 200), (("entered", "exited"), 422)])
def test_the_page_of_the_log_checks_what_is_pasted(client: Client, change: tuple[str, str], status: int):
    log = client.get(reverse("portal:transparency-log")).content.decode()

    response = client.post("/transparency", {"proof": log.replace(*change) if change[0] else log})

    assert response.status_code == status
    assert ("成立：每个散列" in response.content.decode()) is (status == 200)


def test_proofs_and_heads_of_the_api_fit_the_file(client: Client):
    log = client.get(reverse("portal:transparency-log")).json()
    proof = client.get("/api/v1/transparency/inclusion", {"index": 0}).json()

    assert client.get("/api/v1/transparency/head").json() == log["head"] == proof["head"]
    assert client.get("/api/v1/transparency/heads/1").json() == log["head"]
    assert client.get("/api/v1/transparency/leaves").json() == [{"index": 0, "leaf": log["leaves"][0]}]
    assert client.get("/api/v1/transparency/consistency", {"first": 1}).json()["path"] == []
    assert client.get("/api/v1/transparency/key").json() == {"key": log["key"], "keys": log["keys"]}
    assert client.post("/transparency", {"proof": json.dumps(proof)}).status_code == 200


@pytest.mark.parametrize("proof", ["", "{}", "<script>", "[" * 10_000])
def test_junk_is_said_to_be_unreadable(client: Client, proof: str):
    response = client.post("/transparency", {"proof": proof})

    assert response.status_code == 422
    assert "读不懂这份内容" in response.content.decode()
