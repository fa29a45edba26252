"""The second factor: RFC 6238, replay, recovery, and signing in with it."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengxin.base import clock
from chengxin.base.audit import queries as audit
from chengxin.faces.workbench.tests.factories import person
from chengxin.registry.accounts import second_factor
from chengxin.registry.accounts.errors import CodeWrong, FactorSet, TooManyAttempts
from chengxin.registry.accounts.models import Authenticator, RecoveryCode, User
from chengxin.registry.accounts.rules import Role, totp_code, totp_step
from chengxin.registry.accounts.tests.factories import NOON, PASSWORD, user

RFC_SECRET = b"12345678901234567890"
HERE = "127.0.0.1"


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)  # RFC 6238 appendix B, the last six of eight digits
def test_codes_are_those_of_the_standard(second: int, code: str):
    assert totp_code(RFC_SECRET, second // 30) == code
    assert totp_step(RFC_SECRET, code, at=datetime.fromtimestamp(second, tz=UTC), after=0) == second // 30


def test_a_code_is_taken_one_step_late_and_not_two_and_never_again():
    code = totp_code(RFC_SECRET, int(NOON.timestamp()) // 30)
    step = totp_step(RFC_SECRET, code, at=NOON + timedelta(seconds=30), after=0)

    assert step is not None
    assert totp_step(RFC_SECRET, code, at=NOON + timedelta(seconds=60), after=0) is None
    assert totp_step(RFC_SECRET, code, at=NOON, after=step) is None


def code_of(secret: str, at: datetime) -> str:
    return totp_code(base64.b32decode(secret), int(at.timestamp()) // 30)


def set_up(person: User, at: datetime = NOON) -> tuple[str, list[str]]:
    secret = second_factor.begin_authenticator(person.pk, at=at)
    return secret, second_factor.confirm_authenticator(person.pk, code_of(secret, at), at=at)


@pytest.mark.django_db
def test_the_secret_is_sealed_and_recovery_codes_are_hashed():
    wei = user()
    secret, codes = set_up(wei)

    assert secret not in Authenticator.objects.get().secret
    kept = [bytes(r.code_hash) for r in RecoveryCode.objects.all()]
    assert (len(codes), len(kept)) == (10, 10)
    assert not any(c.replace("-", "").encode() in k for c in codes for k in kept)


@pytest.mark.django_db
def test_the_same_code_is_refused_the_second_time():
    wei = user()
    secret, _ = set_up(wei)
    later = NOON + timedelta(minutes=5)
    second_factor.check(wei.pk, code_of(secret, later), address=HERE, at=later)

    with pytest.raises(CodeWrong):
        second_factor.check(wei.pk, code_of(secret, later), address=HERE, at=later)
    assert audit.entries(size=1).entries[0].action == "accounts.second_factor_failed"


@pytest.mark.django_db
def test_a_recovery_code_works_once():
    wei = user()
    _, codes = set_up(wei)
    second_factor.check(wei.pk, codes[0].lower(), address=HERE, at=NOON)

    with pytest.raises(CodeWrong):
        second_factor.check(wei.pk, codes[0], address=HERE, at=NOON)


@pytest.mark.django_db
def test_wrong_codes_are_limited_and_then_a_right_one_is_refused_too():
    wei = user()
    _, codes = set_up(wei)
    for _ in range(5):
        with pytest.raises(CodeWrong):
            second_factor.check(wei.pk, "000000x", address=HERE, at=NOON)

    with pytest.raises(TooManyAttempts):
        second_factor.check(wei.pk, codes[0], address=HERE, at=NOON)


@pytest.mark.django_db
def test_a_set_factor_is_not_replaced_without_taking_it_off():
    wei = user()
    _, codes = set_up(wei)

    with pytest.raises(FactorSet):
        second_factor.begin_authenticator(wei.pk, at=NOON)
    with pytest.raises(CodeWrong):
        second_factor.remove_authenticator(wei.pk, "wrong", address=HERE, at=NOON)
    assert Authenticator.objects.count() == 1
    second_factor.remove_authenticator(wei.pk, codes[1], address=HERE, at=NOON)
    assert (Authenticator.objects.count(), RecoveryCode.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(client: Client, language: str):
    wei = user()
    _, codes = set_up(wei, clock.now())
    given = {"username": "wei", "password": PASSWORD}

    response = client.post(reverse("workbench:sign-in"), given)

    assert response["Location"] == reverse("workbench:sign-in-code")
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("workbench:security")).status_code == 302
    assert client.get(response["Location"], headers={"accept-language": language}).status_code == 200
    assert client.post(response["Location"], {"code": "123"}).status_code == 401
    assert client.post(response["Location"], {"code": codes[0]}).status_code == 302
    assert client.get(reverse("workbench:security")).status_code == 200


@pytest.mark.django_db
def test_the_second_step_alone_leads_back_to_the_first(client: Client):
    for method in (client.get, client.post):
        assert method(reverse("workbench:sign-in-code"))["Location"] == reverse("workbench:sign-in")


@pytest.mark.django_db
def test_a_person_turns_it_on_and_off_on_the_page(client: Client):
    client.force_login(person(Role.AUDITOR))
    secret = client.post(reverse("workbench:security-begin")).context["secret"]
    assert client.post(reverse("workbench:security-confirm"), {"code": "nothing"}).status_code == 401
    codes = client.post(reverse("workbench:security-confirm"), {"code": code_of(secret, clock.now())}).context["codes"]
    assert client.get(reverse("workbench:security")).context["has_factor"]

    assert client.post(reverse("workbench:security-remove"), {"code": "nothing"}).status_code == 401
    assert client.post(reverse("workbench:security-remove"), {"code": codes[0]}).status_code == 302
    assert not client.get(reverse("workbench:security")).context["has_factor"]


@pytest.mark.django_db
def test_staff_without_a_second_factor_reach_only_the_page_that_sets_it_where_it_is_required(client: Client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    officer = person(Role.AUDITOR)
    client.force_login(officer)

    assert client.get(reverse("workbench:audit"))["Location"] == reverse("workbench:security")
    assert client.get(reverse("workbench:security")).status_code == 200
    set_up(officer, clock.now())
    assert client.get(reverse("workbench:audit")).status_code == 200
