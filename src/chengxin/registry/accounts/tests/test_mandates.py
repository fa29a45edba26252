"""Who may act on whose behalf."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.errors import NotFound
from chengxin.registry.accounts import queries, services
from chengxin.registry.accounts.models import Mandate
from chengxin.registry.accounts.rules import MandateKind, Role, Scope
from chengxin.registry.accounts.services import SystemActor
from chengxin.registry.accounts.tests.factories import NOON, appointed, user

pytestmark = pytest.mark.django_db
COMPANY = "subject:91450100MA600001XX"


def given(username: str = "wei", *, about: str = COMPANY, scopes: frozenset[Scope] = frozenset(Scope)) -> int:
    return services.give_mandate(
        username, about=about, kind=MandateKind.REPRESENTATIVE, scopes=scopes, proof="test", by=SystemActor(), at=NOON
    )


def test_a_person_without_office_or_mandate_is_no_one_here():
    assert queries.actor_of_user(user(), at=NOON) is None


def test_a_representative_acts_on_behalf_of_the_company_from_the_moment_it_is_proved():
    person = user()
    given()

    actor = queries.actor_of_user(person, at=NOON)

    assert (actor.roles, actor.represents, actor.organisation_id) == ({Role.COMPANY_REPRESENTATIVE}, {COMPANY}, None)
    assert queries.actor_of_user(person, at=NOON - timedelta(seconds=1)) is None


def test_an_officer_who_also_represents_a_company_keeps_both_apart():
    person = user()
    office = appointed(person, Role.DEPARTMENT_OFFICER)
    given()

    actor = queries.actor_of_user(person, at=NOON)

    assert actor.roles == {Role.DEPARTMENT_OFFICER, Role.COMPANY_REPRESENTATIVE}
    assert actor.reaches == queries.reach_of(office.organisation_id)


def test_who_may_only_see_takes_no_step():
    person = user()
    given(scopes=frozenset({Scope.SEE}))

    actor = queries.actor_of_user(person, at=NOON)

    assert actor.represents == frozenset()
    assert actor.may_for(COMPANY, Scope.SEE)
    assert not actor.may_for("subject:another", Scope.SEE)


def test_a_right_that_is_held_is_not_given_twice():
    user()

    assert given() == given()
    assert Mandate.objects.count() == 1


def test_no_mandate_is_given_to_nobody():
    with pytest.raises(NotFound):
        given("nobody")


def test_the_application_cannot_rewrite_who_could_act_for_whom():
    user()
    mandate_id = given()

    with pytest.raises(ProgrammingError), transaction.atomic():
        Mandate.objects.filter(pk=mandate_id).update(about="subject:another")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Mandate.objects.filter(pk=mandate_id).delete()
