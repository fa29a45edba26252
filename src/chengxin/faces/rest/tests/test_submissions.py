from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chengxin.faces.rest.rules import Scope
from chengxin.faces.rest.tests import factories
from chengxin.intake.collection.models import Submission
from chengxin.intake.resolution.tests.factories import handed_in, honour, register
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db
SUBMISSIONS = "/api/v1/submissions"


def hand_in(client: Client, headers: dict, content: bytes, item: str = "penalty-organisation"):
    return client.post(
        SUBMISSIONS, {"item": item, "file": SimpleUploadedFile("penalties.csv", content)}, headers=headers
    )


def test_a_form_is_processed_and_answered_like_the_command(client: Client):
    headers = factories.bearer(factories.client_of())

    response = hand_in(client, headers, factories.penalties_csv("甲〔2026〕1号", "甲〔2026〕2号", ""))

    told = response.json()
    assert response.status_code == 200
    assert (told["rows"], told["accepted"], told["rejected"], told["unchanged"], told["corrected"]) == (3, 2, 1, 0, 0)
    assert [(f["row"], f["field"], f["rule"]) for f in told["faults"]] == [(3, "CF_WSH", "required")]
    assert Record.objects.count() == 2


def test_a_raw_body_is_processed_too_and_twice_changes_nothing(client: Client):
    headers = factories.bearer(factories.client_of())
    address = f"{SUBMISSIONS}?item=penalty-organisation&filename=penalties.csv"
    content = factories.penalties_csv("甲〔2026〕1号")

    first = client.post(address, content, content_type="text/csv", headers=headers).json()
    second = client.post(address, content, content_type="text/csv", headers=headers).json()

    assert (first["accepted"], second["accepted"], second["unchanged"]) == (1, 0, 1)


def test_a_submission_its_faults_and_rejected_rows_can_be_asked_for(client: Client):
    headers = factories.bearer(factories.client_of())
    number = hand_in(client, headers, factories.penalties_csv("")).json()["submission"]

    assert client.get(f"{SUBMISSIONS}/{number}", headers=headers).json()["rejected"] == 1
    assert client.get(f"{SUBMISSIONS}/{number}/faults", headers=headers).json()["total"] == 1
    assert client.get(f"{SUBMISSIONS}/{number}/rejected.xlsx", headers=headers).content[:2] == b"PK"


def test_rows_without_a_code_are_counted_with_the_way_to_what_became_of_each(client: Client, tmp_path: Path):
    register(tmp_path)
    number, _rows = handed_in(tmp_path, honour(1), honour(2, SUBJECT_NAME="南宁恒风建筑工程（虚构）"))
    headers = factories.bearer(factories.client_of())

    told = client.get(f"{SUBMISSIONS}/{number}", headers=headers).json()
    rows = client.get(told["waiting_rows"], headers=headers, data={"size": 1}).json()
    more = client.get(rows["next"], headers=headers).json()

    assert (told["waiting"], rows["total"]) == (2, 2)
    assert [(r["row"], r["state"], bool(r["code"])) for r in rows["items"] + more["items"]] == [
        (1, "tied", True),
        (2, "waiting", False),
    ]


@pytest.mark.parametrize("ending", ["", "/faults", "/rejected.xlsx", "/waiting"])
def test_another_organisation_sees_nothing_of_it(client: Client, ending: str):
    headers = factories.bearer(factories.client_of())
    number = hand_in(client, headers, factories.penalties_csv("")).json()["submission"]
    stranger = factories.bearer(factories.client_of(factories.APPROVAL_BUREAU))

    assert client.get(f"{SUBMISSIONS}/{number}{ending}", headers=stranger).status_code == 404
    assert client.get(f"{SUBMISSIONS}/{number}{ending}").status_code == 401


def test_a_stranger_is_asked_for_a_token_and_nothing_is_stored(client: Client):
    response = hand_in(client, {}, factories.penalties_csv("甲〔2026〕1号"))

    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="chengxin"')
    assert (Submission.objects.count(), Record.objects.count()) == (0, 0)


def test_a_token_without_the_scope_is_refused_and_nothing_is_stored(client: Client):
    response = hand_in(
        client, factories.bearer(factories.client_of(), "read"), factories.penalties_csv("甲〔2026〕1号")
    )

    assert (response.status_code, response.json()["code"]) == (403, "insufficient-scope")
    assert Submission.objects.count() == 0


def test_a_client_cannot_get_a_scope_that_it_was_not_given(client: Client):
    made = factories.client_of(factories.MARKET_SUPERVISION, Scope.READ)

    response = client.post(
        "/oauth/token/",
        {
            "grant_type": "client_credentials",
            "client_id": made.client_id,
            "client_secret": made.client_secret,
            "scope": "submit",
        },
    )

    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")


def test_an_unreadable_file_is_a_problem_with_a_hint(client: Client):
    response = hand_in(client, factories.bearer(factories.client_of()), b"a,b\n1,2\n")

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert {"code", "title", "detail", "hint"} <= response.json().keys()
    assert Submission.objects.count() == 0


def test_an_unknown_item_is_not_found(client: Client):
    response = hand_in(client, factories.bearer(factories.client_of()), factories.penalties_csv("1"), item="religion")

    assert (response.status_code, response.json()["code"]) == (404, "unknown-item")


def test_a_form_without_a_file_says_where_it_is_wrong(client: Client):
    response = client.post(
        SUBMISSIONS, {"item": "penalty-organisation"}, headers=factories.bearer(factories.client_of())
    )

    assert response.status_code == 422
    assert response.json()["errors"] == [{"pointer": "#/body/file", "detail": "Field required"}]
