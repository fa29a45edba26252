"""Deliveries to a real system on this machine: complete, in order, proved, tried again, given up, begun anew."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection

from chengxin.base.audit.models import AuditEntry
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.delivery import delivering, dispatching, policy, queries, rules, services, webhooks
from chengxin.intake.delivery.errors import NothingToReplay
from chengxin.intake.delivery.models import DeliveryEntry, Dispatch, Lane
from chengxin.intake.delivery.tests.factories import (
    KEY,
    MARKET_SUPERVISION,
    NOON,
    OPERATOR,
    added,
    corrected,
    delivered,
    officer,
    pushed,
    subject,
    withdrawn,
)
from chengxin.intake.delivery.tests.peers import Consumer, running
from chengxin.intake.exchange.models import Receipt
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import key_of

pytestmark = pytest.mark.django_db
LIMITS = policy.limits_on(NOON.date())
LATER = NOON + timedelta(days=1)


@pytest.fixture
def consumer() -> Iterator[Consumer]:
    with running() as system:
        yield system


def test_what_happens_to_a_record_reaches_the_consumer_signed_and_the_receipt_is_kept(consumer: Consumer):
    mine = pushed(consumer.address)
    consumer.secret = services.secret_of(mine, by=officer())
    added("1", about=subject())

    assert delivered(mine) == 1

    (event,) = consumer.events
    assert (event["id"], event["kind"], event["attempt"], event["takedown"]) == (f"{mine}-1", "added", 1, False)
    assert event["content"]["document_number"] == "虚构1号"
    assert event["content"]["public_until"] == "2027-05-09"
    assert consumer.forged == 0
    (headers,) = consumer.headers
    text = rules.signed_text(headers["webhook-id"], attempt=1, digest=headers["Delivery-Digest"])
    assert rules.is_genuine(text, headers["Delivery-Signature"], key=delivering.log.own_key().public_key())
    assert list(DeliveryEntry.objects.values_list("step", flat=True)) == ["sent", "acknowledged"]
    assert queries.log_fault(mine, by=officer()) is None
    assert Dispatch.objects.get().outcome == "acknowledged"


def test_events_of_a_subject_come_in_their_order_and_takedowns_before_the_news_of_others(consumer: Consumer):
    one, other = subject(1), subject(2)
    mine = pushed(consumer.address)
    added("a", about=one)
    delivered(mine)
    added("b", about=other)
    corrected("a", about=one)
    records.mark_disputed(key_of("a"), by=OPERATOR, at=NOON)
    withdrawn("a")
    added("c", about=one)

    delivered(mine)

    told = [(e["kind"], e["record"]) for e in consumer.events[1:]]
    a, b, c = (str(key_of(k)) for k in "abc")
    assert told == [("ended", a), ("ended", a), ("withdrawn", a), ("added", c), ("added", b)], (
        "what the record said before it was withdrawn is not told any more"
    )
    assert [e["takedown"] for e in consumer.events[1:]] == [True, True, True, False, False]


def test_a_consumer_that_never_had_a_record_learns_nothing_of_its_end(consumer: Consumer):
    mine = pushed(consumer.address)
    added("a", about=subject())
    withdrawn("a")

    assert delivered(mine) == 0
    assert consumer.events == []
    assert set(Dispatch.objects.values_list("outcome", flat=True)) == {"withheld"}


def test_a_failed_delivery_waits_as_policy_says_and_is_given_up_at_the_end_visibly(consumer: Consumer):
    consumer.status = 503
    mine = pushed(consumer.address)
    added("1", "2", about=subject())
    at = NOON
    for wait in LIMITS.waits:
        assert delivered(mine, at=at) == 1
        assert Lane.objects.get().next_attempt_at == at + timedelta(seconds=wait)
        assert delivered(mine, at=at + timedelta(seconds=wait - 1)) == 0
        at += timedelta(seconds=wait)
    assert delivered(mine, at=at) == 1
    assert delivered(mine, at=at + timedelta(days=30)) == 0

    (row,) = queries.stopped(by=OPERATOR, at=at)
    assert (row.stopped_at, row.last_fault, row.waiting) == (at, "HTTP 503", 2)
    assert AuditEntry.objects.filter(action="delivery.stopped").count() == 1

    consumer.status = 200
    services.begin_anew(mine, by=OPERATOR, at=at)
    delivered(mine, at=at)
    first, second = consumer.events
    assert (first["sequence"], first["attempt"]) == (1, len(LIMITS.waits) + 2)
    assert (second["sequence"], second["attempt"]) == (2, 2), "only the probe was sent again and again"
    assert queries.log_fault(mine, by=officer()) is None


def test_one_event_that_the_consumer_refuses_goes_alone_becomes_a_dead_letter_and_holds_up_nobody(consumer: Consumer):
    mine = pushed(consumer.address)
    bad = str(added("bad", about=subject(1))[0])
    added("good", about=subject(2))
    consumer.refuses = lambda event: event["record"] == bad
    at = NOON
    delivered(mine, at=at)
    assert [e["record"] for e in consumer.events] == [str(key_of("good"))]
    for wait in LIMITS.refusal_waits:
        at += timedelta(seconds=wait)
        delivered(mine, at=at)

    (dead,) = queries.dispatches(by=OPERATOR, outcome="dead").items
    assert (str(dead.record), dead.cause) == (bad, "HTTP 422")
    assert AuditEntry.objects.filter(action="delivery.dead").count() == 1

    consumer.refuses = lambda event: False
    services.replay_dead(mine, dead.sequence, by=OPERATOR, at=at)
    delivered(mine, at=at)
    assert (consumer.events[-1]["record"], consumer.events[-1]["replay"]) == (bad, True)
    with pytest.raises(NothingToReplay):
        services.replay_dead(mine, dead.sequence, by=OPERATOR, at=at)


def test_a_takedown_does_not_wait_behind_a_refused_event_of_its_subject(consumer: Consumer):
    about, mine = subject(), pushed(consumer.address)
    added("had", about=about)
    delivered(mine)
    bad = str(added("bad", about=about)[0])
    consumer.refuses = lambda event: event["record"] == bad
    delivered(mine)
    withdrawn("had")

    delivered(mine)

    assert consumer.events[-1]["kind"] == "withdrawn"
    assert Dispatch.objects.get(natural_key=bad).outcome == "dead"


def test_an_answer_without_a_genuine_receipt_is_no_acknowledgement(consumer: Consumer):
    consumer.signs = False
    mine = pushed(consumer.address)
    added("1", about=subject())

    delivered(mine)

    assert Lane.objects.get().last_fault == webhooks.NO_RECEIPT
    assert Dispatch.objects.get().outcome == ""


def test_what_ended_or_may_not_be_shown_any_more_is_asked_at_the_moment_of_sending(consumer: Consumer):
    mine = pushed(consumer.address)
    about = subject()
    added("ends", about=about, public=(date(2026, 5, 9), date(2026, 9, 2)))
    delivered(mine)
    assert consumer.kinds() == ["added"]
    corrected("ends", about=about, public=(date(2026, 5, 9), date(2026, 9, 2)))
    dispatching.route_all(at=lambda: NOON)

    delivered(mine, at=LATER)

    assert consumer.kinds() == ["added", "ended", "ended"], "the correction as the end that it has become"
    assert all("content" not in e for e in consumer.events[1:])


def test_the_end_of_a_public_period_is_told_on_its_day_and_once(consumer: Consumer):
    mine = pushed(consumer.address)
    added("ends", about=subject(), public=(date(2026, 5, 9), date(2026, 9, 2)))
    delivered(mine)

    for at in (NOON + timedelta(hours=2), LATER, LATER + timedelta(hours=1), LATER + timedelta(days=3)):
        delivered(mine, at=at)

    assert consumer.kinds() == ["added", "ended"]


def test_what_has_a_public_period_that_begins_later_is_told_on_its_first_day(consumer: Consumer):
    mine = pushed(consumer.address)
    added("later", about=subject(), public=(date(2026, 9, 2), None))
    delivered(mine)
    assert consumer.events == []

    delivered(mine, at=LATER)

    assert consumer.kinds() == ["added"]


def test_when_a_subscription_is_over_takedowns_of_what_was_given_still_go_and_nothing_else(consumer: Consumer):
    ended, over = pushed(consumer.address), pushed(consumer.address, months=1)
    about = subject()
    key = added("1", about=about)[0]
    for mine in (ended, over):
        delivered(mine)
    added("2", about=about)
    withdrawn("1")
    dispatching.route_all(at=lambda: NOON)
    services.end(ended, reason="不再需要", by=officer(), at=NOON)

    delivered(ended)
    delivered(over, at=NOON + timedelta(days=31))

    assert consumer.kinds() == ["added", "added", "withdrawn", "withdrawn"]
    assert sorted(set(Dispatch.objects.values_list("outcome", flat=True))) == ["acknowledged", "ended"]
    kept = Receipt.objects.get()
    assert (kept.natural_key, kept.door) == (key, "delivery"), "it is told of later changes as whoever holds a copy"


def test_a_process_that_died_while_sending_leaves_a_duplicate_that_says_so_and_loses_nothing(consumer: Consumer):
    mine = pushed(consumer.address)
    added("1", "2", about=subject())
    dispatching.route_all(at=lambda: NOON)
    died = delivering.prepare(mine, at=NOON)
    assert died is not None
    with webhooks.session() as http:
        webhooks.send(died, http, timestamp=0)  # and dies before it can write the receipt

    delivered(mine)

    assert [(e["id"], e["attempt"]) for e in consumer.events] == [
        (f"{mine}-1", 1), (f"{mine}-2", 1), (f"{mine}-1", 2), (f"{mine}-2", 2),
    ]  # fmt: skip


def test_a_lane_that_another_process_holds_is_left_to_it(consumer: Consumer):
    mine = pushed(consumer.address)
    added("1", about=subject())
    dispatching.route_all(at=lambda: NOON)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() FROM pg_advisory_lock(%s, %s)", [delivering.LANE_LOCK, mine])
        ((process,),) = cursor.fetchall()
    try:
        assert delivered(mine) == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 20000)", [process])
            assert cursor.fetchall() == [(True,)], "the other one is gone"
    finally:
        other.close()
    assert delivered(mine) == 1, "free the moment that the other one is gone"


def test_a_consumer_replays_from_any_point_and_others_cannot(consumer: Consumer):
    mine = pushed(consumer.address)
    added("1", "2", "3", about=subject())
    delivered(mine)

    with pytest.raises(NotFound):
        services.replay_from(mine, 2, by=officer(MARKET_SUPERVISION), at=NOON)
    assert services.replay_from(mine, 2, by=officer(), at=NOON) == 2
    delivered(mine)

    assert [(e["sequence"], e["replay"]) for e in consumer.events[3:]] == [(2, True), (3, True)]
    with pytest.raises(NotPermitted):
        services.begin_anew(mine, by=officer(), at=NOON)


def test_a_subscription_from_the_start_begins_with_what_is_there(consumer: Consumer):
    about = subject()
    added("before", about=about)
    mine = pushed(consumer.address, is_from_start=True)
    added("after", about=about)

    delivered(mine)

    assert {e["record"] for e in consumer.events} == {str(key_of("before")), str(key_of("after"))}


def test_in_production_nothing_leaves_without_the_platforms_certificate(consumer: Consumer, settings):
    mine = pushed(consumer.address)
    added("1", about=subject())
    settings.SECURE = True

    delivered(mine)

    assert Lane.objects.get().last_fault == webhooks.NO_CERTIFICATE
    assert consumer.events == []


def test_a_forged_or_foreign_receipt_acknowledges_nothing():
    assert not rules.is_genuine(b"another text", rules.sign(b"text", KEY), key=KEY.public_key())
