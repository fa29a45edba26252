"""Signing, refusing and withdrawing in My space, and who looked."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.casework.models import Case
from chengxin.faces.space.tests.factories import representative
from chengxin.registry.accounts.rules import Scope
from chengxin.rights.consent import policy, reading
from chengxin.rights.consent.errors import ConsentEnded
from chengxin.rights.consent.models import Consent, NoticeWish, Revocation
from chengxin.rights.consent.tests.factories import NAME, asked_today, bank, count, everything, penalised

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


@pytest.fixture
def mandate(client: Client, about: str) -> int:
    user, mandate_id = representative(about=about)
    client.force_login(user)
    return mandate_id


def signed(client: Client, mandate: int, request_id: int, **changed: str):
    given = {"signed_by": NAME, "agrees": "1", "wording": policy.wording_on(clock.today()).version} | changed
    return client.post(reverse("space:consent-request", args=[mandate, request_id]), given)


def queried(request_id: int) -> None:
    reading.authorised_read(request_id, by=bank(), door=reading.SCREEN, at=clock.now())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_subject_reads_who_asks_for_what_before_signing(client, mandate, about, language):
    request_id = asked_today(about)

    listed = client.get(reverse("space:consents", args=[mandate]), headers={"accept-language": language})
    shown = client.get(
        reverse("space:consent-request", args=[mandate, request_id]), headers={"accept-language": language}
    )

    assert [x["row"].id for x in listed.context["waiting"]] == [request_id]
    assert policy.wording_on(clock.today()).version in shown.content.decode()


def test_a_signature_gives_a_receipt_to_keep_and_one_click_withdraws(client, mandate, about):
    request_id = asked_today(about)
    assert signed(client, mandate, request_id).status_code == 302

    file = client.get(reverse("space:consent-receipt", args=[mandate, request_id]))
    assert json.loads(file.content)["processing"]["purposes"][0]["purpose"] == "loan"
    queried(request_id)

    client.post(reverse("space:consent-revoke", args=[mandate, request_id]))
    assert count(Revocation) == 1
    with pytest.raises(ConsentEnded):
        queried(request_id)


@pytest.mark.parametrize("changed", [{"agrees": ""}, {"signed_by": " "}])
def test_what_is_not_signed_does_not_count(client, mandate, about, changed):
    response = signed(client, mandate, asked_today(about), **changed)

    assert response.status_code == 422
    assert count(Consent) == 0


def test_a_refusal_leaves_nothing_to_query(client, mandate, about):
    request_id = asked_today(about)
    client.post(reverse("space:consent-request", args=[mandate, request_id]), {"answer": "refuse"})

    assert count(Consent) == 0
    assert len(client.get(reverse("space:consents", args=[mandate])).context["past"]) == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_who_looked_is_listed_filtered_and_exported(client, mandate, about, language):
    request_id = asked_today(about)
    signed(client, mandate, request_id)
    queried(request_id)
    address, language_header = reverse("space:looked", args=[mandate]), {"accept-language": language}

    assert client.get(address, headers=language_header).context["page"].total == 1
    assert client.get(address, {"purpose": "cooperation"}).context["page"].total == 0
    assert client.get(address, {"until": "2020-01-01", "since": "nonsense"}).context["page"].total == 0
    lines = client.get(reverse("space:looked-csv", args=[mandate])).getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2


def test_notices_are_wished_for_and_a_read_is_complained_about(client, mandate, about):
    request_id = asked_today(about)
    signed(client, mandate, request_id)
    client.post(reverse("space:looked-wish", args=[mandate]), {"wanted": "1"})
    queried(request_id)
    row = client.get(reverse("space:looked", args=[mandate])).context["page"].rows[0]["row"]
    form = reverse("space:looked-complaint", args=[mandate, row.id])

    assert client.post(form, {"statement": " "}).status_code == 422
    response = client.post(form, {"statement": "没有申请过贷款（虚构）"})

    with everything():
        assert NoticeWish.objects.get().wanted
    case = Case.objects.get(procedure="access-complaint")
    assert response["Location"] == reverse("space:case", args=[mandate, case.pk])
    assert client.get(response["Location"]).status_code == 200


def test_a_mandate_to_see_alone_signs_and_complains_of_nothing(client, about):
    user, mandate = representative(username="wei", about=about, scopes=frozenset({Scope.SEE}))
    client.force_login(user)
    request_id = asked_today(about)

    assert signed(client, mandate, request_id).status_code == 403
    assert client.post(reverse("space:consent-revoke", args=[mandate, request_id])).status_code == 403
    assert count(Consent) == 0
    assert client.get(reverse("space:looked", args=[mandate])).status_code == 200


def test_a_request_to_someone_else_is_not_there(client, mandate):
    request_id = asked_today("person:999999")

    assert client.get(reverse("space:consent-request", args=[mandate, request_id])).status_code == 404
