"""Answers what comes at the same time together: one round of work and one commit for all who wait.

The first who comes works for whoever waits; who comes meanwhile is taken along by the next round. Nobody gets an answer
before the round's work is done, so nothing is lost that a single request would have kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Waiting(Generic[Job, Result]):
    job: Job
    woken: Event = field(default_factory=Event)
    result: Result | None = None
    error: BaseException | None = None
    leads: bool = False
    is_done: bool = False


class Gathering(Generic[Job, Result]):
    """Rounds of at most `most` jobs, `rounds` of them at a time; `answer` gives a result for each job, in order."""

    def __init__(self, answer: Callable[[Sequence[Job]], Sequence[Result]], *, most: int, rounds: int) -> None:
        self.answer, self.most, self.rounds = answer, most, rounds
        self._lock, self._under_way = Lock(), 0
        self._queue: list[_Waiting[Job, Result]] = []

    def ask(self, job: Job) -> Result:
        """The result of this job. Raises what the round raised that it was part of."""
        waiting: _Waiting[Job, Result] = _Waiting(job)
        with self._lock:
            self._queue.append(waiting)
            leads = self._under_way < self.rounds
            if leads:
                self._under_way += 1
        if leads:
            self._round()
        while not waiting.is_done:
            waiting.woken.wait()
            waiting.woken.clear()
            if waiting.leads:
                waiting.leads = False
                self._round()
        if waiting.error is not None:
            raise waiting.error
        return waiting.result  # type: ignore[return-value]

    def _round(self) -> None:
        with self._lock:
            taken, self._queue = self._queue[: self.most], self._queue[self.most :]
        try:
            for one, result in zip(taken, self.answer([t.job for t in taken]) if taken else (), strict=True):
                one.result = result
        except BaseException as error:  # whoever waits must be told, whatever it was
            for one in taken:
                one.error = error
        for one in taken:
            one.is_done = True
        with self._lock:
            following = self._queue[0] if self._queue else None
            if following is None:
                self._under_way -= 1
        for one in taken:
            one.woken.set()
        if following is not None:  # another round may take it along meanwhile; then it leads an empty one
            following.leads = True
            following.woken.set()
