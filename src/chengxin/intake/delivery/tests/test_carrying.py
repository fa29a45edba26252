"""A change of a record that an organisation holds is one notice, whichever road takes it there."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from chengxin.intake.delivery import dispatching, services
from chengxin.intake.delivery.models import Dispatch
from chengxin.intake.delivery.tests.factories import (
    APPROVAL_BUREAU,
    MARKET_SUPERVISION,
    NOON,
    OPERATOR,
    added,
    delivered,
    officer,
    pushed,
    subject,
    subscribed,
)
from chengxin.intake.delivery.tests.peers import Consumer, running
from chengxin.intake.exchange import queries as exchange
from chengxin.intake.exchange import services as changes
from chengxin.intake.exchange.models import ChangeNotice
from chengxin.intake.exchange.rules import Door
from chengxin.intake.exchange.tests.factories import ADMINISTRATOR, repaired
from chengxin.registry.records import services as records

pytestmark = pytest.mark.django_db
A_SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def consumer() -> Iterator[Consumer]:
    with running() as system:
        yield system


def given(to: int, key: str = "1") -> UUID:
    """A record that this subscription delivered."""
    (record,) = added(key, about=subject(int(key)))
    delivered(to)
    return record


def told() -> list[tuple[str, bool, str, bool]]:
    """Each notice: to whom, whether a subscription carries it, how it was acknowledged, whether it is to be pushed."""
    found = ChangeNotice.objects.select_related("organisation").order_by("organisation__code")
    return [(n.organisation.code, n.carried_by is not None, n.road, n.next_attempt_at is not None) for n in found]


def test_a_takedown_by_subscription_counts_from_the_decision_to_the_consumers_receipt(consumer: Consumer):
    mine = pushed(consumer.address)
    repaired(given(mine), at=LATER)
    dispatching.route_all(at=lambda: LATER)
    waiting = exchange.takedown_report(at=LATER).total

    delivered(mine, at=LATER + 7 * A_SECOND)

    assert (waiting.takedowns, waiting.waiting) == (1, 1), "one that did not arrive is not left out"
    total = exchange.takedown_report(at=LATER).total
    assert (total.takedowns, total.notices, total.waiting, total.worst_seconds) == (1, 1, 0, 7.0)
    assert told() == [(APPROVAL_BUREAU, True, "delivery", False)]


@pytest.mark.parametrize("first", ["routing", "telling"])
def test_whoever_else_received_the_record_is_told_whichever_of_the_two_comes_first(consumer: Consumer, first: str):
    changes.register_webhook(APPROVAL_BUREAU, "http://127.0.0.1:9/hook", by=ADMINISTRATOR, at=NOON)
    mine = pushed(consumer.address)
    record = given(mine)
    for organisation in (APPROVAL_BUREAU, MARKET_SUPERVISION):
        changes.receive([record], door=Door.SHARED, by=officer(organisation), at=NOON)

    records.end_by_repair(record, by=OPERATOR, at=LATER)
    if first == "routing":
        dispatching.route_all(at=lambda: LATER)
    changes.announce(record, change="repaired", at=LATER, told_at=LATER)
    dispatching.route_all(at=lambda: LATER)

    assert told() == [(MARKET_SUPERVISION, False, "", False), (APPROVAL_BUREAU, True, "", False)]
    delivered(mine, at=LATER)
    assert told() == [(MARKET_SUPERVISION, False, "", False), (APPROVAL_BUREAU, True, "delivery", False)]


def test_what_came_through_another_door_is_called_back_by_the_subscription_and_nothing_else_is(consumer: Consumer):
    mine = pushed(consumer.address)
    held, unknown = added("1", "2", about=subject(), audience="authorised", public=None)
    changes.receive([held], door=Door.QUERY, by=officer(), at=NOON)
    repaired(held, at=LATER)
    repaired(unknown, at=LATER)

    delivered(mine, at=LATER)

    assert [(e["record"], e["kind"], e.get("content")) for e in consumer.events] == [(str(held), "repaired", None)]
    assert told() == [(APPROVAL_BUREAU, True, "delivery", False)]


def test_the_end_of_a_subscription_gives_back_what_will_not_leave_any_more():
    changes.register_webhook(APPROVAL_BUREAU, "http://127.0.0.1:9/hook", by=ADMINISTRATOR, at=NOON)
    mine = subscribed()
    (record,) = added("1", about=subject())
    dispatching.route_all(at=lambda: NOON)
    assert services.fetch(mine, by=officer(), at=NOON) is not None
    records.mark_disputed(record, by=OPERATOR, at=LATER)
    dispatching.route_all(at=lambda: LATER)
    assert told() == [(APPROVAL_BUREAU, True, "", False)]

    services.end(mine, reason="系统下线（虚构）", by=officer(), at=LATER)

    assert Dispatch.objects.filter(outcome="ended").count() == 2
    assert told() == [(APPROVAL_BUREAU, False, "", True)], "the address that was registered is tried again"
