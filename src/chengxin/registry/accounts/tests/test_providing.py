"""What a provider states becomes mandates, and what it states no longer ends."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.audit import queries as audit
from chengxin.base.audit.models import AuditEntry
from chengxin.base.database.context import acting
from chengxin.registry.accounts import delegating, providing, queries
from chengxin.registry.accounts.errors import AccountClosed, TooManyAttempts
from chengxin.registry.accounts.models import Mandate, ProviderIdentity, SignInFailure, User
from chengxin.registry.accounts.rules import (
    ClaimNames,
    MandateKind,
    Scope,
    Statement,
    no_longer_stated,
    statement_of,
)
from chengxin.registry.accounts.services import give_mandate
from chengxin.registry.accounts.tests.factories import NOON, user
from chengxin.registry.subjects.services import resolve_people

ISSUER = "https://id.example"
HERE = "127.0.0.1"
LATER = NOON + timedelta(hours=1)
NUMBER = "459999199003019000"
ONE, TWO = "91450100MAC000017C", "91450100MADEM0038E"
texts = st.text(alphabet="0123456789AXx ", max_size=20)
NAMES = ClaimNames("openid", "login", "name", "number", "companies")


def stated(*companies: str, number: str = "", name: str = "蓝某宁（虚构）", subject: str = "s-1") -> Statement:
    return Statement(subject, name, number, frozenset(companies))


def signed_in(statement: Statement, *, at=NOON, issuer: str = ISSUER) -> User:
    return providing.sign_in_by_statement(statement, issuer=issuer, address=HERE, at=at)


def held(person: User, *, at=LATER) -> set[tuple[str, MandateKind]]:
    return {(m.about, m.kind) for m in queries.mandates_of(person.pk, at=at)}


@given(
    st.dictionaries(
        st.sampled_from(["name", "number", "companies"]),
        st.one_of(st.none(), texts, st.integers(), st.lists(texts, max_size=4)),
    )
)
def test_whatever_the_claims_say_only_what_is_well_formed_counts(claims: dict[str, object]):
    found = statement_of({"sub": "s", **claims}, NAMES)

    assert found.subject == "s"
    assert found.number == "" or len(found.number) == 18
    assert all(len(code) == 18 for code in found.companies)


def test_well_formed_claims_are_taken():
    claims = {"sub": "s", "name": " 蓝某宁 ", "number": NUMBER, "companies": [ONE.lower(), "91450100MAC0000171", None]}

    assert statement_of(claims, NAMES) == Statement("s", "蓝某宁", NUMBER, frozenset({ONE}))


@given(st.sets(st.tuples(st.integers(0, 9), st.sampled_from("ab"), st.just("k"))), st.sets(st.sampled_from("ab")))
def test_what_is_stated_never_ends_and_what_is_not_always_does(rows: set[tuple[int, str, str]], told: set[str]):
    ended = no_longer_stated(rows, [(about, "k") for about in told])

    assert sorted(ended) == sorted(id for id, about, _ in rows if about not in told)


@pytest.mark.django_db
def test_a_representative_may_act_for_each_company_that_the_provider_states():
    person = signed_in(stated(ONE, TWO))

    assert held(person) == {
        (f"subject:{ONE}", MandateKind.REPRESENTATIVE),
        (f"subject:{TWO}", MandateKind.REPRESENTATIVE),
    }
    kept = Mandate.objects.filter(user=person).first()
    assert kept is not None
    assert kept.proof == f"provider:{ISSUER}"
    assert set(kept.scopes.split()) == set(Scope)


@pytest.mark.django_db
def test_a_resident_of_whom_there_are_records_acts_for_themselves_and_the_number_stays_nowhere():
    with acting(actor="t", purpose="t", basis="t"):
        person_id = resolve_people([("身份证", NUMBER, "陆某安")], at=NOON)[0]

    person = signed_in(stated(number=NUMBER))

    assert held(person) == {(f"person:{person_id}", MandateKind.SELF)}
    told = [
        *AuditEntry.objects.values_list("object", "actor", "details"),
        *Mandate.objects.values_list("about", "proof"),
    ]
    kept = [*User.objects.values(), *ProviderIdentity.objects.values()]
    assert NUMBER not in str(told) + str(kept)
    assert "s-1" not in str(kept)


@pytest.mark.django_db
def test_someone_whom_the_registry_does_not_know_signs_in_and_acts_for_nobody():
    person = signed_in(stated(number=NUMBER))

    assert held(person) == set()
    assert queries.actor_of_user(person, at=LATER) is None


@pytest.mark.django_db
def test_signing_in_again_is_the_same_person_with_the_same_mandates_and_the_name_of_today():
    first = signed_in(stated(ONE))
    again = signed_in(stated(ONE, name="蓝某某（虚构）"), at=LATER)

    assert first.pk == again.pk
    assert again.display_name_zh == "蓝某某（虚构）"
    assert Mandate.objects.count() == 1
    assert ProviderIdentity.objects.count() == 1


@pytest.mark.django_db
def test_the_same_subject_of_another_provider_is_another_person():
    assert signed_in(stated(ONE)).pk != signed_in(stated(ONE), issuer="https://other.example").pk


@pytest.mark.django_db
def test_what_is_no_longer_stated_ends_with_all_that_was_delegated_under_it():
    person, colleague = signed_in(stated(ONE, TWO)), user("colleague")
    actor = queries.actor_of_user(person, at=NOON)
    assert actor is not None
    mandate = next(m for m in actor.mandates if m.about == f"subject:{ONE}")
    delegating.delegate(
        mandate.id,
        username="colleague",
        scopes=frozenset({Scope.SEE}),
        until=NOON + timedelta(days=20),
        by=actor,
        at=NOON,
    )
    assert held(colleague, at=NOON) == {(f"subject:{ONE}", MandateKind.DELEGATE)}

    signed_in(stated(TWO), at=LATER)

    assert held(person) == {(f"subject:{TWO}", MandateKind.REPRESENTATIVE)}
    assert held(colleague) == set()
    assert "accounts.mandate_ended" in [e.action for e in audit.entries(size=5).entries]


@pytest.mark.django_db
def test_mandates_of_another_proof_are_left_alone():
    person = signed_in(stated(ONE))
    give_mandate(
        person.username,
        about=f"subject:{TWO}",
        kind=MandateKind.REPRESENTATIVE,
        scopes=frozenset(Scope),
        proof="checked at a window",
        by=queries.actor_of_user(person, at=NOON),  # type: ignore[arg-type]
        at=NOON,
    )

    signed_in(stated(), at=LATER)

    assert held(person) == {(f"subject:{TWO}", MandateKind.REPRESENTATIVE)}


@pytest.mark.django_db
def test_who_may_no_longer_sign_in_is_refused_and_gets_nothing_new():
    person = signed_in(stated(ONE))
    User.objects.filter(pk=person.pk).update(is_active=False)

    with pytest.raises(AccountClosed):
        signed_in(stated(ONE, TWO, name="another"), at=LATER)

    assert Mandate.objects.count() == 1
    person.refresh_from_db()
    assert person.display_name_zh == "蓝某宁（虚构）"
    assert audit.entries(size=1).entries[0].action == "accounts.sign_in_failed"


@pytest.mark.django_db
def test_refused_answers_count_against_the_address_and_not_against_a_name():
    for _ in range(30):
        providing.note_refusal("statement-invalid", counts=True, address=HERE, at=NOON)

    with pytest.raises(TooManyAttempts):
        providing.check_provider_limit(address=HERE, at=LATER - timedelta(minutes=50))
    providing.check_provider_limit(address="127.0.0.2", at=NOON)
    providing.note_refusal("attempt-unknown", counts=False, address="127.0.0.2", at=NOON)
    assert SignInFailure.objects.count() == 30
