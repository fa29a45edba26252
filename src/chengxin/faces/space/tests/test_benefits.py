"""A resident asks, signs, sees every input and withdraws, on pages that nobody else can open."""

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.evaluation.persons import policy
from chengxin.evaluation.persons.tests.factories import OFFER, honoured
from chengxin.faces.space.tests.factories import representative
from chengxin.registry.accounts.rules import MandateKind, Scope
from chengxin.registry.accounts.services import SystemActor, give_mandate
from chengxin.registry.accounts.tests.factories import NOON, user
from chengxin.rights.consent import policy as consent
from chengxin.rights.consent.models import Request
from chengxin.rights.consent.tests.factories import NAME, count

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(tmp_path) -> str:
    return honoured(tmp_path)


@pytest.fixture
def mandate(client: Client, about: str) -> int:
    someone = user("resident")
    client.force_login(someone)
    return give_mandate(
        "resident", about=about, kind=MandateKind.SELF, scopes=frozenset(Scope), proof="test", by=SystemActor(), at=NOON
    )


def signed(client: Client, mandate: int, **changed: str):
    today = clock.today()
    given = {
        "notice": policy.notice_on(today).version, "has_read": "1", "wording": consent.wording_on(today).version,
        "agrees": "1", "signed_by": NAME,
    } | changed  # fmt: skip
    return client.post(reverse("space:benefit", args=[mandate, OFFER]), given)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_resident_reads_the_notice_signs_and_sees_what_is_open_and_why(client, mandate, language):
    spoken = {"accept-language": language}
    before = client.get(reverse("space:benefit", args=[mandate, OFFER]), headers=spoken)
    assert not before.context["line"]["row"].inputs

    assert signed(client, mandate).status_code == 302

    shown = client.get(reverse("space:benefit", args=[mandate, OFFER]), headers=spoken)
    (record,) = shown.context["line"]["row"].inputs
    assert shown.context["line"]["opened"] == 1
    assert reverse("space:dispute", args=[mandate, record.natural_key]) in shown.content.decode()
    assert client.get(reverse("space:benefits", args=[mandate]), headers=spoken).status_code == 200


@pytest.mark.parametrize("left_out", ["has_read", "agrees", "signed_by"])
def test_what_was_not_read_or_signed_is_said_and_nothing_is_kept(client, mandate, left_out):
    response = signed(client, mandate, **{left_out: ""})

    assert response.status_code in {409, 422}
    assert [e.field for e in response.context["errors"]] == [left_out]
    assert count(Request) == 0


def test_withdrawing_takes_one_click_and_leaves_nothing(client, mandate):
    signed(client, mandate)

    client.post(reverse("space:benefit-again", args=[mandate, OFFER]))
    client.post(reverse("space:benefit-withdraw", args=[mandate, OFFER]))

    assert client.get(reverse("space:benefits", args=[mandate])).context["lines"][0]["opened"] == 0
    assert "本人已撤回" in client.get(reverse("space:consents", args=[mandate])).content.decode()


def test_a_delegate_and_a_company_find_nothing_there(client, about):
    someone, representing = representative(username="company")
    client.force_login(someone)
    assert client.get(reverse("space:benefits", args=[representing])).status_code == 404
    someone, delegated = representative(username="another", about=about)
    client.force_login(someone)

    assert client.get(reverse("space:benefit", args=[delegated, OFFER])).status_code in {403, 404}
    assert signed(client, delegated).status_code in {403, 404}
    assert count(Request) == 0
