"""Anyone whom a record names can dispute it."""

from uuid import UUID

import pytest

from chengxin.base.casework.models import Case
from chengxin.base.errors import NotFound
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.records import queries as records
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.queries import person_hashed
from chengxin.registry.subjects.rules import about_person
from chengxin.registry.subjects.services import person_hash
from chengxin.rights.disputes import naming, queries, services
from chengxin.rights.disputes.models import Dispute
from chengxin.rights.disputes.tests.factories import NOON, STATEMENT, handed_in, operator, representative, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(tmp_path) -> UUID:
    """A company's fine that names citizen 1 as legal representative; citizens 1 and 2 are registered."""
    for number in (1, 2):
        handed_in(tmp_path, files.person_penalty(number), files.PERSON_PENALTY)
    handed_in(tmp_path, files.penalty(1, CF_FR_ZJLX="身份证", CF_FR_ZJHM=files.citizen(1)))
    found: UUID = Record.objects.get().natural_key
    return found


def citizen(number: int) -> str:
    hashed = person_hash(naming.CITIZEN_CARD, files.citizen(number))
    found = person_hashed(hashed, by="test", purpose="test", basis="test")
    assert found is not None
    return about_person(found)


def file(key: UUID, about: str, *scopes: Scope) -> int:
    by = representative(about, *scopes)
    return services.file_dispute(key, about=about, ground="wrong-subject", statement=STATEMENT, by=by, at=NOON)


def test_the_legal_representative_whom_a_companys_record_names_disputes_it(key):
    case_id = file(key, citizen(1))

    services.take(case_id, "accept", by=operator(), at=NOON)

    assert state_of(case_id) == "checking"
    assert Record.objects.get(known_until__isnull=True).state == "disputed"
    assert Dispute.objects.get().about == citizen(1)
    assert queries.dispute_of_case(case_id, actor=representative(citizen(1)), on=NOON.date()).case_id == case_id


def test_whom_it_does_not_name_cannot_and_learns_nothing(key):
    with pytest.raises(NotFound):
        file(key, citizen(2))

    assert (Case.objects.count(), Record.objects.count()) == (0, 1)


def test_whoever_may_only_see_for_the_one_named_cannot_dispute(key):
    with pytest.raises(NotFound):
        file(key, citizen(1), Scope.SEE)

    assert Case.objects.count() == 0


def test_the_company_itself_does_not_see_the_case_of_the_one_who_is_named(key):
    case_id = file(key, citizen(1))

    with pytest.raises(NotFound):
        queries.dispute_of_case(case_id, actor=representative(), on=NOON.date())


def test_a_record_that_is_not_public_is_known_by_its_kind_alone(key):
    row = records.held_record(key, purpose="test", by=operator()).row

    assert naming.is_public(row, on=NOON.date())
    assert row.public_until is not None and not naming.is_public(row, on=row.public_until)
