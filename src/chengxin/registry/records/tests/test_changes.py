"""What a record can become, and what its subject sees of it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Scope
from chengxin.registry.accounts.services import SystemActor
from chengxin.registry.records import queries, services
from chengxin.registry.records.errors import StateNotOpen
from chengxin.registry.records.models import Record
from chengxin.registry.records.rules import FOLLOWS, RecordState, check_change
from chengxin.registry.records.tests.factories import BEFORE, organisation_record
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import TODAY, code, company

SYSTEM = SystemActor()
LATER = BEFORE + timedelta(hours=1)
MOVES = {
    RecordState.DISPUTED: services.mark_disputed,
    RecordState.REPAIRED: services.end_by_repair,
    RecordState.WITHDRAWN: services.withdraw,
}


def representative(about: str, *scopes: Scope) -> Actor:
    mandate = Mandated(1, about, MandateKind.REPRESENTATIVE, frozenset(scopes))
    return Actor("liang", None, "", frozenset(), user_id=1, mandates=(mandate,))


@pytest.mark.parametrize("state", RecordState)
@pytest.mark.parametrize("to", RecordState)
def test_a_record_becomes_only_what_may_follow(state, to):
    if to in FOLLOWS[state]:
        check_change(state, to)
    else:
        with pytest.raises(StateNotOpen):
            check_change(state, to)


def test_nothing_follows_a_withdrawal():
    assert FOLLOWS[RecordState.WITHDRAWN] == set()


@pytest.mark.django_db
@pytest.mark.parametrize("to", MOVES)
def test_a_change_of_state_is_a_new_version_of_the_same_record(to):
    key = organisation_record(company("南宁虚构商行"))

    assert MOVES[to](key, by=SYSTEM, at=LATER) == 2

    old, new = Record.objects.order_by("version")
    assert (old.known_until, new.known_from, new.known_until, new.state) == (LATER, LATER, None, to.value)
    same = {f.attname for f in Record._meta.concrete_fields} - {"id", "version", "state", "known_from", "known_until"}
    assert {f: getattr(old, f) for f in same} == {f: getattr(new, f) for f in same}
    assert AuditEntry.objects.get(action=f"records.{to.value}").object == str(key)


@pytest.mark.django_db
def test_a_repaired_record_is_public_no_more_and_again_when_the_repair_is_undone():
    subject = company("南宁虚构商行")
    key = organisation_record(subject)

    services.end_by_repair(key, by=SYSTEM, at=LATER)
    assert queries.public_records_of(subject, on=TODAY) == ()

    services.undo_repair(key, by=SYSTEM, at=LATER + timedelta(hours=1))
    assert len(queries.public_records_of(subject, on=TODAY)) == 1


@pytest.mark.django_db
def test_a_change_that_may_not_follow_changes_nothing():
    key = organisation_record(company("南宁虚构商行"), state="withdrawn")

    with pytest.raises(StateNotOpen):
        services.end_by_repair(key, by=SYSTEM, at=LATER)

    assert Record.objects.count() == 1


@pytest.mark.django_db
def test_a_record_that_nobody_knows_cannot_change():
    with pytest.raises(NotFound):
        services.withdraw(uuid4(), by=SYSTEM, at=LATER)


@pytest.mark.django_db
def test_a_subject_sees_all_that_is_held_about_it_but_what_was_withdrawn():
    subject = company("南宁虚构商行")
    organisation_record(subject, "1")
    organisation_record(subject, "2", audience="shared", public=None)
    organisation_record(subject, "3", state="repaired")
    organisation_record(subject, "4", state="withdrawn")
    about = about_subject(code(1))

    seen = queries.own_records_of(about, by=representative(about, Scope.SEE))

    assert sorted(r.state for r in seen) == ["in-force", "in-force", "repaired"]


@pytest.mark.django_db
@pytest.mark.parametrize("scope", [Scope.APPLY, Scope.CONSENT])
def test_who_may_not_see_on_its_behalf_finds_nothing(scope):
    company("南宁虚构商行")
    about = about_subject(code(1))

    with pytest.raises(NotFound):
        queries.own_records_of(about, by=representative(about, scope))
    with pytest.raises(NotFound):
        queries.own_records_of(about, by=representative("subject:another", Scope.SEE))
