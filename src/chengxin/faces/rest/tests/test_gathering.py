import asyncio
from collections.abc import Sequence

import pytest

from chengxin.faces.rest import gathering
from chengxin.faces.rest.gathering import Gathering


def test_who_comes_together_is_answered_together_each_with_its_own():
    rounds: list[list[int]] = []

    async def answer(jobs: Sequence[int]) -> list[int]:
        rounds.append(list(jobs))
        await asyncio.sleep(0.01)
        return [job * 10 for job in jobs]

    async def ask_all() -> list[int]:
        lane: Gathering[int, int] = Gathering(answer, most=4)
        first = lane.ask(0)
        while not rounds:
            await asyncio.sleep(0)
        return list(await asyncio.gather(first, *(lane.ask(n) for n in range(1, 10))))

    assert asyncio.run(ask_all()) == [n * 10 for n in range(10)]
    assert [len(r) for r in rounds] == [1, 4, 4, 1]


def test_a_round_that_fails_is_told_to_all_who_waited_and_the_next_goes_on():
    async def answer(jobs: Sequence[int]) -> list[int]:
        if min(jobs) < 0:
            raise ValueError("no")
        return list(jobs)

    async def ask_all() -> list[object]:
        lane: Gathering[int, int] = Gathering(answer, most=4)
        told: list[object] = list(
            await asyncio.gather(lane.ask(-1), lane.ask(1), return_exceptions=True),
        )
        return [*told, await lane.ask(7)]

    bad, along, good = asyncio.run(ask_all())
    with pytest.raises(ValueError, match="no"):
        raise bad  # type: ignore[misc]
    assert along is bad
    assert good == 7


def test_who_went_away_takes_no_answer_from_the_others():
    async def answer(jobs: Sequence[int]) -> list[int]:
        await asyncio.sleep(0.01)
        return list(jobs)

    async def ask_all() -> int:
        lane: Gathering[int, int] = Gathering(answer, most=4)
        gone, there = lane.ask(1), lane.ask(2)
        await asyncio.sleep(0.001)
        gone.cancel()
        return await there

    assert asyncio.run(ask_all()) == 2


async def _rounds_of(first: int, *following: int) -> list[int]:
    """The sizes of rounds where so many ask at once, and after they are answered so many at a time."""
    sizes: list[int] = []

    async def answer(jobs: Sequence[int]) -> list[int]:
        sizes.append(len(jobs))
        return list(jobs)

    lane: Gathering[int, int] = Gathering(answer, most=64)
    await asyncio.gather(*map(lane.ask, range(first)))
    asking = []
    for count in following:
        asking += map(lane.ask, range(count))
        for _ in range(5):
            await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await asyncio.gather(*asking)
    return sizes


def test_under_load_a_round_begins_when_as_many_are_there_as_the_last_time(monkeypatch):
    monkeypatch.setattr(gathering, "PATIENCE", 60)
    assert asyncio.run(_rounds_of(6, 3, 2, 1)) == [6, 6]


def test_a_round_does_not_wait_long_for_those_who_do_not_come_again(monkeypatch):
    monkeypatch.setattr(gathering, "PATIENCE", 1)
    assert asyncio.run(_rounds_of(6, 3, 2)) == [6, 5]


def test_where_few_ask_nobody_waits_for_others(monkeypatch):
    monkeypatch.setattr(gathering, "PATIENCE", 60)
    assert asyncio.run(_rounds_of(3, 1, 1)) == [3, 1, 1]


def test_a_round_that_takes_too_long_is_told_to_who_waits_in_it_and_the_next_goes_on(monkeypatch):
    monkeypatch.setattr(gathering, "LIMIT", 0.01)

    async def answer(jobs: Sequence[int]) -> list[int]:
        if min(jobs) < 0:
            await asyncio.Event().wait()
        return list(jobs)

    async def ask_all() -> int:
        lane: Gathering[int, int] = Gathering(answer, most=1)
        held, following = lane.ask(-1), lane.ask(7)
        with pytest.raises(TimeoutError):
            await held
        return await following

    assert asyncio.run(ask_all()) == 7
