"""Answers what comes at the same time together: one round of work for all who wait, in one event loop.

Who comes while a round is under way is taken along by the next. Nobody gets an answer before the round's work is done,
so nothing is lost that a single request would have kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

MANY = 4  # jobs of the last round and after it, from which on the next round waits for as many
PATIENCE = 0.003  # seconds that it waits for them at most
LIMIT = 15.0  # seconds that a round may take, whatever holds it up; those of a question are `OwnConnection.limit`


class Gathering(Generic[Job, Result]):
    """Rounds of at most `most` jobs, one at a time; `answer` gives a result for each job, in order.

    Each round has its fixed share of work, so many small rounds answer fewer than some large ones: under load a round
    begins when as many are there as the last time, who were answered then and ask again. Where few ask, nobody waits.
    A second round beside the first made checks no faster, for the same reason (bench/check). A round that takes longer
    than `LIMIT` is broken off: whoever waits in it is told by `TimeoutError`, and the next one begins.
    """

    def __init__(self, answer: Callable[[Sequence[Job]], Awaitable[Sequence[Result]]], *, most: int) -> None:
        self.answer, self.most = answer, most
        self._waiting: list[tuple[Job, asyncio.Future[Result]]] = []
        self._rounds: asyncio.Task[None] | None = None
        self._expected = 0
        self._enough: asyncio.Future[None] | None = None

    def ask(self, job: Job) -> "asyncio.Future[Result]":
        """The result of this job, to await. Raises what the round raised that it was part of."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, future))
        if self._rounds is None:
            self._rounds = asyncio.ensure_future(self._answer_all())
        elif len(self._waiting) >= self._expected:
            self._begin()
        return future

    async def _answer_all(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # who was answered is told first, and who asked meanwhile comes along
                if self._expected >= MANY and len(self._waiting) < self._expected:
                    await self._patience()
                taken, self._waiting = self._waiting[: self.most], self._waiting[self.most :]
                await self._round(taken)
                self._expected = min(len(taken) + len(self._waiting), self.most)
        finally:
            self._rounds = None

    async def _patience(self) -> None:
        loop = asyncio.get_running_loop()
        self._enough = loop.create_future()
        timer = loop.call_later(PATIENCE, self._begin)
        try:
            await self._enough
        finally:
            timer.cancel()
            self._enough = None

    def _begin(self) -> None:
        if self._enough is not None and not self._enough.done():
            self._enough.set_result(None)

    async def _round(self, taken: list[tuple[Job, "asyncio.Future[Result]"]]) -> None:
        try:
            async with asyncio.timeout(LIMIT):
                results = await self.answer([job for job, _ in taken])
            for (_, future), result in zip(taken, results, strict=True):
                if not future.done():  # who went away meanwhile
                    future.set_result(result)
        except BaseException as error:  # whoever waits must be told, whatever it was
            for _, future in taken:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
