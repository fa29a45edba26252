"""A case about leaving a list ends when the entry does, whichever way; nobody is told that they stay who left."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction

from chengxin.base.casework.models import Case, CaseEvent
from chengxin.base.casework.notices import notices_of
from chengxin.base.casework.services import PLATFORM
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.clock import CITY_TIME
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.rules import Cause
from chengxin.registry.subjects.tests.factories import company
from chengxin.regulation.lists import public, queries, services
from chengxin.regulation.lists.errors import EntryOver, NotRemovable
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.public import Fold
from chengxin.regulation.lists.tests.factories import (
    COMPANY,
    EARLIER,
    listed,
    officer,
    proposed,
    representative,
    reviewer,
)
from chengxin.regulation.lists.tests.test_amending import handed_in

pytestmark = pytest.mark.django_db
APPLIED = datetime(2027, 9, 1, 4, tzinfo=UTC)  # the first day on which the subject may apply
ONE_DAY = timedelta(days=1)


@pytest.fixture
def entry() -> ListEntry:
    company("南宁虚构商行")
    return listed(proposed(at=EARLIER))


def applied(entry: ListEntry, at: datetime = APPLIED) -> int:
    case_id = services.apply_for_removal(
        entry.pk, about=COMPANY, exit="application", grounds="已改正（虚构）", by=representative(), at=at
    )
    services.take(case_id, "verify", by=officer(), at=at, reason="属实（虚构）")
    return case_id


def key_of(entry: ListEntry):
    assert entry.natural_key is not None
    return entry.natural_key


ROADS: dict[str, Callable[[ListEntry], object]] = {
    "repair": lambda e: record_changes.end_by_repair(key_of(e), by=PLATFORM, at=APPLIED),
    "correction": lambda e: record_changes.withdraw(key_of(e), by=PLATFORM, at=APPLIED),
    "court": lambda e: record_changes.withdraw(key_of(e), why=Cause.COURT, by=PLATFORM, at=APPLIED),
    "term": lambda e: handed_in(e, APPLIED.date(), at=APPLIED),
}
WORDS = {"repair": "信用修复", "correction": "列入有误，更正", "court": "法院裁判或者复议决定", "term": "期满"}


@pytest.mark.parametrize("road", ROADS)
def test_an_application_is_closed_in_the_moment_in_which_the_entry_ends_another_way(entry: ListEntry, road: str):
    case_id = applied(entry)

    ROADS[road](entry)

    case = Case.objects.get(pk=case_id)
    assert (case.state, case.closed_at) == ("moot", APPLIED)
    letter = told_to(COMPANY)[-1]
    assert (letter.title_zh, letter.case_id) == ("移出申请终止办理告知书", case_id)
    assert WORDS[road] in letter.body_zh
    assert notices_of(reviewer(), size=1).items[0].case_id == case_id


def test_a_case_of_the_authoritys_own_motion_is_closed_as_well_and_the_subject_who_did_not_ask_is_not_written_to(
    entry: ListEntry,
):
    case_id = services.propose_removal(entry.pk, exit="court", grounds="虚构", by=officer(), at=APPLIED)
    before = len(told_to(COMPANY))

    record_changes.end_by_repair(key_of(entry), by=PLATFORM, at=APPLIED)

    assert Case.objects.get(pk=case_id).state == "moot"
    assert len(told_to(COMPANY)) == before


def test_with_the_last_day_nothing_is_left_to_decide_and_the_night_closes_the_case(entry: ListEntry):
    late = datetime.combine(entry.in_force_until - 3 * ONE_DAY, time(12), tzinfo=CITY_TIME)
    case_id = applied(entry, at=late)
    over = datetime.combine(entry.in_force_until, time.min, tzinfo=CITY_TIME)

    for step in ("remove", "keep"):
        with pytest.raises(EntryOver), transaction.atomic():
            services.take(case_id, step, by=reviewer(), at=over, reason="虚构", number="虚构移字1号")
    assert Case.objects.get(pk=case_id).state == "verified"
    assert public.fold_of("serious-tax", at=over) == Fold(1, 1, 0)
    assert [services.close_moot(at=late), services.close_moot(at=over), services.close_moot(at=over)] == [0, 1, 0]
    assert (Case.objects.get(pk=case_id).state, told_to(COMPANY)[-1].title_zh) == ("moot", "移出申请终止办理告知书")


def test_a_hidden_entry_stays_open_to_decide(entry: ListEntry):
    case_id = applied(entry)
    record_changes.suspend(key_of(entry), why=Cause.DISPUTE, by=PLATFORM, at=APPLIED)

    assert Case.objects.get(pk=case_id).state == "verified"
    services.take(case_id, "remove", by=reviewer(), at=APPLIED, reason="虚构", number="虚构移字1号")
    assert Case.objects.get(pk=case_id).state == "removed"


def test_who_is_back_on_the_list_may_apply_again(entry: ListEntry):
    applied(entry)
    record_changes.end_by_repair(key_of(entry), by=PLATFORM, at=APPLIED)
    record_changes.undo_repair(key_of(entry), by=PLATFORM, at=APPLIED)

    assert Case.objects.get(pk=applied(entry)).state == "verified"


def test_a_decided_case_gets_no_second_end(entry: ListEntry):
    case_id = applied(entry)

    services.take(case_id, "remove", by=reviewer(), at=APPLIED, reason="虚构", number="虚构移字1号")

    assert services.close_moot(at=APPLIED) == 0
    assert [e.step for e in CaseEvent.objects.filter(case_id=case_id).order_by("number")][-1] == "remove"
    assert not queries.remains(entry, at=APPLIED)
    with pytest.raises(NotRemovable):
        services.propose_removal(entry.pk, exit="court", grounds="虚构", by=officer(), at=APPLIED)


def test_a_removal_that_was_decided_after_the_term_leaves_the_log_and_the_list_in_agreement(entry: ListEntry):
    # As it could be decided before it was refused: such events stay in the database for ever.
    over = datetime.combine(entry.in_force_until, time(12), tzinfo=CITY_TIME)
    EntryEvent.objects.create(
        entry=entry, number=2, is_standing=False, exit="application", at=over, by_name="x", decision_number="虚构"
    )

    assert public.fold_of("serious-tax", at=over).agrees
