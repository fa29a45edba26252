"""The process that delivers: routes what happened, and serves every consumer beside the others.

Each consumer has its own thread while something is due for it, at most so many side by side as policy says; one that is
slow or dead takes one of them, for no longer than a delivery's time limits, and then waits on its own.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import FrameType

import requests
import structlog
from django.db import Error, connection

from chengxin.base.clock import local_date
from chengxin.intake.delivery import delivering, files, policy, queries, routing, webhooks
from chengxin.intake.delivery.delivering import Answer
from chengxin.intake.delivery.rules import Road
from chengxin.registry.records import events

log = structlog.get_logger(__name__)
PAUSE = 1.0  # seconds between looks where nobody wakes it
OPENING_PAUSE = 15.0  # until a lane is tried to be opened again where changes under way took too long
PUSHED = (Road.WEBHOOK.value, Road.FILE.value)


def route_all(*, at: Callable[[], datetime]) -> int:
    """Open what was approved, then all that `route_on` does; returns how many events were routed."""
    routing.begin(at=at())
    return route_on(at=at)


def route_on(*, at: Callable[[], datetime]) -> int:
    """Close what is over, write what the calendar brings, and route all that happened; returns how many events."""
    delivering.close_all_over(at=at())
    events.sweep_periods(at=at())
    for subscription_id in routing.copying():
        routing.copy_present(subscription_id, at=at())
    routed = 0
    while taken := routing.route(at=at()):
        routed += taken
    return routed


def serve(
    subscription_id: int,
    http: requests.Session,
    *,
    at: Callable[[], datetime],
    goes_on: Callable[[], bool] = lambda: True,
) -> int:
    """Deliver what is due to one consumer, for no longer than its turn; returns how many deliveries left.

    Nothing where another process does so already. Ends with the first fault: the lane then waits on its own; and before
    the next delivery where `goes_on` says so.
    """
    left = 0
    ends = time.monotonic() + policy.limits_on(local_date(at())).burst_seconds
    with delivering.held(subscription_id) as mine:
        while mine and goes_on() and time.monotonic() < ends:
            outgoing = delivering.prepare(subscription_id, at=at())
            if outgoing is None:
                break
            left += 1
            if outgoing.road == Road.FILE:
                try:
                    files.write(outgoing)
                except OSError as error:
                    delivering.settle(outgoing, Answer(fault=type(error).__name__), at=at())
                break
            answer = webhooks.send(outgoing, http, timestamp=int(at().timestamp()))
            delivering.settle(outgoing, answer, at=at())
            if not answer.receipt and not answer.is_refusal:
                break
    return left


class Dispatcher:
    """Runs until it is told to stop."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._opens_at = 0.0
        self._busy: set[int] = set()
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._sessions: dict[int, requests.Session] = {}

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """End after what is under way."""
        self._stopped.set()
        self._woken.set()

    def run(self) -> None:
        """Route and deliver. Woken by the commit of whatever happens; looks once a second besides."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        most = policy.limits_on(local_date(self._now())).side_by_side
        threading.Thread(target=self._listen, daemon=True).start()
        with ThreadPoolExecutor(most, thread_name_prefix="deliver") as pool:
            while not self._stopped.is_set():
                self._woken.clear()
                with _going_on("delivery.routing_failed"):
                    self._open()
                    route_on(at=self._now)
                    files.take_receipts(at=self._now())
                    for subscription_id in queries.due(roads=PUSHED, at=self._now()):
                        self._start(pool, subscription_id)
                self._woken.wait(PAUSE)
        connection.close()

    def _open(self) -> None:
        if time.monotonic() >= self._opens_at:
            left = routing.begin(at=self._now())
            self._opens_at = time.monotonic() + (OPENING_PAUSE if left else 0.0)

    def _start(self, pool: ThreadPoolExecutor, subscription_id: int) -> None:
        with self._lock:
            if subscription_id in self._busy:
                return
            self._busy.add(subscription_id)
        pool.submit(self._serve, subscription_id)

    def _serve(self, subscription_id: int) -> None:
        left = 0
        try:
            with _going_on("delivery.failed", subscription=subscription_id):
                http = self._sessions.setdefault(subscription_id, webhooks.session())
                left = serve(subscription_id, http, at=self._now, goes_on=lambda: not self._stopped.is_set())
        finally:
            with self._lock:
                self._busy.discard(subscription_id)
            if left:
                self._woken.set()  # more may have come while it was busy

    def _listen(self) -> None:
        while not self._stopped.is_set():
            with _going_on("delivery.listening_failed"):
                connection.ensure_connection()
                connection.set_autocommit(True)
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {events.CHANNEL}")
                for _told in connection.connection.notifies():
                    self._woken.set()
            self._stopped.wait(PAUSE)


@contextlib.contextmanager
def _going_on(event: str, **told: object) -> Iterator[None]:
    """Say what went wrong and go on: what was not done is still there to be done."""
    try:
        yield
    except Exception as error:
        log.error(event, exc_info=error, **told)
        if isinstance(error, Error):
            connection.close()  # a new one takes its place
