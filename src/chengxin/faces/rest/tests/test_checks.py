"""A department's system checks, reads its receipts and reports; others are refused; the express lane says the same."""

import asyncio
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.base.identifiers.rules import make_citizen_number
from chengxin.faces.rest import express_checks
from chengxin.faces.rest.express_checks import Checks
from chengxin.faces.rest.rules import Scope
from chengxin.faces.rest.tests import factories
from chengxin.intake.collection.tests.factories import citizen
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists.tests.factories import arrived, arrived_person, entered
from chengxin.regulation.measures import rereading, services
from chengxin.regulation.measures.models import Feedback, FileRun, Receipt
from chengxin.regulation.measures.tests.factories import (
    APPROVAL_BUREAU,
    FINANCE,
    NOON,
    PROCUREMENT,
    official,
    representative,
)
from chengxin.rights.consent import queries as consent

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


def test_a_later_look_at_a_persons_receipt_stands_in_the_persons_log(client: Client, db: None, tmp_path):
    about, bureau = arrived_person(tmp_path), official(APPROVAL_BUREAU)
    matter = "registration-of-posts"
    (found,) = services.check([citizen(1)], matter=matter, by=bureau, at=NOON, door=services.API)

    headers = factories.bearer(factories.client_of(APPROVAL_BUREAU))
    told = client.get(f"{ADDRESS}/{found.id}", headers=headers).json()

    assert [m["measure"] for m in told["restrictions"]] == ["bar-from-posts"]
    look, _check = consent.access_log_of(about, by=representative(about))
    assert (look.purpose, look.door) == (rereading.PURPOSE, services.API)


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


@pytest.mark.parametrize("code_given", ["\u0000", "\ud800", f"{code(1)}\u0000", "\u0001"])
def test_a_text_that_nobody_can_read_is_refused_and_nothing_is_kept(client: Client, headers, code_given):
    body = json.dumps({"matter": PROCUREMENT, "codes": [code_given]})
    answer = client.post(ADDRESS, body, content_type="application/json", headers=headers)

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert Receipt.objects.count() == 0


@pytest.mark.parametrize("reason", ["\u0000", "虚构\u0007", "\udc00"])
def test_a_report_that_nobody_can_read_is_refused(client: Client, headers, reason):
    receipt = check(client, headers, code(1)).json()["items"][0]["receipt"]
    body = json.dumps({"measure": BAR, "outcome": "not-applied", "reason": reason})
    answer = client.post(f"{ADDRESS}/{receipt}/feedback", body, content_type="application/json", headers=headers)

    assert (answer.status_code, Feedback.objects.count()) == (422, 0)


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


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """An event loop, as a web process has one."""
    with asyncio.Runner() as runner:
        yield runner


def lane_says(loop: asyncio.Runner, lane: Checks, headers: dict[str, str], given: Any) -> bytes | None:
    scope = factories.scope("POST", ADDRESS, **headers)
    return loop.run(lane.content(scope, json.dumps(given).encode()))


def test_the_express_lane_gives_the_same_answer_as_the_ordinary_way(committed_db: str, client: Client, loop):
    headers = prepared()
    given = {"matter": PROCUREMENT, "codes": [code(1), code(2), code(77), "91450100MA0000000A"]}
    ordinary = check(client, headers, *given["codes"])

    content = lane_says(loop, Checks(), headers, given)
    assert content is not None
    fast, slow = json.loads(content), ordinary.json()
    for answer in (fast, slow):
        for item in answer["items"]:
            assert item.pop("receipt") and item.pop("at")
    assert fast == slow
    told = dict(express_checks.HEADERS)
    assert {name: ordinary[name] for name in told} == told
    assert Receipt.objects.count() == 8


def test_the_express_lane_answers_from_records_that_arrived_as_the_ordinary_way_does(
    committed_db: str, client: Client, loop
):
    """With a new process's empty memory of what the mapper says: an event loop may not ask it."""
    headers = prepared()
    arrived(company("南宁虚构失信有限公司", 3))
    arrived(company("南宁虚构受罚有限公司", 4), "penalty", item="penalty-organisation", payload='{"CF_WSH": "虚构1号"}')
    given = {"matter": PROCUREMENT, "codes": [code(3), code(4)]}
    slow = check(client, headers, *given["codes"]).json()
    assert slow["items"][0]["restrictions"]

    accounts.city_division.cache_clear()
    content = lane_says(loop, Checks(), headers, given)

    assert content is not None
    fast = json.loads(content)
    for item in (*fast["items"], *slow["items"]):
        assert item.pop("receipt") and item.pop("at")
    assert fast == slow


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
def test_the_express_lane_passes_on_what_is_unusual(committed_db: str, loop, given: Any):
    headers = prepared()

    assert lane_says(loop, Checks(), headers, given) is None
    assert Receipt.objects.count() == 0


def test_a_revoked_or_foreign_token_is_passed_on_at_once(committed_db: str, loop):
    made = factories.client_of(FINANCE)
    headers = factories.bearer(made)
    company("南宁虚构贸易有限公司", 1)
    lane = Checks()
    given = {"matter": PROCUREMENT, "codes": [code(1)]}
    assert lane_says(loop, lane, headers, given) is not None

    from chengxin.base import clock
    from chengxin.faces.rest.services import revoke_client

    revoke_client(made.client_id, by=factories.ADMINISTRATOR, at=clock.now())
    assert lane_says(loop, lane, headers, given) is None
    assert lane_says(loop, lane, {"authorization": "Bearer guess"}, given) is None


def test_in_one_round_a_token_that_was_good_until_now_gets_nothing_and_leaves_no_receipt(committed_db: str, loop):
    from chengxin.base import clock
    from chengxin.faces.rest.services import revoke_client

    company("南宁虚构贸易有限公司", 1)
    company("南宁虚构清白有限公司", 2)
    made = [factories.client_of(FINANCE) for _ in range(2)]
    tokens = [factories.bearer(m)["authorization"].removeprefix("Bearer ") for m in made]
    jobs = [express_checks.Job(t, PROCUREMENT, (code(n),)) for n, t in enumerate(tokens, start=1)]
    rounds = express_checks.Rounds()
    assert all(loop.run(rounds.found(jobs)))

    revoke_client(made[0].client_id, by=factories.ADMINISTRATOR, at=clock.now())
    refused, content = loop.run(rounds.found(jobs))

    assert refused is None
    assert content is not None
    assert [item["asked"] for item in json.loads(content)["items"]] == [code(2)]
    assert sorted(Receipt.objects.values_list("asked", flat=True)) == [code(1), code(2), code(2)]


def test_a_database_that_does_not_answer_leads_to_the_ordinary_way(monkeypatch, db: None, loop):
    def broken(*_args: Any, **_named: Any) -> Any:
        raise OSError("gone")

    monkeypatch.setattr(express_checks.queries, "asked_tokens", broken)
    given = {"matter": PROCUREMENT, "codes": [code(1)]}

    assert lane_says(loop, Checks(), {"authorization": "Bearer x"}, given) is None
