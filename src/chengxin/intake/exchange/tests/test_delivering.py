"""Deliveries to a real system on this machine: signed, most urgent first, retried, given up, begun anew."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chengxin.intake.exchange import delivering, policy, queries, services, tasks
from chengxin.intake.exchange.models import ChangeNotice
from chengxin.intake.exchange.tests.factories import (
    ADMINISTRATOR,
    APPROVAL_BUREAU,
    NOON,
    OPERATOR,
    officer,
    received,
    repaired,
)
from chengxin.intake.exchange.tests.peers import ConsumerPeer, consumer_peer

pytestmark = pytest.mark.django_db
WAITS = policy.waits_on(NOON.date())


@pytest.fixture
def peer() -> Iterator[ConsumerPeer]:
    with consumer_peer() as running:
        _, running.secret = services.register_webhook(APPROVAL_BUREAU, running.address, by=ADMINISTRATOR, at=NOON)
        yield running


def rounds(at) -> list[str]:
    """Deliver all that is due at that moment; what went wrong each time."""
    faults = []
    with delivering.session() as session:
        while (one := delivering.claim(at=at)) is not None:
            faults.append(delivering.send(one, session, at=at))
            delivering.record(one, faults[-1], at=at)
    return faults


def test_a_takedown_is_delivered_signed_and_the_answer_acknowledges_it(peer: ConsumerPeer):
    key = received()
    repaired(key)

    tasks.deliver()

    (taken,) = peer.taken
    assert (taken["type"], taken["data"]["record"], taken["data"]["takedown"]) == ("record.repaired", str(key), True)
    assert taken["data"]["document_number"] == "虚构1号"
    assert peer.forged == 0
    (row,) = queries.changes_of(officer(), limit=10)
    assert (row.road, row.acknowledged_by) == ("webhook", f"webhook:{APPROVAL_BUREAU}")


def test_a_system_that_checks_under_another_secret_takes_nothing(peer: ConsumerPeer):
    peer.secret = "whsec_" + "A" * 32
    repaired(received())

    assert rounds(NOON) == ["HTTP 401"]
    assert peer.taken == []


def test_takedowns_go_first_then_corrections_then_marks(peer: ConsumerPeer):
    keys = [received(key=name) for name in ("1", "2", "3")]
    services.announce(keys[0], change="disputed", at=NOON, told_at=NOON)
    services.announce_corrected([keys[1]], at=NOON, told_at=NOON)
    services.announce(keys[2], change="withdrawn", at=NOON, told_at=NOON)

    assert rounds(NOON) == ["", "", ""]

    assert [one["type"] for one in peer.taken] == ["record.withdrawn", "record.corrected", "record.disputed"]


def test_a_failed_delivery_is_tried_again_after_growing_waits_and_given_up_at_the_end(peer: ConsumerPeer):
    peer.status = 503
    repaired(received())
    at = NOON
    for wait in WAITS:
        assert rounds(at) == ["HTTP 503"]
        assert ChangeNotice.objects.get().next_attempt_at == at + timedelta(seconds=wait)
        assert rounds(at + timedelta(seconds=wait - 1)) == []
        at += timedelta(seconds=wait)
    assert rounds(at) == ["HTTP 503"]

    (letter,) = queries.dead_letters(by=OPERATOR, limit=10)
    assert (letter.dead_at, letter.row.attempts, letter.row.last_fault) == (at, len(WAITS) + 1, "HTTP 503")
    assert rounds(at + timedelta(days=30)) == []

    peer.status = 200
    services.deliver_again(letter.row.id, by=OPERATOR, at=at)
    assert rounds(at) == [""]
    assert queries.dead_letters(by=OPERATOR, limit=10) == ()


def test_a_redirect_is_not_followed(peer: ConsumerPeer):
    with consumer_peer() as elsewhere:
        peer.status, peer.location = 307, elsewhere.address
        repaired(received())

        assert rounds(NOON) == ["HTTP 307"]
        assert elsewhere.seen == []


def test_a_system_that_is_down_does_not_hold_up_the_round(peer: ConsumerPeer):
    peer.status = 500
    for name in ("1", "2", "3"):
        repaired(received(key=name))

    assert rounds(NOON) == ["HTTP 500"], "one attempt shows that it is down; the others wait with it"


def test_in_production_this_machine_and_its_neighbours_are_not_delivered_to(peer: ConsumerPeer, settings):
    repaired(received())
    settings.SECURE = True

    assert rounds(NOON) == ["address refused"]
    assert peer.seen == []


def test_what_a_dead_process_had_claimed_is_taken_up_again(peer: ConsumerPeer):
    repaired(received())
    assert delivering.claim(at=NOON) is not None

    assert rounds(NOON + timedelta(seconds=30)) == []
    assert rounds(NOON + delivering.CLAIMED) == [""]
