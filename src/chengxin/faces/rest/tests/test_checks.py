"""A department's system checks, reads its receipts and reports; others are refused; the express lane says the same."""

import io
import json
import threading
from typing import Any

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.base.identifiers.rules import make_citizen_number
from chengxin.faces.rest import express_checks
from chengxin.faces.rest.express_checks import ExpressChecks
from chengxin.faces.rest.gathering import Gathering
from chengxin.faces.rest.rules import Scope
from chengxin.faces.rest.tests import factories
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import entered
from chengxin.regulation.measures import services
from chengxin.regulation.measures.models import Feedback, FileRun, Receipt
from chengxin.regulation.measures.tests.factories import APPROVAL_BUREAU, FINANCE, PROCUREMENT

ADDRESS = "/api/v1/checks"
BAR = "bar-from-procurement"


@pytest.fixture
def headers(db: None) -> dict[str, str]:
    return prepared()


def prepared() -> dict[str, str]:
    company("南宁虚构贸易有限公司", 1)
    company("南宁虚构清白有限公司", 2)
    entered(about_subject(code(1)), "serious-tax")
    return factories.bearer(factories.client_of(FINANCE))


def check(client: Client, headers: dict[str, str], *codes: str, matter: str = PROCUREMENT) -> Any:
    given = {"matter": matter, "codes": list(codes)}
    return client.post(ADDRESS, given, content_type="application/json", headers=headers)


def test_a_system_checks_reads_its_receipt_and_reports(client: Client, headers: dict[str, str]):
    told = check(client, headers, code(1), code(2)).json()
    listed, clean = told["items"]

    assert (told["total"], clean["restrictions"], listed["name"]) == (2, [], "南宁虚构贸易有限公司")
    (answer,) = listed["restrictions"]
    assert (answer["measure"], answer["ground"]["list"], answer["until"][:10]) == (BAR, "serious-tax", "2029-08-03")
    address = f"{ADDRESS}/{listed['receipt']}"
    report = {"measure": BAR, "outcome": "applied"}
    done = client.post(f"{address}/feedback", report, content_type="application/json", headers=headers).json()
    assert done["restrictions"][0]["feedback"] == {"outcome": "applied", "reason": ""}
    assert client.get(address, headers=headers).json() == done


def given_file(client: Client, headers: dict[str, str], content: str, matter: str = PROCUREMENT) -> Any:
    file = io.BytesIO(content.encode())
    file.name = "codes.csv"
    return client.post(f"{ADDRESS}/files", {"matter": matter, "file": file}, headers=headers)


def test_a_file_of_codes_is_checked_in_the_background_and_its_result_fetched(
    client: Client, headers: dict[str, str], settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    given = given_file(client, headers, f"统一社会信用代码\n{code(2)}\n{code(1)}\n").json()
    address = f"{ADDRESS}/files/{given['run']}"
    assert (given["finished"], given["matter"]) == (False, PROCUREMENT)
    assert client.get(f"{address}/result.csv", headers=headers).status_code == 404

    services.check_file(given["run"], at=clock.now())

    told = client.get(address, headers=headers).json()
    assert (told["codes"], told["done"], told["hits"], told["finished"], told["fault"]) == (2, 2, 1, True, "")
    lines = client.get(f"{address}/result.csv", headers=headers).content.decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [code(2), code(1)]
    other = factories.bearer(factories.client_of(APPROVAL_BUREAU))
    assert [client.get(a, headers=other).status_code for a in (address, f"{address}/result.csv")] == [404, 404]


def test_a_file_for_a_matter_that_is_not_ones_own_is_refused_and_not_kept(client: Client, headers: dict[str, str]):
    answer = given_file(client, headers, code(1), matter="honours")

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert given_file(client, {}, code(1)).status_code == 401
    assert FileRun.objects.count() == 0


def test_the_matters_of_the_organisation_are_listed(client: Client, headers: dict[str, str]):
    told = client.get(f"{ADDRESS}/matters", headers=headers).json()

    assert [m["matter"] for m in told["items"]] == ["government-procurement", "public-funds", "subsidy"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"matter": "honours"}, 403), ({"matter": "nothing"}, 422), ({"codes": []}, 422), ({"codes": "text"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_a_problem_and_nothing_is_kept(client: Client, headers, given, status):
    asked = {"matter": PROCUREMENT, "codes": [code(1)]} | given
    answer = client.post(ADDRESS, asked, content_type="application/json", headers=headers)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert Receipt.objects.count() == 0


@pytest.mark.parametrize("scope", [Scope.READ, Scope.SUBMIT, Scope.QUERY])
def test_a_token_without_the_scope_and_no_token_are_refused(client: Client, headers, scope):
    other = factories.bearer(factories.client_of(FINANCE, scope))

    assert check(client, other, code(1)).status_code == 403
    assert check(client, {}, code(1)).status_code == 401
    assert Receipt.objects.count() == 0


def test_another_organisation_finds_no_receipt_and_reports_nothing(client: Client, headers):
    receipt = check(client, headers, code(1)).json()["items"][0]["receipt"]
    other = factories.bearer(factories.client_of(factories.APPROVAL_BUREAU))
    report = {"measure": BAR, "outcome": "applied"}
    address = f"{ADDRESS}/{receipt}"

    assert client.get(address, headers=other).status_code == 404
    answer = client.post(f"{address}/feedback", report, content_type="application/json", headers=other)
    assert (answer.status_code, Feedback.objects.count()) == (404, 0)


def test_a_token_for_the_widget_needs_a_registered_origin(client: Client, headers, settings):
    given = {"matter": PROCUREMENT, "clerk": "W01"}
    address = f"{ADDRESS}/widget-tokens"
    ask = {"content_type": "application/json", "headers": headers}

    assert client.post(address, given, **ask).status_code == 422
    settings.WIDGET_ORIGINS = {FINANCE: ("https://finance.example",)}
    told = client.post(address, given, **ask).json()
    assert told["address"].endswith(f"/widget/check?token={told['token']}")


def lane_says(lane: ExpressChecks, headers: dict[str, str], given: Any) -> tuple[list[bytes], dict[str, str]]:
    body, told = json.dumps(given).encode(), {}
    environ = {
        "PATH_INFO": ADDRESS, "REQUEST_METHOD": "POST", "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body), "HTTP_AUTHORIZATION": headers.get("authorization", ""),
    }  # fmt: skip
    content = list(lane(environ, lambda status, sent: told.update(sent, status=status)))
    return content, told


def test_the_express_lane_gives_the_same_answer_as_the_ordinary_way(committed_db: str, client: Client):
    headers = prepared()
    lane = ExpressChecks(lambda environ, start: [b"passed on"])
    given = {"matter": PROCUREMENT, "codes": [code(1), code(2), code(77), "91450100MA0000000A"]}
    ordinary = check(client, headers, *given["codes"])

    (content,), told = lane_says(lane, headers, given)
    fast, slow = json.loads(content), ordinary.json()
    for answer in (fast, slow):
        for item in answer["items"]:
            assert item.pop("receipt") and item.pop("at")
    assert fast == slow
    assert told["status"] == "200 OK"
    assert {n: ordinary[n] for n in told if n not in {"Content-Length", "status"}} == {
        n: v for n, v in told.items() if n not in {"Content-Length", "status"}
    }
    assert Receipt.objects.count() == 8


@pytest.mark.parametrize(
    "given",
    [
        {"matter": "honours", "codes": [code(1)]},
        {"matter": PROCUREMENT, "codes": []},
        {"matter": PROCUREMENT, "codes": [make_citizen_number("45010219900101123")]},
        {"matter": PROCUREMENT},
        [],
    ],
)
def test_the_express_lane_passes_on_what_is_unusual(committed_db: str, given: Any):
    headers = prepared()
    lane = ExpressChecks(lambda environ, start: [b"passed on", environ["wsgi.input"].read()])

    assert lane_says(lane, headers, given)[0] == [b"passed on", json.dumps(given).encode()]
    assert Receipt.objects.count() == 0


def test_a_revoked_or_foreign_token_is_passed_on_at_once(committed_db: str):
    made = factories.client_of(FINANCE)
    headers = factories.bearer(made)
    company("南宁虚构贸易有限公司", 1)
    lane = ExpressChecks(lambda environ, start: [b"passed on"])
    given = {"matter": PROCUREMENT, "codes": [code(1)]}
    assert lane_says(lane, headers, given)[0] != [b"passed on"]

    from chengxin.base import clock
    from chengxin.faces.rest.services import revoke_client

    revoke_client(made.client_id, by=factories.ADMINISTRATOR, at=clock.now())
    assert lane_says(lane, headers, given)[0] == [b"passed on"]
    assert lane_says(lane, {"authorization": "Bearer guess"}, given)[0] == [b"passed on"]


def test_in_one_round_a_token_that_was_good_until_now_gets_nothing_and_leaves_no_receipt(committed_db: str):
    from chengxin.base import clock
    from chengxin.faces.rest.services import revoke_client

    company("南宁虚构贸易有限公司", 1)
    company("南宁虚构清白有限公司", 2)
    made = [factories.client_of(FINANCE) for _ in range(2)]
    tokens = [factories.bearer(m)["authorization"].removeprefix("Bearer ") for m in made]
    jobs = [express_checks.Job(t, PROCUREMENT, (code(n),)) for n, t in enumerate(tokens, start=1)]
    rounds = express_checks.Rounds()
    assert all(rounds.answers(jobs))

    revoke_client(made[0].client_id, by=factories.ADMINISTRATOR, at=clock.now())
    refused, content = rounds.answers(jobs)

    assert refused is None
    assert [item["asked"] for item in json.loads(content)["items"]] == [code(2)]
    assert sorted(Receipt.objects.values_list("asked", flat=True)) == [code(1), code(2), code(2)]


def test_who_comes_together_is_answered_together_each_with_its_own():
    rounds: list[list[int]] = []
    gate = threading.Event()

    def answer(jobs: Any) -> list[int]:
        rounds.append(list(jobs))
        if len(rounds) == 1:
            gate.wait(5)
        return [job * 10 for job in jobs]

    gathering: Gathering[int, int] = Gathering(answer, most=4)
    found: dict[int, int] = {}

    def ask(number: int) -> None:
        found[number] = gathering.ask(number)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    while len(gathering._queue) < 9:
        pass
    gate.set()
    for thread in threads:
        thread.join(5)

    assert found == {n: n * 10 for n in range(10)}
    assert [len(r) for r in rounds] == [1, 4, 4, 1]


def test_a_round_that_fails_is_told_to_all_who_waited_and_the_next_goes_on():
    def answer(jobs: Any) -> list[int]:
        if jobs[0] < 0:
            raise ValueError("no")
        return list(jobs)

    gathering: Gathering[int, int] = Gathering(answer, most=4)
    with pytest.raises(ValueError, match="no"):
        gathering.ask(-1)

    assert gathering.ask(7) == 7


def test_a_database_that_does_not_answer_leads_to_the_ordinary_way(monkeypatch, db: None):
    def broken(*_args: Any, **_named: Any) -> Any:
        raise OSError("gone")

    monkeypatch.setattr(express_checks.queries, "asked_tokens", broken)
    lane = ExpressChecks(lambda environ, start: [b"passed on"])

    assert lane_says(lane, {"authorization": "Bearer x"}, {"matter": PROCUREMENT, "codes": [code(1)]})[0] == [
        b"passed on"
    ]
