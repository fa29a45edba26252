"""The process that delivers: killed at any point it loses and swaps nothing; who is dead costs the others nothing."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import connection, transaction

from chengxin.base import clock
from chengxin.intake.delivery import dispatching, queries, services
from chengxin.intake.delivery.dispatching import Dispatcher
from chengxin.intake.delivery.models import Dispatch, Lane
from chengxin.intake.delivery.tests.factories import (
    OPERATOR,
    REVIEWER,
    WISH,
    added,
    officer,
    pushed,
    subject,
    withdrawn,
)
from chengxin.intake.delivery.tests.peers import Consumer, running

ROUNDS, LONGEST = 8, 0.25
PATIENCE = 20.0


@contextmanager
def dispatcher() -> Iterator[int]:
    """The process that delivers, in a process of its own; killed at the end without a chance to tidy up."""
    connection.close()  # the child must not inherit it
    child = os.fork()
    if child == 0:
        try:
            Dispatcher(now=clock.now).run()
        finally:
            os._exit(0)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def waits_until(is_so) -> bool:
    """Whether it becomes so before patience ends."""
    ends = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < ends:
        time.sleep(0.02)
    return bool(is_so())


def settled() -> bool:
    return Dispatch.objects.exists() and not Dispatch.objects.filter(outcome="").exists()


@pytest.fixture
def consumer() -> Iterator[Consumer]:
    with running() as system:
        yield system


@pytest.mark.usefixtures("committed_db")
def test_killed_at_any_point_nothing_is_lost_nothing_is_out_of_order_and_duplicates_say_so(consumer: Consumer):
    chance = random.Random(22117)
    about = [subject(n) for n in (1, 2, 3)]
    mine = pushed(consumer.address, at=clock.now())
    for turn in range(ROUNDS):
        for one in about:
            with transaction.atomic():
                added(f"{turn}-{one}-a", f"{turn}-{one}-b", about=one, at=clock.now())
        if turn:
            withdrawn(f"{turn - 1}-{about[turn % 3]}-a", at=clock.now())
        with dispatcher():
            time.sleep(chance.uniform(0.02, LONGEST))
    with dispatcher():
        assert waits_until(settled)

    first: dict[int, dict] = {}
    attempts: dict[int, list[int]] = {}
    order: list[int] = []
    for event in consumer.events:
        attempts.setdefault(event["sequence"], []).append(event["attempt"])
        if event["sequence"] not in first:
            first[event["sequence"]] = event
            order.append(event["sequence"])
    told = {d.sequence: d for d in Dispatch.objects.all()}
    assert set(order) == {s for s, d in told.items() if d.outcome == "acknowledged"}, "nothing is lost"
    assert set(told) == set(range(1, len(told) + 1)), "the sequence has no gap"
    for one in about:
        of_one = [s for s in order if told[s].subject == one]
        assert of_one == sorted(of_one), "nothing is out of order"
    assert all(a == sorted(set(a)) for a in attempts.values()), "each duplicate has a later attempt"
    assert queries.log_fault(mine, by=officer()) is None


@pytest.mark.usefixtures("committed_db")
def test_a_consumer_that_hangs_and_one_that_is_dead_hold_up_nobody(consumer: Consumer):
    one = subject()
    with running() as slow, running() as dead:
        slow.gate, dead.status = threading.Event(), 503
        hanging = pushed(slow.address, at=clock.now())
        down = pushed(dead.address, at=clock.now())
        well = pushed(consumer.address, at=clock.now())
        with dispatcher():
            for number in range(5):
                with transaction.atomic():
                    added(f"{number}", about=one, at=clock.now())
                assert waits_until(lambda n=number: len(consumer.events) == n + 1)
            lag = {r.id: r.waiting for r in queries.subscriptions(by=OPERATOR, at=clock.now())[0]}
        slow.gate.set()

    assert lag[well] <= 1
    assert (lag[hanging], lag[down]) == (5, 5)
    assert Lane.objects.get(subscription_id=down).last_fault == "HTTP 503"


@pytest.mark.usefixtures("committed_db")
def test_who_begins_to_watch_waits_for_changes_under_way_and_misses_none(consumer: Consumer):
    one = subject()
    mine = services.request(replace(WISH, is_from_start=True), by=officer(), at=clock.now())
    services.decide(mine, approve=True, reason="", by=REVIEWER, at=clock.now())
    written, go = threading.Event(), threading.Event()

    def hand_in() -> None:
        with transaction.atomic():
            added("under-way", about=one, at=clock.now())
            written.set()
            go.wait(10)
        connection.close()

    worker = threading.Thread(target=hand_in)
    worker.start()
    written.wait(10)
    threading.Timer(0.3, go.set).start()
    dispatching.route_all(at=clock.now)
    worker.join()

    assert Lane.objects.get().is_open, "it waited for the hand-in, which began before anybody watched"
    assert Dispatch.objects.filter(subscription_id=mine).count() == 1
