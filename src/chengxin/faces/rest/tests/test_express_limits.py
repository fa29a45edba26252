"""The express lanes wait for no connection that does not answer, and keep nothing twice for it."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from chengxin.base.database.awaited import in_greenlet
from chengxin.base.database.own import Unanswered
from chengxin.base.database.tests.test_own import PROCESS, stopped
from chengxin.faces.rest.errors import CheckUnsettled
from chengxin.faces.rest.express import Lookups
from chengxin.faces.rest.express_checks import Checks
from chengxin.faces.rest.lanes import Lanes
from chengxin.faces.rest.tests import factories
from chengxin.faces.rest.tests.test_checks import ADDRESS, prepared
from chengxin.registry.subjects.tests.factories import code
from chengxin.regulation.measures import checking
from chengxin.regulation.measures.models import Receipt
from chengxin.regulation.measures.tests.factories import PROCUREMENT

SOON, LATE = 0.2, 60.0
GIVEN = json.dumps({"matter": PROCUREMENT, "codes": [code(1)]}).encode()
HELD = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """An event loop, as a web process has one."""
    with asyncio.Runner() as runner:
        yield runner


class Lane:
    """A lane of checks that has answered once, so that all it needs is prepared and remembered."""

    def __init__(self, loop: asyncio.Runner) -> None:
        self.loop, self.checks, self.headers = loop, Checks(), prepared()
        self.own = self.checks.rounds.own
        assert self.says() is not None
        self.process = self.loop.run(in_greenlet(self.own.rows, PROCESS, {}))[0][0]
        self.own.limit = LATE

    def says(self) -> bytes | None:
        """The answer to a check."""
        return self.loop.run(self.checks.content(factories.scope("POST", ADDRESS, **self.headers), GIVEN))

    def rests(self) -> None:
        """Wait until nothing works on what the lane asked."""
        self.own.close()
        with connection.cursor() as cursor:
            cursor.execute(HELD)
            while cursor.fetchone() != (0,):
                cursor.execute("SELECT pg_sleep(0.01)")
                cursor.execute(HELD)

    def closes_and_has_time(self) -> None:
        """From its next connection on it has time."""
        close = self.own.close

        def closes() -> None:
            close()
            self.own.limit = LATE

        self.own.close = closes  # type: ignore[method-assign]


def test_a_check_whose_connection_stands_still_goes_the_ordinary_way_and_the_next_does_not(committed_db: str, loop):
    lane = Lane(loop)

    with stopped(lane.process):
        lane.own.limit = SOON
        assert lane.says() is None
        lane.own.limit = LATE
        assert lane.says() is not None

    assert Receipt.objects.count() == 2


def test_a_lookup_whose_connection_stands_still_goes_the_ordinary_way(committed_db: str, loop):
    factories.subject()
    lane, asked = Lookups(), factories.scope("GET", f"/api/v1/subjects/{factories.COMPANY}")
    assert loop.run(lane.content(asked)) is not None
    ((process,),) = loop.run(in_greenlet(lane.own.rows, PROCESS, {}))
    lane.own.limit = SOON

    with stopped(process):
        assert loop.run(lane.content(asked)) is None


def when_it_keeps(monkeypatch: pytest.MonkeyPatch, do: Callable[[], None]) -> None:
    """Do something between what a lane asks and what it keeps."""
    made = checking.rows_of

    def does(*args: Any, **named: Any) -> Any:
        do()
        return made(*args, **named)

    monkeypatch.setattr(checking, "rows_of", does)


def test_a_connection_that_stands_still_while_it_keeps_is_replaced_and_nothing_is_kept_twice(
    committed_db: str, loop, monkeypatch
):
    lane = Lane(loop)

    def stops() -> None:
        os.kill(lane.process, signal.SIGSTOP)
        lane.own.limit = SOON
        lane.closes_and_has_time()

    when_it_keeps(monkeypatch, stops)
    try:
        assert lane.says() is not None
    finally:
        os.kill(lane.process, signal.SIGCONT)

    lane.rests()
    assert Receipt.objects.count() == 2


def test_what_was_kept_although_no_word_of_it_came_back_is_answered_and_not_kept_twice(
    committed_db: str, loop, monkeypatch
):
    lane = Lane(loop)
    monkeypatch.setattr(lane.own, "rows", once_unheard(lane.own.rows))

    content = lane.says()

    assert content is not None
    (item,) = json.loads(content)["items"]
    assert Receipt.objects.filter(pk=item["receipt"]).count() == 1
    assert Receipt.objects.count() == 2


def once_unheard(rows: Callable[..., Any]) -> Callable[..., Any]:
    """Ask, and lose the first answer about what is kept."""
    lost: list[str] = []

    def asks(statement: str, values: Any) -> Any:
        found = rows(statement, values)
        if statement == checking.KEEP and not lost:
            lost.append(statement)
            raise Unanswered("lost")
        return found

    return asks


def test_where_it_stays_unknown_whether_a_check_was_kept_nobody_is_answered_and_it_is_kept_once_at_most(
    committed_db: str, loop, monkeypatch
):
    lane = Lane(loop)

    def hurries() -> None:
        lane.own.limit = SOON

    when_it_keeps(monkeypatch, hurries)
    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=committed_db) as other:
        other.execute("LOCK TABLE measures_receipt IN EXCLUSIVE MODE")
        with pytest.raises(CheckUnsettled):
            lane.says()

    lane.rests()
    assert Receipt.objects.count() in {1, 2}


def test_the_caller_is_told_in_its_language_that_the_check_has_no_result(loop, monkeypatch):
    async def ordinary(*_: Any) -> None:
        raise AssertionError

    async def unsettled(*_: Any) -> bytes:
        raise CheckUnsettled

    lanes, told = Lanes(ordinary), []
    monkeypatch.setattr(lanes.checks, "content", unsettled)

    class Conversation:
        async def __call__(self) -> bytes:
            return GIVEN

        def response_bytes(self, *answer: Any) -> None:
            told.append(answer)

    given = {"content-length": str(len(GIVEN)), "accept-language": "en"}
    loop.run(lanes(factories.scope("POST", ADDRESS, **given), Conversation()))  # type: ignore[arg-type]

    ((status, headers, content),) = told
    assert (status, dict(headers)["Content-Type"]) == (503, "application/problem+json")
    problem = json.loads(content)
    assert (problem["code"], problem["retryable"]) == (CheckUnsettled.code, True)
    assert problem["title"].startswith("The database did not answer in time")
