"""Nobody stands on one list twice, seen or hidden; who stands for another in the register answers for its entries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from chengxin.base.casework.models import Case
from chengxin.base.casework.services import PLATFORM
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import NotFound
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.rules import Cause
from chengxin.registry.subjects import merging
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists import queries, reading, services
from chengxin.regulation.lists.errors import AlreadyListed
from chengxin.regulation.lists.models import ListEntry
from chengxin.regulation.lists.tests.factories import (
    COMPANY,
    EARLIER,
    NOON,
    arrived,
    entered,
    heard,
    listed,
    officer,
    proposed,
    representative,
    reviewer,
)

pytestmark = pytest.mark.django_db
SURVIVOR = about_subject(code(2))
EARLY = datetime(2027, 9, 1, 4, tzinfo=UTC)


@pytest.fixture
def firm() -> int:
    return company("南宁虚构商行")


@pytest.fixture
def survivor(firm: int) -> int:
    return company("南宁虚构二行", 2)


def merged(firm: int, survivor: int, *, at: datetime = NOON) -> int:
    return merging.absorb(firm, survivor, at=at).pk


def hidden(entry: ListEntry) -> ListEntry:
    assert entry.natural_key is not None
    record_changes.suspend(entry.natural_key, why=Cause.DISPUTE, by=PLATFORM, at=NOON)
    return entry


def decide(case_id: int) -> None:
    services.take(case_id, "list", by=reviewer(), at=NOON, reason="虚构", number="虚构税列字〔2026〕900号")


def test_who_is_hidden_on_a_list_is_not_proposed_for_it_again(firm: int):
    entry = hidden(listed(proposed(at=EARLIER)))

    with pytest.raises(AlreadyListed):
        proposed()
    record_changes.resume(entry.natural_key, by=PLATFORM, at=NOON)
    assert len(queries.entries_in_force([COMPANY], at=NOON)[COMPANY]) == 1


@pytest.mark.parametrize("state", ["in-force", "disputed", "suspended"])
def test_who_is_on_the_list_by_a_record_is_not_proposed_whether_it_is_seen_or_not(firm: int, state: str):
    arrived(firm, state=state)

    with pytest.raises(AlreadyListed):
        proposed()
    assert Case.objects.count() == 0


@pytest.mark.parametrize("state", ["repaired", "withdrawn"])
def test_who_left_the_list_may_be_proposed(firm: int, state: str):
    arrived(firm, state=state)

    assert Case.objects.get(pk=proposed()).state == "proposed"


@pytest.mark.parametrize("state", ["in-force", "suspended"])
def test_who_came_on_the_list_while_the_case_ran_is_not_entered_a_second_time(firm: int, state: str):
    case_id = heard(proposed(at=EARLIER))
    arrived(firm, state=state)

    with pytest.raises(AlreadyListed), transaction.atomic():
        decide(case_id)
    assert (ListEntry.objects.count(), Case.objects.get(pk=case_id).state) == (0, "heard")


def test_an_entry_under_the_code_of_the_absorbed_counts_for_the_survivor(firm: int, survivor: int):
    hidden(listed(proposed(at=EARLIER)))
    merged(firm, survivor)

    with pytest.raises(AlreadyListed):
        proposed(number=2)


def test_an_open_case_about_the_absorbed_counts_for_the_survivor_and_only_one_of_two_is_decided(
    firm: int, survivor: int
):
    case_id = heard(proposed(at=EARLIER))
    merge = merged(firm, survivor)
    with pytest.raises(AlreadyListed):
        proposed(number=2)
    entered(SURVIVOR)

    with pytest.raises(AlreadyListed), transaction.atomic():
        decide(case_id)
    merging.separate(merge, at=NOON)
    decide(case_id)
    assert len(queries.entries_in_force([COMPANY], at=NOON)[COMPANY]) == 1


def test_the_survivor_sees_the_entry_applies_to_leave_it_and_gets_the_letters(firm: int, survivor: int):
    entry = listed(proposed(at=EARLIER))
    merged(firm, survivor)
    by = representative(SURVIVOR)

    (row,) = reading.own_entries(SURVIVOR, by=by, at=NOON)
    assert (row.id, row.about, row.stands) == (entry.pk, COMPANY, True)
    case_id = services.apply_for_removal(
        entry.pk, about=SURVIVOR, exit="application", grounds="已改正（虚构）", by=by, at=EARLY
    )
    services.take(case_id, "verify", by=officer(), at=EARLY, reason="属实（虚构）")
    services.take(case_id, "remove", by=reviewer(), at=EARLY, reason="同意（虚构）", number="虚构移字1号")
    assert told_to(SURVIVOR)[-1].title_zh == "移出名单决定书"
    assert queries.entries_in_force([SURVIVOR], at=EARLY) == {}


def test_the_authoritys_own_motion_is_told_to_who_stands_for_the_one_listed(firm: int, survivor: int):
    entry = listed(proposed(at=EARLIER))
    merged(firm, survivor)

    case_id = services.propose_removal(entry.pk, exit="court", grounds="虚构", by=officer(), at=NOON)
    services.take(case_id, "remove", by=reviewer(), at=NOON, reason="虚构", number="虚构移字1号")

    assert told_to(SURVIVOR)[-1].title_zh == "移出名单决定书"


def test_once_they_are_taken_apart_the_other_one_sees_and_asks_nothing(firm: int, survivor: int):
    entry = listed(proposed(at=EARLIER))
    merging.separate(merged(firm, survivor), at=NOON + timedelta(hours=1))
    by = representative(SURVIVOR)

    assert reading.own_entries(SURVIVOR, by=by, at=EARLY) == ()
    with pytest.raises(NotFound):
        services.apply_for_removal(entry.pk, about=SURVIVOR, exit="correction", grounds="虚构", by=by, at=EARLY)
    assert Subject.objects.get(pk=firm).code == code(1)
