"""Answers what comes at the same time together: one round of work and one commit for all who wait.

The first who comes works for whoever waits; who comes meanwhile is taken along by the next round, which one of them
leads. Nobody gets an answer before the round's work is done, so nothing is lost that a single request would have kept.
"""

from _thread import LockType
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Lock
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


def _shut() -> LockType:
    gate = Lock()
    gate.acquire()
    return gate


@dataclass(slots=True)
class _Waiting(Generic[Job, Result]):
    job: Job
    gate: LockType = field(default_factory=_shut)  # opened once: when answered, or to lead the next round
    result: Result | None = None
    error: BaseException | None = None
    is_done: bool = False
    following: "_Waiting[Job, Result] | None" = None  # opened by this one once it has its answer


class Gathering(Generic[Job, Result]):
    """Rounds of at most `most` jobs, one at a time; `answer` gives a result for each job, in order.

    A round does not wait for more to come: that made rounds larger and fewer, and checks no faster (bench/check). Those
    who were answered wake each other one after the other: all at once they fought the next round for the interpreter.
    """

    def __init__(self, answer: Callable[[Sequence[Job]], Sequence[Result]], *, most: int) -> None:
        self.answer, self.most = answer, most
        self._lock, self._is_busy = Lock(), False
        self._queue: list[_Waiting[Job, Result]] = []

    def ask(self, job: Job) -> Result:
        """The result of this job. Raises what the round raised that it was part of."""
        waiting: _Waiting[Job, Result] = _Waiting(job)
        with self._lock:
            self._queue.append(waiting)
            leads, self._is_busy = not self._is_busy, True
        if not leads:
            waiting.gate.acquire()
        if not waiting.is_done:
            self._round(waiting)
        elif waiting.following is not None:
            waiting.following.gate.release()
        if waiting.error is not None:
            raise waiting.error
        return waiting.result  # type: ignore[return-value]

    def _round(self, leader: _Waiting[Job, Result]) -> None:
        with self._lock:
            taken, self._queue = self._queue[: self.most], self._queue[self.most :]
        try:
            for one, result in zip(taken, self.answer([t.job for t in taken]), strict=True):
                one.result = result
        except BaseException as error:  # whoever waits must be told, whatever it was
            for one in taken:
                one.error = error
        for one in taken:
            one.is_done = True
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._is_busy = following is not None
        if following is not None:
            following.gate.release()
        others = [one for one in taken if one is not leader]
        for one, after in pairwise(others):
            one.following = after
        if others:
            others[0].gate.release()
