"""The record of the city's own entry is handed in again: an earlier end is the entry's, a later one nobody's."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from chengxin.base.transparency import queries as transparency
from chengxin.intake.collection.errors import Unreadable
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.models import Record
from chengxin.registry.records.rules import Cause
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists import arrivals_log, policy, public, queries, reading, recording, services
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.public import Fold
from chengxin.regulation.lists.recording import EntryRecord
from chengxin.regulation.lists.rules import Exit
from chengxin.regulation.lists.tests.factories import COMPANY, EARLIER, NOON, TAX, listed, officer, proposed, reviewer

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)
SHORT = date(2026, 9, 3)  # the first day off the list, after the correction


@pytest.fixture
def entry() -> ListEntry:
    company("南宁虚构商行")
    return listed(proposed(at=EARLIER))


def record_of(entry: ListEntry, ends: date, **changed: str) -> EntryRecord:
    terms, authority = policy.list_named(entry.policy), accounts.organisation_by_code(TAX)
    assert terms is not None
    assert authority is not None
    record = recording.record_of(
        entry.proposal, terms, authority, number=entry.decision_number, reason=entry.reason,
        begins=entry.in_force_from, ends=ends,
    )  # fmt: skip
    assert record is not None
    return EntryRecord({**record.row, **changed}, record.key)


def handed_in(entry: ListEntry, ends: date, *, at: datetime = NOON, **changed: str) -> None:
    """The authority hands the entry's record in again, with that first day off the list."""
    authority = accounts.organisation_by_code(TAX)
    assert authority is not None
    recording.hand_in(record_of(entry, ends, **changed), entry.case_id, authority, by=reviewer(), at=at)


def standing(at: datetime) -> list[date | None]:
    """The ends that every read of the entry answers with."""
    ends = [e.in_force_until for e in queries.entries_in_force([COMPANY], at=at).get(COMPANY, ())]
    shown = [e.until for e in public.entries_of("serious-tax", at=at).items]
    assert ends == shown
    return ends


def lines() -> list[tuple[str, str | None, int]]:
    found = [json.loads(row.content) for row in transparency.leaves(start=0, size=9)]
    return [(one["kind"], one.get("reason"), one["change"]) for one in found]


def end_of_record(entry: ListEntry) -> date | None:
    return Record.objects.get(natural_key=entry.natural_key, known_until=None).valid_until


def test_an_earlier_end_of_the_record_is_the_end_of_the_entry_and_has_its_line_in_the_log(entry: ListEntry):
    handed_in(entry, SHORT)

    assert standing(NOON) == [SHORT]
    assert standing(NOON + 2 * ONE_DAY) == []
    assert lines() == [("entered", None, 1), ("amended", "hand-in", 0)]
    assert public.fold_of("serious-tax", at=NOON) == Fold(1, 0, 1)
    assert public.fold_of("serious-tax", at=NOON + 2 * ONE_DAY) == Fold(1, 1, 0)
    opened = transparency.openings_of(f"list-entry:{entry.pk}", at=NOON)[-1]
    assert json.loads(opened["opening"]["statement"])["until"] == SHORT.isoformat()


def test_the_authority_and_the_register_read_the_end_as_it_was_corrected(entry: ListEntry):
    handed_in(entry, SHORT)
    after = NOON + 2 * ONE_DAY

    (row,) = reading.entries_by(TAX, at=NOON).items
    (over,) = reading.entries_by(TAX, at=after).items
    matter = reading.matter_of_case(entry.case_id, actor=officer(), at=after)

    assert (row.in_force_until, row.remains, over.remains, over.ended, over.ended_on) == (
        SHORT, True, False, Exit.TERM, SHORT,
    )  # fmt: skip
    assert (matter.in_force_until, matter.remains, matter.ended_on) == (SHORT, False, SHORT)
    (year,) = public.register_of("serious-tax", at=after)
    assert (year.year, year.exits) == (2026, ((Exit.TERM, 1),))


def test_an_end_that_is_over_already_takes_the_entry_off_in_the_same_moment(entry: ListEntry):
    later = NOON + 30 * ONE_DAY

    handed_in(entry, SHORT, at=later)

    assert standing(later) == []
    assert public.fold_of("serious-tax", at=later) == Fold(1, 1, 0)


@pytest.mark.parametrize("ends", [date(2035, 1, 2), date(2029, 9, 2)])
def test_a_later_end_than_was_decided_is_refused_and_nothing_changes(entry: ListEntry, ends: date):
    with pytest.raises(Unreadable, match=entry.decision_number), transaction.atomic():
        handed_in(entry, ends)

    assert (standing(NOON), end_of_record(entry), lines()) == ([date(2029, 9, 1)], date(2029, 9, 1), [
        ("entered", None, 1)
    ])  # fmt: skip


def test_what_was_shortened_is_not_made_longer_by_handing_in_the_old_end_again(entry: ListEntry):
    handed_in(entry, SHORT)

    with pytest.raises(Unreadable), transaction.atomic():
        handed_in(entry, entry.in_force_until)
    assert (standing(NOON), end_of_record(entry)) == ([SHORT], SHORT)


def test_the_decision_puts_no_other_subject_on_the_list(entry: ListEntry):
    company("南宁虚构二行", 2)
    changed = {"SUBJECT_CODE": code(2), "SUBJECT_NAME": "南宁虚构二行"}

    with pytest.raises(Unreadable, match=entry.decision_number), transaction.atomic():
        handed_in(entry, entry.in_force_until, **changed)
    assert (public.entries_of("serious-tax", at=NOON).total, Record.objects.count()) == (1, 1)


def test_other_words_of_the_record_are_taken_and_leave_no_line(entry: ListEntry):
    handed_in(entry, entry.in_force_until, REASON="更正后的理由（虚构）")

    assert (standing(NOON), lines()) == ([date(2029, 9, 1)], [("entered", None, 1)])


def test_an_entry_that_is_hidden_comes_back_with_the_corrected_end(entry: ListEntry):
    assert entry.natural_key is not None
    record_changes.suspend(entry.natural_key, why=Cause.DISPUTE, by=reviewer(), at=NOON)
    handed_in(entry, SHORT)
    assert standing(NOON) == []
    record_changes.resume(entry.natural_key, by=reviewer(), at=NOON)

    assert standing(NOON) == [SHORT]
    assert lines()[1:] == [("suspended", "dispute", -1), ("amended", "hand-in", 0), ("resumed", "dispute", 1)]


def test_an_entry_whose_repair_is_withdrawn_comes_back_with_the_corrected_end(entry: ListEntry):
    assert entry.natural_key is not None
    record_changes.end_by_repair(entry.natural_key, by=reviewer(), at=NOON)
    handed_in(entry, SHORT)
    record_changes.undo_repair(entry.natural_key, by=reviewer(), at=NOON)

    assert standing(NOON) == [SHORT]
    assert public.register_of("serious-tax", at=NOON)[0].exits == ((Exit.REPAIR, 1),)


def test_what_was_corrected_before_entries_followed_is_written_down_once_by_night(
    entry: ListEntry, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        patched.setattr(services.amending, "follow_hand_in", lambda *args, **given: 0)
        handed_in(entry, SHORT)
    assert standing(NOON) == [date(2029, 9, 1)]

    assert [services.compare_arrivals(at=NOON), services.compare_arrivals(at=NOON)] == [1, 0]
    assert (standing(NOON), lines()[-1]) == ([SHORT], ("amended", "comparison", 0))


def test_the_database_takes_no_end_that_is_later_than_decided(entry: ListEntry):
    with pytest.raises(IntegrityError, match="longer than it was decided"), transaction.atomic():
        EntryEvent.objects.create(
            entry=entry, number=2, is_standing=True, at=NOON, by_name="x", until=entry.in_force_until + ONE_DAY
        )


def test_a_hand_in_of_another_item_asks_nothing_of_own_entries(entry: ListEntry, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arrivals_log, "follow_hand_in", lambda *args, **given: 0)
    monkeypatch.setattr(services.amending, "follow_hand_in", lambda *args, **given: pytest.fail("asked"))

    assert services.follow_hand_in(1, item="tax-grade", at=datetime(2026, 9, 1, tzinfo=UTC)) == 0
