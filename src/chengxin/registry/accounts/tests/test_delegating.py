"""Delegation to colleagues: what can be given, to whom, until when, and how it ends."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.audit import queries as audit
from chengxin.base.errors import NotFound
from chengxin.registry.accounts import delegating, queries
from chengxin.registry.accounts.errors import (
    AlreadyHeld,
    EndNotAllowed,
    InvitationNotValid,
    NoSuchColleague,
    NotDelegable,
    ScopesNotHeld,
)
from chengxin.registry.accounts.models import Invitation, Mandate, User
from chengxin.registry.accounts.rules import Actor, MandateKind, Scope
from chengxin.registry.accounts.tests.factories import NOON, user
from chengxin.registry.accounts.tests.test_mandates import COMPANY, given

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=30)
SEE = frozenset({Scope.SEE})


def acting(person: User) -> Actor:
    return queries.actor_of_user(person, at=NOON) or Actor(person.username, None, "", frozenset(), user_id=person.pk)


@pytest.fixture
def wei() -> Actor:
    person = user("wei")
    given("wei")
    return acting(person)


def test_a_colleague_acts_with_the_given_scope_until_the_given_moment(wei: Actor):
    colleague = user("nong")

    made = delegating.delegate(wei.mandates[0].id, username="nong", scopes=SEE, until=LATER, by=wei, at=NOON)

    held = queries.mandates_of(colleague.pk, at=NOON)
    assert [(m.id, m.kind, m.scopes, m.valid_until) for m in held] == [(made, MandateKind.DELEGATE, SEE, LATER)]
    assert queries.mandates_of(colleague.pk, at=LATER) == ()


def test_no_more_is_given_than_is_held():
    person = user("wei")
    user("nong")
    mandate = given("wei", scopes=SEE)

    for scopes in (frozenset(Scope), frozenset[Scope]()):
        with pytest.raises(ScopesNotHeld):
            delegating.delegate(mandate, username="nong", scopes=scopes, until=LATER, by=acting(person), at=NOON)
    assert Mandate.objects.count() == 1


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_delegation_ends_after_now_and_within_policy(wei: Actor, days: int):
    user("nong")
    until = NOON + timedelta(days=days)

    with pytest.raises(EndNotAllowed):
        delegating.delegate(wei.mandates[0].id, username="nong", scopes=SEE, until=until, by=wei, at=NOON)
    assert Mandate.objects.count() == 1


@pytest.mark.parametrize("username", ["wei", "nobody", ""])
def test_one_delegates_to_another_person_who_exists(wei: Actor, username: str):
    with pytest.raises(NoSuchColleague):
        delegating.delegate(wei.mandates[0].id, username=username, scopes=SEE, until=LATER, by=wei, at=NOON)


def test_a_delegate_delegates_no_further_and_nobody_under_a_mandate_of_others(wei: Actor):
    nong, su = user("nong"), user("su")
    made = delegating.delegate(wei.mandates[0].id, username="nong", scopes=SEE, until=LATER, by=wei, at=NOON)

    with pytest.raises(NotDelegable):
        delegating.delegate(made, username="su", scopes=SEE, until=LATER, by=acting(nong), at=NOON)
    with pytest.raises(NotFound):
        delegating.invite(wei.mandates[0].id, scopes=SEE, until=LATER, by=acting(su), at=NOON)
    assert Mandate.objects.count() == 2


def test_nobody_is_given_what_they_hold_already(wei: Actor):
    user("nong")
    delegating.delegate(wei.mandates[0].id, username="nong", scopes=SEE, until=LATER, by=wei, at=NOON)

    with pytest.raises(AlreadyHeld):
        delegating.delegate(wei.mandates[0].id, username="nong", scopes=SEE, until=LATER, by=wei, at=NOON)


def test_an_ended_delegation_holds_no_longer_from_that_moment(wei: Actor):
    nong = user("nong")
    made = delegating.delegate(wei.mandates[0].id, username="nong", scopes=SEE, until=LATER, by=wei, at=NOON)

    delegating.end_delegation(made, by=wei, at=NOON + timedelta(hours=1))

    assert queries.mandates_of(nong.pk, at=NOON + timedelta(hours=1)) == ()
    assert audit.entries(size=1).entries[0].action == "accounts.delegation_ended"


def test_a_stranger_ends_no_delegation(wei: Actor):
    nong, su = user("nong"), user("su")
    made = delegating.delegate(wei.mandates[0].id, username="nong", scopes=SEE, until=LATER, by=wei, at=NOON)
    given("su", about="subject:another")

    with pytest.raises(NotFound):
        delegating.end_delegation(made, by=acting(su), at=NOON)
    assert len(queries.mandates_of(nong.pk, at=NOON)) == 1


def test_who_lost_the_right_can_no_longer_have_given_it(wei: Actor):
    nong = user("nong")
    delegating.delegate(wei.mandates[0].id, username="nong", scopes=SEE, until=LATER, by=wei, at=NOON)

    Mandate.objects.filter(pk=wei.mandates[0].id).update(valid_until=NOON + timedelta(hours=1))

    assert queries.mandates_of(nong.pk, at=NOON + timedelta(hours=1)) == ()


def test_an_invitation_is_taken_once_and_its_code_is_not_kept(wei: Actor):
    nong, su = user("nong"), user("su")
    code = delegating.invite(wei.mandates[0].id, scopes=SEE, until=LATER, by=wei, at=NOON)

    made = delegating.accept(code.lower(), by=acting(nong), at=NOON)

    assert Mandate.objects.get(pk=made).user == nong
    assert code.replace("-", "").encode() not in bytes(Invitation.objects.get().code_hash)
    with pytest.raises(InvitationNotValid):
        delegating.accept(code, by=acting(su), at=NOON)


def test_an_expired_or_withdrawn_invitation_gives_nothing(wei: Actor):
    nong = acting(user("nong"))
    code = delegating.invite(wei.mandates[0].id, scopes=SEE, until=LATER, by=wei, at=NOON)

    with pytest.raises(InvitationNotValid):
        delegating.accept(code, by=nong, at=NOON + timedelta(hours=72))
    delegating.withdraw_invitation(Invitation.objects.get().pk, by=wei, at=NOON)
    with pytest.raises(InvitationNotValid):
        delegating.accept(code, by=nong, at=NOON)
    assert Mandate.objects.count() == 1


def test_an_invitation_dies_with_the_right_of_who_made_it(wei: Actor):
    code = delegating.invite(wei.mandates[0].id, scopes=SEE, until=LATER, by=wei, at=NOON)
    Mandate.objects.filter(pk=wei.mandates[0].id).update(valid_until=NOON)

    with pytest.raises(InvitationNotValid):
        delegating.accept(code, by=acting(user("nong")), at=NOON)


def test_the_application_cannot_rewrite_who_was_invited(wei: Actor):
    delegating.invite(wei.mandates[0].id, scopes=SEE, until=LATER, by=wei, at=NOON)

    with pytest.raises(ProgrammingError), transaction.atomic():
        Invitation.objects.update(scopes="see apply consent")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Invitation.objects.all().delete()
    assert queries.invitations_about(COMPANY, at=NOON)[0].scopes == SEE
