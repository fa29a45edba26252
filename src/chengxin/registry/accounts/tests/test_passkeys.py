"""Passkeys: registering, signing in with one, and what is refused."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.audit import queries as audit
from chengxin.base.errors import NotFound
from chengxin.registry.accounts import passkeys, queries, second_factor
from chengxin.registry.accounts.errors import (
    CodeWrong,
    NameWanted,
    PasskeyKnown,
    PasskeyRefused,
    TooManyAttempts,
)
from chengxin.registry.accounts.models import Passkey, RecoveryCode, SignInFailure, User
from chengxin.registry.accounts.rules import Method, counter_advances
from chengxin.registry.accounts.tests.device import Device
from chengxin.registry.accounts.tests.factories import NOON, user

HERE = "127.0.0.1"
LATER = NOON + timedelta(minutes=1)
counts = st.integers(min_value=0, max_value=2**32 - 1)


@given(kept=counts, given_count=counts)
def test_a_counter_goes_on_or_was_never_there(kept: int, given_count: int):
    assert counter_advances(kept, given_count) == (given_count > kept or (kept == 0 and given_count == 0))


def registered(person: User, device: Device, name: str = "办公室电脑") -> list[str]:
    options = passkeys.registration_options(person.pk, site="信用南宁")
    answer = device.create(options)
    return passkeys.register(person.pk, answer, name=name, challenge=passkeys.challenge_in(options), at=NOON)


def used(person: User, device: Device, **wrong: object) -> Method:
    options = passkeys.sign_in_options(person.pk)
    answer = device.get(options, **wrong)  # type: ignore[arg-type]
    return passkeys.check(person.pk, answer, challenge=passkeys.challenge_in(options), address=HERE, at=LATER)


@pytest.mark.django_db
def test_a_registered_passkey_is_a_second_factor_and_brings_recovery_codes():
    wei = user()
    assert not queries.has_second_factor(wei.pk)

    codes = registered(wei, Device())

    assert queries.has_second_factor(wei.pk)
    assert not queries.has_authenticator(wei.pk)
    assert len(codes) == 10
    assert second_factor.check(wei.pk, codes[0], address=HERE, at=LATER) is Method.RECOVERY_CODE


@pytest.mark.django_db
def test_a_second_passkey_leaves_the_recovery_codes_as_they_are():
    wei = user()
    registered(wei, Device())

    assert registered(wei, Device(), "手机") == []
    assert [p.name for p in queries.passkeys_of(wei.pk)] == ["办公室电脑", "手机"]
    assert RecoveryCode.objects.count() == 10


@pytest.mark.django_db
def test_each_use_moves_the_counter_and_the_time_of_the_last_use():
    wei, device = user(), Device()
    registered(wei, device)

    assert [used(wei, device), used(wei, device)] == [Method.PASSKEY, Method.PASSKEY]

    kept = Passkey.objects.get()
    assert (kept.sign_count, kept.used_at) == (2, LATER)


@pytest.mark.django_db
def test_a_device_without_a_counter_is_taken_again_and_again():
    wei, device = user(), Device(counts=False)
    registered(wei, device)

    assert used(wei, device) == used(wei, device)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"verified": False}])
def test_an_answer_from_elsewhere_or_without_the_person_is_refused_and_changes_nothing(wrong: dict[str, object]):
    wei, device = user(), Device()
    registered(wei, device)

    with pytest.raises(PasskeyRefused):
        used(wei, device, **wrong)

    kept = Passkey.objects.get()
    assert (kept.sign_count, kept.used_at) == (0, None)
    last = audit.entries(size=1).entries[0]
    assert (last.action, last.details["reason"]) == ("accounts.second_factor_failed", "invalid")
    assert SignInFailure.objects.count() == 1


@pytest.mark.django_db
def test_a_counter_that_goes_back_is_refused_as_a_copied_key():
    wei, device = user(), Device()
    registered(wei, device)
    used(wei, device)
    used(wei, device)
    device.count = 0

    with pytest.raises(PasskeyRefused):
        used(wei, device)

    assert Passkey.objects.get().sign_count == 2
    assert audit.entries(size=1).entries[0].details["reason"] == "counter"


@pytest.mark.django_db
def test_an_answer_to_another_question_and_another_persons_passkey_are_refused():
    wei, other, device = user(), user("lu"), Device()
    registered(wei, device)
    answer = device.get(passkeys.sign_in_options(wei.pk))
    fresh = passkeys.challenge_in(passkeys.sign_in_options(wei.pk))

    for person, challenge in ((wei, fresh), (wei, ""), (other, fresh)):
        with pytest.raises(PasskeyRefused):
            passkeys.check(person.pk, answer, challenge=challenge, address=HERE, at=LATER)


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["", "nothing", "{}", '{"id": 1}', "[]", "null"])
def test_nonsense_is_refused(answer: str):
    wei = user()
    registered(wei, Device())

    with pytest.raises(PasskeyRefused):
        passkeys.check(wei.pk, answer, challenge="AAAA", address=HERE, at=LATER)
    with pytest.raises(PasskeyRefused):
        passkeys.register(wei.pk, answer, name="x", challenge="AAAA", at=LATER)


@pytest.mark.django_db
def test_failures_of_passkeys_are_limited_together_with_codes():
    wei, device = user(), Device()
    registered(wei, device)
    for _ in range(3):
        with pytest.raises(PasskeyRefused):
            used(wei, device, verified=False)
    for _ in range(2):
        with pytest.raises(CodeWrong):
            second_factor.check(wei.pk, "000000", address=HERE, at=LATER)

    with pytest.raises(TooManyAttempts):
        used(wei, device)


@pytest.mark.django_db
def test_registering_from_elsewhere_unverified_twice_or_without_a_name_is_refused():
    wei, device = user(), Device()
    options = passkeys.registration_options(wei.pk, site="信用南宁")
    given_challenge = passkeys.challenge_in(options)

    for answer in (device.create(options, origin="https://evil.example"), device.create(options, verified=False)):
        with pytest.raises(PasskeyRefused):
            passkeys.register(wei.pk, answer, name="x", challenge=given_challenge, at=NOON)
    for name in ("", "  ", "长" * 61):
        with pytest.raises(NameWanted):
            passkeys.register(wei.pk, device.create(options), name=name, challenge=given_challenge, at=NOON)
    assert not Passkey.objects.exists()
    registered(wei, device)
    with pytest.raises(PasskeyKnown):
        registered(wei, device)


@pytest.mark.django_db
def test_removing_the_last_passkey_ends_the_second_factor_and_its_recovery_codes():
    wei = user()
    registered(wei, Device())
    registered(wei, Device(), "手机")
    first, second = (p.id for p in queries.passkeys_of(wei.pk))

    passkeys.remove(first, user_id=wei.pk, at=LATER)
    assert RecoveryCode.objects.count() == 10
    passkeys.remove(second, user_id=wei.pk, at=LATER)

    assert not queries.has_second_factor(wei.pk)
    assert not RecoveryCode.objects.exists()
    assert audit.entries(size=1).entries[0].action == "accounts.passkey_removed"


@pytest.mark.django_db
def test_nobody_names_or_removes_the_passkey_of_another():
    wei, other = user(), user("lu")
    registered(wei, Device())
    key = queries.passkeys_of(wei.pk)[0]

    with pytest.raises(NotFound):
        passkeys.rename(key.id, "我的", user_id=other.pk, at=LATER)
    with pytest.raises(NotFound):
        passkeys.remove(key.id, user_id=other.pk, at=LATER)

    assert queries.passkeys_of(wei.pk) == [key]
    passkeys.rename(key.id, "家里电脑", user_id=wei.pk, at=LATER)
    assert queries.passkeys_of(wei.pk)[0].name == "家里电脑"


@pytest.mark.django_db
def test_the_device_must_verify_the_person_and_learns_a_handle_that_is_always_the_same():
    wei = user()
    first, again = (json.loads(passkeys.registration_options(wei.pk, site="信用南宁")) for _ in range(2))

    assert first["authenticatorSelection"]["userVerification"] == "required"
    assert first["challenge"] != again["challenge"]
    assert first["user"] == again["user"]
    assert first["rp"]["id"] == "localhost"
