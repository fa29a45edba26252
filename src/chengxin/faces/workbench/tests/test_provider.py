"""Signing in through the identity provider, with the real peer over HTTP; and whatever it refuses."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.audit import queries as audit
from chengxin.base.oidc.client import _place
from chengxin.faces.workbench.views.provider import ATTEMPT
from chengxin.project.tests.peer import COMPANIES, Peer, answer_at, running_provider
from chengxin.registry.accounts import passkeys, queries
from chengxin.registry.accounts.models import ProviderIdentity, SignInFailure, User
from chengxin.registry.accounts.tests.device import Device
from chengxin.registry.accounts.tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with running_provider(tmp_path_factory.mktemp("provider")) as peer:
        yield peer


@pytest.fixture
def peer(running: Peer, settings: Any) -> Peer:
    settings.IDENTITY_PROVIDER = running.settings
    return running


def left(client: Client, then: str = "") -> str:
    """The address to which the sign-in page sends the browser."""
    response = client.get(reverse("workbench:sign-in-provider"), {"next": then} if then else {})
    assert response.status_code == 302
    return str(response["Location"])


def back(client: Client, answer: dict[str, str]) -> Any:
    return client.get(reverse("workbench:sign-in-provider-back"), answer)


def refused(client: Client, answer: dict[str, str]) -> tuple[int, str]:
    """The status of a refusal, and the reason in the audit chain; nobody is signed in and nobody was made."""
    response = back(client, answer)
    assert "_auth_user_id" not in client.session
    assert not ProviderIdentity.objects.exists()
    last = audit.entries(size=1).entries[0]
    assert last.action == "accounts.provider_refused"
    return response.status_code, str(last.details["reason"])


def test_a_representative_signs_in_and_lands_where_they_wanted_to_go(client: Client, peer: Peer):
    wanted = reverse("space:choose")

    response = back(client, answer_at(left(client, wanted), "company"))

    assert response["Location"] == wanted
    one = User.objects.get(provider_identity__issuer=peer.client.issuer)
    held = {m.about for m in queries.mandates_of(one.pk, at=clock.now())}
    assert held == {f"subject:{code}" for code, _name in COMPANIES}
    page = client.get(wanted)
    assert page.status_code == 200
    last = audit.entries(size=1).entries[0]
    assert (last.action, last.details["method"], last.actor) == ("accounts.signed_in", "provider", one.username)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_someone_whom_the_registry_does_not_know_is_told_so(client: Client, peer: Peer, language: str):
    response = back(client, answer_at(left(client), "resident"))

    page = client.get(response["Location"], headers={"accept-language": language})

    assert page.status_code == 403
    username = User.objects.get(provider_identity__isnull=False).username
    assert username in page.content.decode()
    assert client.get(reverse("space:accept")).status_code == 200


def test_another_state_is_refused(client: Client, peer: Peer):
    answer = answer_at(left(client), "company")

    assert refused(client, answer | {"state": "another"}) == (400, "attempt-unknown")
    assert refused(client, answer) == (400, "attempt-unknown")  # an attempt is good for one answer
    assert SignInFailure.objects.count() == 1


def test_an_answer_in_another_browser_is_refused(client: Client, peer: Peer):
    answer = answer_at(left(client), "company")

    assert refused(Client(), answer) == (400, "attempt-unknown")
    assert SignInFailure.objects.count() == 0


def test_another_nonce_is_refused(client: Client, peer: Peer):
    answer = answer_at(left(client), "company")
    session = client.session
    session[ATTEMPT] = session[ATTEMPT] | {"nonce": "another"}
    session.save()

    assert refused(client, answer) == (401, "statement-invalid")


def test_another_verifier_is_refused_by_the_provider(client: Client, peer: Peer):
    answer = answer_at(left(client), "company")
    session = client.session
    session[ATTEMPT] = session[ATTEMPT] | {"verifier": "v" * 50}
    session.save()

    assert refused(client, answer) == (401, "code-refused")


def test_a_code_that_was_used_is_refused_by_the_provider(client: Client, peer: Peer):
    answer = answer_at(left(client), "company")
    back(client, answer)
    other = Client()
    left(other)
    state = other.session[ATTEMPT]["state"]

    response = back(other, answer | {"state": state})

    assert response.status_code == 401
    assert "_auth_user_id" not in other.session
    assert audit.entries(size=1).entries[0].details["reason"] == "code-refused"


def test_who_refuses_at_the_provider_is_not_signed_in(client: Client, peer: Peer):
    assert refused(client, answer_at(left(client), "company", agree=False)) == (403, "provider-declined")


def test_an_answer_after_too_long_is_refused(client: Client, peer: Peer):
    answer = answer_at(left(client), "company")
    session = client.session
    begun = session[ATTEMPT]["begun_at"] - timedelta(minutes=11).total_seconds()
    session[ATTEMPT] = session[ATTEMPT] | {"begun_at": begun}
    session.save()

    assert refused(client, answer) == (400, "attempt-unknown")


def test_a_statement_out_of_date_is_refused(client: Client, settings: Any, tmp_path: Any):
    with running_provider(tmp_path, token_seconds=-600) as late:
        settings.IDENTITY_PROVIDER = late.settings
        assert refused(client, answer_at(left(client), "company")) == (401, "statement-invalid")


def test_a_statement_that_another_provider_signed_is_refused(client: Client, peer: Peer, tmp_path: Any):
    answer = answer_at(left(client), "company")
    with running_provider(tmp_path) as other:  # whose keys stand where those of the first should
        document = cache.get(_place("document", peer.client.issuer))
        cache.delete(_place("keys", peer.client.issuer))
        cache.set(_place("document", peer.client.issuer), document | {"jwks_uri": f"{other.client.issuer}/keys"}, 60)
        try:
            assert refused(client, answer) == (401, "statement-invalid")
        finally:
            for kind in ("document", "keys"):
                cache.delete(_place(kind, peer.client.issuer))


def test_a_provider_that_does_not_answer_is_said_to_be_unreachable_and_costs_nobody_an_attempt(
    client: Client, settings: Any, tmp_path: Any
):
    with running_provider(tmp_path) as gone:
        settings.IDENTITY_PROVIDER = gone.settings
        answer = answer_at(left(client), "company")

    assert refused(client, answer) == (503, "provider-unreachable")
    cache.delete(_place("document", gone.client.issuer))
    page = client.get(reverse("workbench:sign-in-provider"))
    assert page.status_code == 503
    assert SignInFailure.objects.count() == 0


def test_a_provider_that_changed_its_key_is_believed_at_once(client: Client, peer: Peer):
    answer = answer_at(left(client), "company")
    cache.set(_place("keys", peer.client.issuer), {"keys": []}, 60)

    assert back(client, answer).status_code == 302


def test_too_many_refusals_close_the_way_for_this_address(client: Client, peer: Peer):
    now = clock.now()
    SignInFailure.objects.bulk_create([SignInFailure(username="", address="127.0.0.1", at=now) for _ in range(30)])

    assert client.get(reverse("workbench:sign-in-provider")).status_code == 429
    assert back(client, {"code": "c", "state": "s"}).status_code == 429
    assert client.post(reverse("workbench:sign-in"), {"username": "x", "password": "y"}).status_code == 429


def test_who_set_a_second_factor_gives_it_after_the_provider_too(client: Client, peer: Peer):
    back(client, answer_at(left(client), "company"))
    one = User.objects.get(provider_identity__isnull=False)
    options = passkeys.registration_options(one.pk, site="x")
    device = Device()
    passkeys.register(one.pk, device.create(options), name="k", challenge=passkeys.challenge_in(options), at=NOON)
    later = Client()

    response = back(later, answer_at(left(later), "company"))

    assert response["Location"] == reverse("workbench:sign-in-code")
    assert "_auth_user_id" not in later.session
    asked = later.get(response["Location"]).context["options"]
    assert later.post(response["Location"], {"answer": device.get(asked)}).status_code == 302
    last = audit.entries(size=1).entries[0]
    assert (last.details["method"], last.details["second_factor"]) == ("provider", "passkey")


def test_nobody_is_sent_anywhere_but_to_this_site_afterwards(client: Client, peer: Peer):
    response = back(client, answer_at(left(client, "https://evil.example/"), "company"))

    assert response["Location"] == reverse("workbench:home")


def test_without_a_provider_there_is_no_button_and_no_way(client: Client, settings: Any):
    settings.IDENTITY_PROVIDER = {"issuer": "", "client_id": "", "client_secret": ""}

    assert reverse("workbench:sign-in-provider") not in client.get(reverse("workbench:sign-in")).content.decode()
    assert client.get(reverse("workbench:sign-in-provider")).status_code == 404
    assert client.get(reverse("workbench:sign-in-provider-back")).status_code == 404


def test_the_provider_is_to_ask_who_is_there_though_it_remembers_someone(client: Client, peer: Peer):
    asked = dict(parse_qsl(urlsplit(left(client)).query))

    assert asked["prompt"] == "login"
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


def test_the_button_keeps_where_one_wanted_to_go(client: Client, peer: Peer):
    page = client.get(reverse("workbench:sign-in"), {"next": "/my/?a=1&b=2"}).content.decode()

    assert f"{reverse('workbench:sign-in-provider')}?next=%2Fmy%2F%3Fa%3D1%26b%3D2" in page
