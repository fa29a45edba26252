"""Natural persons on lists of nation and region: answered for a purpose, to the person, and in public never."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chengxin.base.casework.services import PLATFORM
from chengxin.base.errors import NotFound
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.regulation.lists import persons, public, queries, services
from chengxin.regulation.lists.errors import AlreadyListed
from chengxin.regulation.lists.tests.factories import NOON, arrived_person, officer, representative

pytestmark = pytest.mark.django_db
SAFETY = "11450100007551235L"
GIVEN = {"facts": "虚构事实", "evidence": "虚构证据", "months": 36}
LAST_SECOND = datetime(2026, 9, 1, 15, 59, 59, tzinfo=UTC)


def standing(about: str, *, at: datetime = NOON) -> list[str]:
    found = persons.arrived_about([about, "person:999999"], at=at, by=PLATFORM, purpose="test", basis="test")
    return [e.list_code for e in found.get(about, ())]


@pytest.fixture
def about(tmp_path: Path) -> str:
    return arrived_person(tmp_path)


def test_an_entry_of_the_region_is_answered_for_a_purpose_until_its_last_second(about: str):
    (found,) = persons.arrived_about([about], at=NOON, by=PLATFORM, purpose="test", basis="test")[about]

    assert (found.list_code, found.origin, found.about) == ("work-safety", "region", about)
    assert (found.decision_number, found.authority_name_zh) == ("虚构〔2026〕1号", "虚构自治区机关")
    assert (found.in_force_from, found.in_force_until) == (date(2026, 5, 9), date(2026, 9, 2))
    assert [standing(about, at=LAST_SECOND), standing(about, at=datetime(2026, 9, 1, 16, tzinfo=UTC))] == [
        ["work-safety"],
        [],
    ]


def test_who_states_no_purpose_gets_nothing_and_no_page_shows_or_counts_it(about: str):
    assert queries.entries_in_force([about], at=NOON) == {}
    assert public.entries_of("work-safety", at=NOON).total == 0
    assert [row.in_force for row in public.lists_now(at=NOON) if row.terms.code == "work-safety"] == [0]


def test_the_person_reads_it_and_nobody_else_does(about: str):
    (own,) = persons.own_arrivals(about, by=representative(about), at=NOON)

    assert own.list_code == "work-safety"
    with pytest.raises(NotFound):
        persons.own_arrivals(about, by=representative("person:999999"), at=NOON)


@pytest.mark.parametrize("change", [record_changes.withdraw, record_changes.end_by_repair])
def test_a_record_that_counts_no_more_is_no_entry(about: str, change):
    (own,) = records.own_records_of(about, by=representative(about))

    change(own.natural_key, by=PLATFORM, at=NOON, about_person=True)

    assert standing(about) == []


def test_who_stands_on_the_list_by_another_authority_is_not_proposed_again(about: str):
    with pytest.raises(AlreadyListed):
        services.propose_person("work-safety", number=files.citizen(1), by=officer(SAFETY), at=NOON, **GIVEN)
