"""Whichever way an entry on a list ends, the credit check answers nothing of it from that moment on, at every door."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from chengxin.base.clock import CITY_TIME
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists import public, services
from chengxin.regulation.lists import queries as lists
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.rules import Exit
from chengxin.regulation.lists.tests.factories import COMPANY, listed, officer, proposed, representative
from chengxin.regulation.lists.tests.factories import reviewer as decider
from chengxin.regulation.measures import services as measures
from chengxin.regulation.measures.tests.factories import PROCUREMENT
from chengxin.regulation.measures.tests.factories import official as window
from chengxin.rights.disputes import services as disputes
from chengxin.rights.repair import policy as repair_policy
from chengxin.rights.repair import services as repair
from chengxin.rights.repair.tests.factories import operator

pytestmark = pytest.mark.django_db
ENTERED = datetime(2025, 6, 2, 4, tzinfo=UTC)  # a Monday
LEFT = datetime(2026, 9, 1, 4, tzinfo=UTC)  # after the first year: removal and repair are open
ONE_SECOND = timedelta(seconds=1)


@pytest.fixture
def entry() -> ListEntry:
    company("南宁虚构商行")
    return listed(proposed(at=ENTERED), at=ENTERED)


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
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_exit_removes_every_answer_in_the_same_moment(
    entry: ListEntry, leave: Callable[[ListEntry], datetime], exit: str
):
    assert all(answers(LEFT - ONE_SECOND).values())

    moment = leave(entry)

    assert answers(moment) == {"check": 0, "list page": 0, "number in force": 0, "entries in force": 0}
    if entry.natural_key and exit in {Exit.REPAIR, Exit.CORRECTION}:
        services.follow_record(_record(entry), change="repaired" if exit == Exit.REPAIR else "withdrawn", at=moment)
    assert EntryEvent.objects.filter(entry=entry).latest("number").exit == exit
