import json

import pytest
from django.test import Client, RequestFactory

from chengxin.faces.rest import limiting
from chengxin.faces.rest.door import holds_unreadable
from chengxin.faces.rest.rules import Bucket, Limit, taken

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/nothing", 404, "not-found"),
        ("get", "/api/v2", 404, "not-found"),
        ("delete", "/api/v1/catalogue", 405, "method-not-allowed"),
        ("get", "/api/v1/subjects", 422, "invalid-request"),
        ("get", "/api/v1/subjects?q=ab&page=0", 422, "invalid-request"),
        ("get", "/api/v1/catalogue/nothing", 404, "unknown-item"),
        ("get", "/api/v1/submissions/1", 401, "not-signed-in"),
    ],
)
def test_every_error_is_a_problem(client: Client, method: str, path: str, status: int, code: str):
    response = getattr(client, method)(path)

    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    told = response.json()
    assert (told["status"], told["code"], told["instance"]) == (status, code, path.partition("?")[0])


def test_a_wrong_parameter_is_pointed_at(client: Client):
    assert client.get("/api/v1/subjects?q=ab&page=0").json()["errors"][0]["pointer"] == "#/query/page"


def test_a_method_that_is_refused_names_those_that_are_not(client: Client):
    assert client.delete("/api/v1/catalogue")["Allow"] == "GET, HEAD"


def test_the_language_follows_the_header_and_is_chinese_otherwise(client: Client):
    assert client.get("/api/v1/nothing").json()["title"] == "接口没有这个地址。"
    response = client.get("/api/v1/nothing", headers={"accept-language": "en-GB,en;q=0.8"})
    assert response.json()["title"] == "The API has no such address."
    assert response["Content-Language"] == "en"


def test_a_caller_over_the_limit_is_told_when_to_come_back(client: Client, settings):
    settings.API_LIMIT_FACTOR = 0.01
    limiting.forget_all()

    answers = [client.get("/api/v1/catalogue") for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 429, 429]
    assert int(answers[-1]["Retry-After"]) >= 1
    assert answers[-1].json()["retryable"] is True


def test_another_address_is_not_held_back_by_it(client: Client, settings):
    settings.API_LIMIT_FACTOR = 0.01
    limiting.forget_all()
    client.get("/api/v1/catalogue")

    assert client.get("/api/v1/catalogue", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_no_cookie_is_set_and_other_origins_are_not_let_in(client: Client):
    response = client.get("/api/v1/catalogue", headers={"origin": "https://example.org"})

    assert not response.cookies
    assert "Access-Control-Allow-Origin" not in response


def test_a_bucket_fills_again_steadily():
    bucket, limit = Bucket(1.0, 0.0), Limit(per_second=2.0, burst=1.0)

    assert taken(bucket, limit, at=0.0) == 0.0
    assert taken(bucket, limit, at=0.0) == 0.5
    assert taken(bucket, limit, at=0.5) == 0.0


@pytest.mark.parametrize(("method", "path"), [("get", "/subjects/91450100MAC000017C/report.pdf"), ("post", "/verify")])
def test_costly_pages_are_limited_with_a_page_that_says_when_to_come_back(
    client: Client, settings, method: str, path: str
):
    settings.API_LIMIT_FACTOR = 0.01
    limiting.forget_all()
    getattr(client, method)(path)

    response = getattr(client, method)(path, headers={"accept-language": "en"})

    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert '<html lang="en">' in response.text


def test_looking_things_up_on_the_pages_is_not_limited(client: Client, settings):
    settings.API_LIMIT_FACTOR = 0.01
    limiting.forget_all()

    assert {client.get("/catalogue").status_code for _ in range(5)} == {200}


@pytest.mark.parametrize(
    ("text", "holds"),
    [("\u0000", True), ("\ud800", True), ("😀", False), ("\\u0000", False), ("第一行\n第二行", False)],
)
@pytest.mark.parametrize("as_key", [False, True])
def test_a_body_with_a_text_that_is_none_is_known(text: str, holds: bool, as_key: bool):
    given = {text: 1} if as_key else {"codes": [[text]]}
    request = RequestFactory().post("/api/v1/checks", json.dumps(given), content_type="application/json")

    assert holds_unreadable(request) is holds
