"""Passkeys on the pages: registering, the second step of signing in, and proving oneself before changes."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base.audit import queries as audit
from chengxin.faces.workbench.ceremonies import PROVED
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import queries
from chengxin.registry.accounts.models import Passkey, User
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.tests.device import Device
from chengxin.registry.accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = reverse("workbench:passkeys")
REGISTER = reverse("workbench:passkey-register")
PROVE = reverse("workbench:security-prove")
CODE = reverse("workbench:sign-in-code")


@pytest.fixture
def officer() -> User:
    return person(Role.DEPARTMENT_OFFICER, username="officer-with-password")


def register(client: Client, device: Device, name: str = "办公室电脑") -> list[str]:
    """Register on the page; returns the recovery codes that it shows."""
    options = client.get(PAGE).context["options"]
    response = client.post(REGISTER, {"name": name, "answer": device.create(options)})
    if response.status_code == 302:
        return []
    return list(response.context["codes"])


def first_step(client: Client) -> None:
    response = client.post(reverse("workbench:sign-in"), {"username": "officer-with-password", "password": PASSWORD})
    assert response["Location"] == CODE


def test_an_officer_registers_a_passkey_and_signs_in_with_it(client: Client, officer: User):
    client.force_login(officer)
    device = Device()
    assert len(register(client, device)) == 10

    later = Client()
    first_step(later)
    assert later.get(reverse("workbench:home")).status_code == 302  # not yet
    page = later.get(CODE)
    assert "data-passkey" in page.content.decode()
    answer = device.get(page.context["options"])
    assert html.escape(page.context["options"]) in page.content.decode()
    assert later.post(CODE, {"answer": answer})["Location"] == reverse("workbench:home")

    assert later.get(reverse("workbench:home")).status_code == 200
    last = audit.entries(size=1).entries[0]
    assert (last.details["method"], last.details["second_factor"]) == ("password", "passkey")


def test_the_same_answer_is_taken_once(client: Client, officer: User):
    client.force_login(officer)
    device = Device(counts=False)
    register(client, device)
    later = Client()
    first_step(later)
    answer = device.get(later.get(CODE).context["options"])
    later.post(CODE, {"answer": answer})
    another = Client()
    first_step(another)
    another.get(CODE)

    refused = another.post(CODE, {"answer": answer})

    assert refused.status_code == 401
    assert "_auth_user_id" not in another.session


def test_a_refused_answer_brings_a_fresh_question_and_the_way_by_code(client: Client, officer: User):
    client.force_login(officer)
    device = Device()
    codes = register(client, device)
    later = Client()
    first_step(later)
    before = later.get(CODE).context["options"]

    refused = later.post(CODE, {"answer": device.get(before, origin="https://evil.example")})

    assert refused.status_code == 401
    assert refused.context["options"] != before
    assert later.post(CODE, {"code": codes[0]}).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_passkeys_are_changed_only_after_a_recent_proof(client: Client, officer: User, language: str):
    client.force_login(officer)
    device = Device()
    register(client, device)
    session = client.session
    session[PROVED] -= timedelta(minutes=11).total_seconds()
    session.save()
    key = Passkey.objects.get()
    named, gone = (reverse(f"workbench:passkey-{act}", args=[key.pk]) for act in ("rename", "remove"))

    for response in (
        client.get(PAGE),
        client.post(REGISTER, {"name": "x", "answer": "x"}),
        client.post(named, {"name": "x"}),
        client.post(gone),
        client.post(reverse("workbench:security-begin")),
    ):
        assert response["Location"].startswith(PROVE)
    assert [p.name for p in queries.passkeys_of(officer.pk)] == ["办公室电脑"]

    page = client.get(PROVE, headers={"accept-language": language})
    assert client.post(PROVE, {"code": "000000"}).status_code == 401
    page = client.get(PROVE)
    assert client.post(PROVE, {"answer": device.get(page.context["options"])})["Location"] == PAGE
    assert client.post(named, {"name": ""}).status_code == 422
    assert client.post(named, {"name": "家里电脑"}).status_code == 302
    assert client.get(PAGE, headers={"accept-language": language}).context["passkeys"][0].name == "家里电脑"
    assert client.post(gone).status_code == 302
    assert not Passkey.objects.exists()


def test_the_proof_leads_back_to_where_the_authenticator_is_set_up(client: Client, officer: User):
    client.force_login(officer)
    codes = register(client, Device())
    session = client.session
    del session[PROVED]
    session.save()

    place = client.post(reverse("workbench:security-begin"))["Location"]

    assert client.post(place, {"code": codes[0]})["Location"] == reverse("workbench:security")
    assert client.post(reverse("workbench:security-begin")).context["secret"]


def test_another_persons_passkey_is_not_there(client: Client, officer: User):
    client.force_login(officer)
    register(client, Device())
    key = Passkey.objects.get()
    other = Client()
    other.force_login(person(Role.AUDITOR))

    assert other.post(reverse("workbench:passkey-remove", args=[key.pk])).status_code == 404
    assert other.post(reverse("workbench:passkey-rename", args=[key.pk]), {"name": "x"}).status_code == 404
    assert Passkey.objects.get().name == "办公室电脑"


def test_a_registration_without_a_name_or_with_nonsense_says_so(client: Client, officer: User):
    client.force_login(officer)
    options = client.get(PAGE).context["options"]

    assert client.post(REGISTER, {"name": "", "answer": Device().create(options)}).status_code == 422
    assert client.post(REGISTER, {"name": "x", "answer": "nothing"}).status_code == 401
    assert not Passkey.objects.exists()


def test_a_passkey_is_second_factor_enough_where_one_is_required(client: Client, officer: User, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(officer)
    assert client.get(reverse("workbench:hand-in"))["Location"] == reverse("workbench:security")

    register(client, Device())

    assert client.get(reverse("workbench:hand-in")).status_code == 200


def test_who_was_closed_out_between_the_steps_does_not_come_in(client: Client, officer: User):
    client.force_login(officer)
    codes = register(client, Device())
    later = Client()
    first_step(later)
    User.objects.filter(pk=officer.pk).update(is_active=False)

    assert later.post(CODE, {"code": codes[0]}).status_code == 401
    assert "_auth_user_id" not in later.session


def test_attempts_are_counted_by_the_address_behind_the_proxy(client: Client, officer: User, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(30):
        client.post(
            reverse("workbench:sign-in"),
            {"username": f"nobody-{number}", "password": "x"},
            headers={"x-forwarded-for": "203.0.113.9, 198.51.100.7"},
        )
    given = {"username": "officer-with-password", "password": PASSWORD}

    there = client.post(reverse("workbench:sign-in"), given, headers={"x-forwarded-for": "198.51.100.7"})
    elsewhere = client.post(reverse("workbench:sign-in"), given, headers={"x-forwarded-for": "198.51.100.8"})
    nonsense = client.post(reverse("workbench:sign-in"), given, headers={"x-forwarded-for": "nothing"})

    assert (there.status_code, elsewhere.status_code, nonsense.status_code) == (429, 302, 302)
