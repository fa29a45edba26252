from datetime import date, timedelta

import pytest

from chengxin.registry.accounts import queries, services
from chengxin.registry.accounts.models import Organisation
from chengxin.registry.accounts.rules import Role
from chengxin.registry.accounts.tests.factories import (
    APPROVAL_BUREAU,
    MARKET_SUPERVISION,
    NOON,
    appointed,
    entry,
    noon,
    user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)


def ids(*codes: str) -> set[int]:
    return set(Organisation.objects.filter(code__in=codes).values_list("pk", flat=True))


@pytest.fixture
def tree():
    services.load_organisations([entry("TOP"), entry("LEFT", "TOP"), entry("RIGHT", "TOP"), entry("LEAF", "LEFT")])


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("code", "reached"),
    [("TOP", {"TOP", "LEFT", "RIGHT", "LEAF"}), ("LEFT", {"LEFT", "LEAF"}), ("LEAF", {"LEAF"})],
)
def test_an_organisation_reaches_itself_and_all_below_it(code, reached):
    found = queries.organisation_by_code(code)

    assert queries.reach_of(found.id) == ids(*reached)
    assert queries.codes_of(queries.reach_of(found.id)) == reached


@pytest.mark.usefixtures("tree")
def test_an_organisation_is_found_by_code_and_id_with_its_parent():
    found = queries.organisation_by_code("LEAF")

    assert (found.parent_code, found.name_zh, found.code_is_generated) == ("LEFT", "虚构单位LEAF", True)
    assert queries.organisation_by_id(found.id) == found
    assert queries.organisation_by_code("NOWHERE") is queries.organisation_by_id(0) is None


@pytest.mark.parametrize(
    ("day", "in_office"),
    [
        (TODAY - A_DAY, False),
        (TODAY, True),
        (TODAY + 9 * A_DAY, True),
        (TODAY + 10 * A_DAY, False),  # the first day on which the role no longer holds
    ],
)
def test_a_role_holds_from_its_first_day_to_the_day_before_its_end(day, in_office):
    person = user()
    appointed(person, Role.AUDITOR, since=TODAY, until=TODAY + 10 * A_DAY)

    assert (queries.actor_of_user(person, at=noon(day)) is not None) is in_office


def test_roles_count_in_the_organisation_of_the_earliest_appointment_only():
    person = user()
    appointed(person, Role.DEPARTMENT_REVIEWER, since=date(2021, 1, 1))
    appointed(person, Role.DEPARTMENT_OFFICER, since=date(2022, 1, 1))
    appointed(person, Role.AUDITOR, organisation=APPROVAL_BUREAU, since=date(2023, 1, 1))

    actor = queries.actor_of_user(person, at=noon(TODAY))

    assert actor.organisation_code == MARKET_SUPERVISION
    assert actor.roles == {Role.DEPARTMENT_REVIEWER, Role.DEPARTMENT_OFFICER}
    assert (actor.name, actor.user_id) == ("wei", person.pk)
    assert actor.reaches == queries.reach_of(actor.organisation_id)


def test_a_system_acts_for_its_organisation_without_a_person():
    actor = queries.actor_of_organisation(
        MARKET_SUPERVISION, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="api:market"
    )

    assert (actor.name, actor.user_id, actor.organisation_code) == ("api:market", None, MARKET_SUPERVISION)
    assert queries.actor_of_organisation("NOWHERE", roles=frozenset(), name="x") is None


def test_appointments_are_listed_newest_first_for_one_organisation_or_all():
    person = user()
    appointed(person, Role.AUDITOR, since=date(2021, 1, 1))
    appointed(person, Role.AUDITOR, organisation=APPROVAL_BUREAU, since=date(2022, 1, 1))
    (own,) = ids(MARKET_SUPERVISION)

    assert [a.organisation_code for a in queries.appointments()] == [APPROVAL_BUREAU, MARKET_SUPERVISION]
    assert [a.organisation_code for a in queries.appointments(organisation_id=own)] == [MARKET_SUPERVISION]


def test_demo_people_are_those_of_the_demo_alone():
    user()
    services.create_demo_people(at=NOON)

    assert {p.username for p in queries.demo_people()} == {p.username for p in services.DEMO_PEOPLE}


def test_the_city_profile_names_the_office_that_runs_the_platform():
    assert queries.credit_office().name_zh == "南宁市发展和改革委员会"
