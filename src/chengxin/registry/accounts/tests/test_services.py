from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from chengxin.base.audit import queries as audit
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.identifiers.rules import is_credit_code
from chengxin.registry.accounts import queries, services
from chengxin.registry.accounts.errors import TooManyAttempts
from chengxin.registry.accounts.models import Appointment, Organisation, User
from chengxin.registry.accounts.policy import sign_in_limit
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.services import NotSignedIn
from chengxin.registry.accounts.tests.factories import (
    MARKET_SUPERVISION,
    NOON,
    PASSWORD,
    actor,
    appointed,
    entry,
    noon,
    user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
LIMIT = sign_in_limit(TODAY)
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
A_MINUTE = timedelta(minutes=1)
ADMINISTRATOR = actor(Role.ADMINISTRATOR)


def last_act() -> tuple[str, str]:
    entry = audit.entries(size=1).entries[0]
    return entry.action, entry.object


def fail(times: int, *, username: str = "wei", address: str = HERE, at=NOON) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            services.sign_in(username, "wrong", address=address, at=at)


def test_the_right_password_signs_in_and_is_noted():
    person = user()

    assert services.sign_in("wei", PASSWORD, address=HERE, at=NOON) == person
    assert last_act() == ("accounts.signed_in", "wei")


@pytest.mark.parametrize(("username", "password"), [("wei", "wrong"), ("nobody", PASSWORD), ("wei", "")])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(username, password):
    user()

    with pytest.raises(NotSignedIn) as refused:
        services.sign_in(username, password, address=HERE, at=NOON)

    assert refused.value.sentence == "用户名或密码不正确。"
    assert last_act() == ("accounts.sign_in_failed", username)


def test_someone_who_was_made_inactive_does_not_sign_in():
    person = user()
    person.is_active = False
    person.save()

    fail(1)


def test_a_person_without_a_password_does_not_sign_in_with_an_empty_one():
    user(password=None)

    for password in ("", "None", "!"):
        with pytest.raises(NotSignedIn):
            services.sign_in("wei", password, address=HERE, at=NOON)


def test_after_too_many_failures_even_the_right_password_waits():
    user()
    fail(LIMIT.failures)

    with pytest.raises(TooManyAttempts) as refused:
        services.sign_in("wei", PASSWORD, address=ELSEWHERE, at=NOON)

    assert f"{LIMIT.minutes} 分钟" in refused.value.sentence
    assert last_act() == ("accounts.sign_in_blocked", "wei")


def test_one_failure_fewer_does_not_block():
    person = user()
    fail(LIMIT.failures - 1)

    assert services.sign_in("wei", PASSWORD, address=HERE, at=NOON) == person


def test_the_block_ends_with_its_time_and_trying_again_does_not_prolong_it():
    person = user()
    fail(LIMIT.failures)
    with pytest.raises(TooManyAttempts):
        services.sign_in("wei", PASSWORD, address=HERE, at=NOON + (LIMIT.minutes - 1) * A_MINUTE)

    assert services.sign_in("wei", PASSWORD, address=HERE, at=NOON + LIMIT.minutes * A_MINUTE) == person


def test_an_address_that_tries_many_names_is_blocked_and_others_are_not():
    person = user()
    for number in range(LIMIT.failures_of_address):
        fail(1, username=f"guess-{number}")

    with pytest.raises(TooManyAttempts):
        services.sign_in("wei", PASSWORD, address=HERE, at=NOON)
    assert services.sign_in("wei", PASSWORD, address=ELSEWHERE, at=NOON) == person


@pytest.mark.parametrize(
    ("demo_mode", "is_demo", "signs_in"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_one_click_sign_in_is_for_demo_people_in_demo_mode_alone(settings, demo_mode, is_demo, signs_in):
    settings.DEMO = demo_mode
    person = user(is_demo=is_demo)

    if signs_in:
        assert services.sign_in_as_demo("wei", at=NOON) == person
        assert last_act() == ("accounts.signed_in", "wei")
    else:
        with pytest.raises(NotFound):
            services.sign_in_as_demo("wei", at=NOON)


def test_one_click_sign_in_finds_nobody_who_does_not_exist(settings):
    settings.DEMO = True

    with pytest.raises(NotFound):
        services.sign_in_as_demo("nobody", at=NOON)


def test_the_demo_has_a_person_for_every_role_in_an_organisation_and_makes_each_once():
    made = services.create_demo_people(at=NOON)
    again = services.create_demo_people(at=NOON)

    people = queries.demo_people()
    assert (made, again) == (len(people), 0)
    assert {p.role for p in people} == set(Role) - {Role.COMPANY_REPRESENTATIVE, Role.RESIDENT}


def test_demo_people_say_that_they_are_made_up_and_have_no_password():
    services.create_demo_people(at=NOON)

    for person in User.objects.filter(is_demo=True):
        assert "演示" in person.display_name_zh
        assert "demo" in person.display_name_en
        assert not person.has_usable_password()


def test_the_demos_own_organisations_have_well_formed_codes_and_say_that_they_are_fictional():
    for organisation in services.DEMO_ORGANISATIONS:
        assert is_credit_code(organisation.code)
        assert "虚构" in organisation.name_zh
        assert "fictional" in organisation.name_en


def test_an_administrator_appoints_and_the_act_is_noted():
    person = user()

    services.appoint(
        "wei", organisation_code=MARKET_SUPERVISION, role=Role.DEPARTMENT_OFFICER, valid_from=TODAY,
        by=ADMINISTRATOR, at=NOON,
    )  # fmt: skip

    assert queries.actor_of_user(person, at=noon(TODAY)).roles == {Role.DEPARTMENT_OFFICER}
    assert queries.actor_of_user(person, at=noon(TODAY - timedelta(days=1))) is None
    assert last_act() == ("accounts.appointed", "wei")


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_nobody_else_appoints_or_ends_and_nothing_changes(role):
    held = appointed(user(), Role.AUDITOR)
    before = audit.entries().total
    by = actor(role)

    with pytest.raises(NotPermitted):
        services.appoint(
            "wei", organisation_code=MARKET_SUPERVISION, role=Role.ADMINISTRATOR, valid_from=TODAY, by=by, at=NOON
        )
    with pytest.raises(NotPermitted):
        services.end_appointment(held.pk, on=TODAY, by=by, at=NOON)

    assert list(Appointment.objects.values_list("role", "valid_until")) == [("auditor", None)]
    assert audit.entries().total == before


@pytest.mark.parametrize(("username", "code"), [("nobody", MARKET_SUPERVISION), ("wei", "NOWHERE")])
def test_an_unknown_person_or_organisation_is_not_found(username, code):
    user()

    with pytest.raises(NotFound):
        services.appoint(
            username, organisation_code=code, role=Role.AUDITOR, valid_from=TODAY, by=ADMINISTRATOR, at=NOON
        )


def test_an_ended_appointment_no_longer_holds_on_the_day_it_ends():
    person = user()
    held = appointed(person, Role.AUDITOR, since=TODAY - timedelta(days=30))

    services.end_appointment(held.pk, on=TODAY, by=ADMINISTRATOR, at=NOON)

    assert queries.actor_of_user(person, at=noon(TODAY - timedelta(days=1))) is not None
    assert queries.actor_of_user(person, at=noon(TODAY)) is None
    with pytest.raises(NotFound):
        services.end_appointment(held.pk, on=TODAY, by=ADMINISTRATOR, at=NOON)


def test_an_appointment_that_ends_before_it_began_cannot_be_stored():
    with pytest.raises(IntegrityError, match="appointment_period"), transaction.atomic():
        appointed(user(), Role.AUDITOR, since=TODAY, until=TODAY)


def test_loading_the_profile_again_updates_what_is_known_and_removes_nothing():
    services.load_organisations([entry("A"), entry("B", "A")])
    before = Organisation.objects.count()

    services.load_organisations([entry("A"), entry("B", "", name_en="Renamed")])

    found = queries.organisation_by_code("B")
    assert (found.name_en, found.parent_code, Organisation.objects.count()) == ("Renamed", None, before)
