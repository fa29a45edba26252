import asyncio
from collections.abc import Sequence

import pytest

from chengxin.faces.rest.gathering import Gathering


def test_who_comes_together_is_answered_together_each_with_its_own():
    rounds: list[list[int]] = []

    async def answer(jobs: Sequence[int]) -> list[int]:
        rounds.append(list(jobs))
        await asyncio.sleep(0.01)
        return [job * 10 for job in jobs]

    async def ask_all() -> list[int]:
        gathering: Gathering[int, int] = Gathering(answer, most=4)
        first = gathering.ask(0)
        while not rounds:
            await asyncio.sleep(0)
        return list(await asyncio.gather(first, *(gathering.ask(n) for n in range(1, 10))))

    assert asyncio.run(ask_all()) == [n * 10 for n in range(10)]
    assert [len(r) for r in rounds] == [1, 4, 4, 1]


def test_a_round_that_fails_is_told_to_all_who_waited_and_the_next_goes_on():
    async def answer(jobs: Sequence[int]) -> list[int]:
        if min(jobs) < 0:
            raise ValueError("no")
        return list(jobs)

    async def ask_all() -> list[object]:
        gathering: Gathering[int, int] = Gathering(answer, most=4)
        told: list[object] = list(
            await asyncio.gather(gathering.ask(-1), gathering.ask(1), return_exceptions=True),
        )
        return [*told, await gathering.ask(7)]

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
        gathering: Gathering[int, int] = Gathering(answer, most=4)
        gone, there = gathering.ask(1), gathering.ask(2)
        await asyncio.sleep(0.001)
        gone.cancel()
        return await there

    assert asyncio.run(ask_all()) == 2
