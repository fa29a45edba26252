"""Whichever way an entry on a list ends, the credit check answers nothing of it from that moment on, at every door."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from chengxin.base.attachments.tests.factories import pdf, upload
from chengxin.base.casework import services as casework
from chengxin.base.casework.models import Case
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.errors import ChengxinError
from chengxin.base.transparency import checking
from chengxin.base.transparency import queries as transparency
from chengxin.base.transparency.models import LogOpening
from chengxin.intake.resolution import merging
from chengxin.intake.resolution.models import Merge
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.rules import Cause
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists import policy, public, recording, services
from chengxin.regulation.lists import queries as lists
from chengxin.regulation.lists.errors import DecidedHere
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.public import Fold
from chengxin.regulation.lists.rules import Exit
from chengxin.regulation.lists.tests.factories import (
    COMPANY,
    arrived,
    entered,
    listed,
    officer,
    official,
    proposed,
    representative,
)
from chengxin.regulation.lists.tests.factories import reviewer as decider
from chengxin.regulation.measures import services as measures
from chengxin.regulation.measures.tests.factories import PROCUREMENT
from chengxin.regulation.measures.tests.factories import official as window
from chengxin.rights.disputes import services as disputes
from chengxin.rights.disputes.errors import DecisionBound
from chengxin.rights.repair import policy as repair_policy
from chengxin.rights.repair import reorganising
from chengxin.rights.repair import services as repair
from chengxin.rights.repair.tests.factories import operator

pytestmark = pytest.mark.django_db
ENTERED = datetime(2025, 6, 2, 4, tzinfo=UTC)  # a Monday
LEFT = datetime(2026, 9, 1, 4, tzinfo=UTC)  # after the first year: removal and repair are open
ONE_SECOND = timedelta(seconds=1)


@pytest.fixture
def entry() -> ListEntry:
    company("南宁虚构商行")
    return listed(proposed(at=ENTERED - timedelta(days=28)), at=ENTERED)


def by_time(entry: ListEntry) -> datetime:
    return datetime.combine(entry.in_force_until, time.min, tzinfo=CITY_TIME)


def by_application(entry: ListEntry) -> datetime:
    case_id = services.apply_for_removal(
        entry.pk, about=COMPANY, exit="application", grounds="已改正（虚构）", by=representative(), at=LEFT
    )
    services.take(case_id, "verify", by=officer(), at=LEFT, reason="属实（虚构）")
    services.take(case_id, "remove", by=decider(), at=LEFT, reason="同意（虚构）", number="虚构移字1号")
    return LEFT


def by_revocation(entry: ListEntry) -> datetime:
    case_id = services.propose_removal(entry.pk, exit="revocation", grounds="处罚已撤销（虚构）", by=officer(), at=LEFT)
    services.take(case_id, "remove", by=decider(), at=LEFT, reason="撤销（虚构）", number="虚构撤字1号")
    return LEFT


def by_repair(entry: ListEntry) -> datetime:
    case_id = repair.apply(
        _record(entry),
        about=COMPANY,
        statement="义务已履行（虚构）",
        commitment_version=repair_policy.commitment_on(LEFT.date()).version,
        signed_by="梁某（虚构）",
        by=representative(),
        at=LEFT,
    )
    repair.take(case_id, "forward", by=operator(), at=LEFT)
    repair.take(case_id, "verify", by=officer(), at=LEFT, reason="已核实（虚构）")
    repair.take(case_id, "grant", by=decider(), at=LEFT)
    return LEFT


def by_dispute(entry: ListEntry) -> datetime:
    case_id = disputes.file_dispute(
        _record(entry),
        about=COMPANY,
        ground="wrong-content",
        statement="并非本行（虚构）",
        by=representative(),
        at=LEFT,
    )
    disputes.take(case_id, "accept", by=operator(), at=LEFT)
    disputes.take(case_id, "ask-provider", by=operator(), at=LEFT)
    disputes.take(case_id, "propose-removal", by=officer(), at=LEFT, reason="张冠李戴（虚构）")
    disputes.take(case_id, "remove", by=decider(), at=LEFT, reason="同意（虚构）")
    return LEFT


def by_corrected_end(entry: ListEntry) -> datetime:
    case_id = _corrected_by_dispute(entry, ENDS_ON=LEFT.date().isoformat())
    disputes.take(case_id, "correct", by=decider(), at=LEFT, reason="同意（虚构）")
    return LEFT + timedelta(days=1)


def _corrected_by_dispute(entry: ListEntry, **values: str) -> int:
    """A dispute of the entry's record whose provider proposes to correct these fields."""
    ask = {"about": COMPANY, "ground": "wrong-content", "statement": "期限写错（虚构）"}
    case_id = disputes.file_dispute(_record(entry), by=representative(), at=LEFT, **ask)
    disputes.take(case_id, "accept", by=operator(), at=LEFT)
    disputes.take(case_id, "ask-provider", by=operator(), at=LEFT)
    disputes.take(case_id, "propose-correction", by=officer(), at=LEFT, reason="应当更正（虚构）", values=values)
    return case_id


def _record(entry: ListEntry) -> UUID:
    assert entry.natural_key is not None
    return UUID(str(entry.natural_key))


def answers(at: datetime) -> dict[str, int]:
    """How much each door says about the company at that moment."""
    one = measures.check([code(1)], matter=PROCUREMENT, by=window(), at=at, door=measures.SCREEN)
    return {
        "check": len(one[0].measures),
        "list page": public.entries_of("serious-tax", at=at).total,
        "number in force": sum(row.in_force for row in public.lists_now(at=at)),
        "entries in force": len(lists.entries_in_force([COMPANY], at=at).get(COMPANY, ())),
    }


@pytest.mark.parametrize(
    ("leave", "exit"),
    [
        (by_time, ""),
        (by_application, Exit.APPLICATION),
        (by_revocation, Exit.REVOCATION),
        (by_repair, Exit.REPAIR),
        (by_dispute, Exit.CORRECTION),
        (by_corrected_end, ""),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_exit_removes_every_answer_in_the_same_moment(
    entry: ListEntry, leave: Callable[[ListEntry], datetime], exit: str
):
    assert all(answers(LEFT - ONE_SECOND).values())

    moment = leave(entry)

    assert answers(moment) == {"check": 0, "list page": 0, "number in force": 0, "entries in force": 0}
    assert EntryEvent.objects.filter(entry=entry).latest("number").exit == exit
    assert public.fold_of("serious-tax", at=moment) == (Fold(1, 1, 0) if not exit else Fold(0, 0, 0))


@pytest.mark.parametrize(
    "values",
    [
        {"ENDS_ON": "2035-01-01"},
        {"SUBJECT_CODE": code(2), "SUBJECT_NAME": "南宁虚构二行"},
        {"DECISION_NUMBER": "虚构税列字〔2026〕99号", "ENDS_ON": "2035-01-01"},
    ],
    ids=["longer", "another", "by another number"],
)
def test_no_dispute_lists_anyone_for_longer_or_another_one_than_was_decided(entry: ListEntry, values: dict[str, str]):
    company("南宁虚构二行", 2)

    with pytest.raises((DecidedHere, DecisionBound)), transaction.atomic():
        _corrected_by_dispute(entry, **values)
    assert [e.in_force_until for e in lists.entries_in_force([COMPANY], at=LEFT)[COMPANY]] == [entry.in_force_until]
    assert public.entries_of("serious-tax", at=LEFT).total == 1


def by_silence(entry: ListEntry) -> Callable[[], object]:
    """The provider of the record does not answer a dispute in time; later it does."""
    ask = {"about": COMPANY, "ground": "wrong-content", "statement": "并非本行（虚构）"}
    case_id = disputes.file_dispute(_record(entry), by=representative(), at=LEFT, **ask)
    disputes.take(case_id, "accept", by=operator(), at=LEFT)
    disputes.take(case_id, "ask-provider", by=operator(), at=LEFT)
    casework.expire(case_id, steps_taken=Case.objects.get(pk=case_id).steps_taken, at=LEFT + timedelta(days=60))
    disputes.suspend(case_id, at=LEFT)
    disputes.take(case_id, "propose-keeping", by=officer(), at=LEFT, reason="已核查（虚构）")
    return lambda: disputes.take(case_id, "keep", by=decider(), at=LEFT)


def by_reorganisation(entry: ListEntry) -> Callable[[], object]:
    """The company is reorganised by a court's ruling; its plan fails."""
    ruling = reorganising.Ruling("虚构人民法院", "plan-approved", "（2026）虚01破1号", LEFT.date(), date(2027, 8, 20))
    wording = repair_policy.commitment_on(LEFT.date(), code=repair_policy.PLAN_COMMITMENT)
    case_id = reorganising.apply(
        COMPANY, ruling, statement="虚构", commitment_version=wording.version, signed_by="梁某（虚构）",
        by=representative(), at=LEFT, evidence=[upload(pdf())],
    )  # fmt: skip
    head = official(Role.CREDIT_OFFICE_REVIEWER, accounts.credit_office().code, 712)
    reorganising.take(case_id, "check-ruling", by=operator(), at=LEFT, reason="虚构")
    reorganising.take(case_id, "suspend-records", by=head, at=LEFT, reason="虚构")
    return lambda: record_changes.resume(_record(entry), by=head, at=LEFT)


@pytest.mark.parametrize(
    ("hide", "why"), [(by_silence, Cause.DISPUTE), (by_reorganisation, Cause.REORGANISATION)], ids=["silence", "court"]
)
def test_what_hides_an_entry_and_shows_it_again_leaves_a_line_each_in_the_public_log(
    entry: ListEntry, hide: Callable[[ListEntry], Callable[[], object]], why: str, settings, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path

    show = hide(entry)

    assert (answers(LEFT)["check"], answers(LEFT)["list page"]) == (0, 0)
    assert public.fold_of("serious-tax", at=LEFT) == Fold(0, 0, 0)
    show()
    assert all(answers(LEFT).values())
    lines = [json.loads(row.content) for row in transparency.leaves(start=1, size=9)]
    assert [(one["kind"], one["reason"], one["change"]) for one in lines] == [
        ("suspended", why, -1),
        ("resumed", why, 1),
    ]
    export = json.dumps(transparency.export(at=LEFT))
    assert checking.check(export).told[0].left == public.fold_of("serious-tax", at=LEFT).shown == 1


OPERATOR = Actor("operator", None, "", frozenset({Role.CREDIT_OFFICE_OPERATOR}), user_id=1)
HEAD = Actor("head", None, "", frozenset({Role.CREDIT_OFFICE_REVIEWER}), user_id=2)


def _corrected(entry: ListEntry, at: datetime, *, ends: date | None = None) -> None:
    """The authority hands the entry's record in again, with other words, or with another end."""
    terms, authority = policy.list_named(entry.policy), accounts.organisation_by_code(entry.authority_code)
    assert terms is not None
    assert authority is not None
    record = recording.record_of(
        entry.proposal, terms, authority, number=entry.decision_number, reason="更正后的理由（虚构）",
        begins=entry.in_force_from, ends=ends or entry.in_force_until,
    )  # fmt: skip
    assert record is not None
    recording.hand_in(record, entry.case_id, authority, by=decider(), at=at)


def _taken_off(entry: ListEntry, at: datetime) -> None:
    case_id = services.propose_removal(entry.pk, exit="revocation", grounds="虚构", by=officer(), at=at)
    services.take(case_id, "remove", by=decider(), at=at, reason="虚构", number=f"虚构移字{case_id}号")


def _merged(at: datetime) -> None:
    merging.merge(merging.propose(code(1), code(2), reason="虚构", by=OPERATOR, at=at), by=HEAD, at=at)


ROADS: dict[str, Callable[[ListEntry, datetime], object]] = {
    "dispute hides": lambda e, at: record_changes.suspend(_record(e), why=Cause.DISPUTE, by=PLATFORM, at=at),
    "court hides": lambda e, at: record_changes.suspend(_record(e), why=Cause.REORGANISATION, by=PLATFORM, at=at),
    "shown again": lambda e, at: record_changes.resume(_record(e), by=PLATFORM, at=at),
    "marked": lambda e, at: record_changes.mark_disputed(_record(e), by=PLATFORM, at=at),
    "repaired": lambda e, at: record_changes.end_by_repair(_record(e), by=PLATFORM, at=at),
    "repair undone": lambda e, at: record_changes.undo_repair(_record(e), by=PLATFORM, at=at),
    "withdrawn": lambda e, at: record_changes.withdraw(_record(e), by=PLATFORM, at=at),
    "revoked": lambda e, at: record_changes.withdraw(_record(e), why=Cause.COURT, by=PLATFORM, at=at),
    "corrected": _corrected,
    "shortened": lambda e, at: _corrected(e, at, ends=local_date(at) + timedelta(days=200)),
    "ended by correction": lambda e, at: _corrected(e, at, ends=local_date(at) - timedelta(days=1)),
    "made longer": lambda e, at: _corrected(e, at, ends=date(2035, 1, 1)),
    "taken off": _taken_off,
    "merged": lambda e, at: _merged(at),
    "merge undone": lambda e, at: merging.undo(Merge.objects.latest("id").pk, reason="虚构", by=HEAD, at=at),
}
walks = st.lists(
    st.tuples(st.sampled_from(sorted(ROADS)), st.integers(0, 1), st.integers(0, 400)), min_size=3, max_size=8
)


class _Undo(Exception):
    pass


@property_settings(
    max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(walks)
def test_the_public_list_is_what_the_public_log_leaves_on_it_whatever_happens(entry: ListEntry, way):
    with contextlib.suppress(_Undo), transaction.atomic():
        _walk(entry, way)
        raise _Undo


def test_each_road_by_which_an_entry_may_leave_or_come_back_is_walked(entry: ListEntry):
    hidden = ["dispute hides", "shown again", "marked", "court hides", "shown again", "repaired", "repair undone"]
    rest = ["corrected", "shortened", "merged", "merge undone", "taken off"]

    taken = _walk(entry, [(road, 0, 1) for road in (*hidden, *rest)] + [("withdrawn", 1, 1)])

    assert taken == [*hidden, *rest, "withdrawn"]


def _walk(entry: ListEntry, way: list[tuple[str, int, int]]) -> list[str]:
    """Go that way with this entry and another one; the roads that were open."""
    other = arrived(company("南宁虚构二行", 2), "2", on=ENTERED.date(), until=date(2030, 1, 1))
    entries = [entry, entered(about_subject(code(2)), on=ENTERED.date(), at=ENTERED, natural_key=other)]
    at, taken = LEFT, []
    for road, which, days in way:
        at += timedelta(days=days)
        with contextlib.suppress(ChengxinError, Merge.DoesNotExist), transaction.atomic():
            ROADS[road](entries[which], at)
            taken.append(road)
        shown = {e.decision_number for e in public.entries_of("serious-tax", at=at).items}
        assert shown == {e.decision_number for e in entries if f"list-entry:{e.pk}" in left_by_the_log(at)}, road
        assert public.fold_of("serious-tax", at=at).agrees, road
        assert public.fold_of("serious-tax", at=at).shown == len(shown)
    return taken


def left_by_the_log(at: datetime) -> set[str]:
    """The entries that the lines of the log, opened, leave on their lists at that moment."""
    last = {one.reference: json.loads(one.statement) for one in LogOpening.objects.order_by("leaf_id")}
    today = local_date(at).isoformat()
    return {ref for ref, told in last.items() if not told["hidden"] and not told["exit"] and told["until"] > today}
