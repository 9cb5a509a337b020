"""The background work of the bot goes on after a bug, which is counted and makes the bot unhealthy if it stays."""

import asyncio

import pytest

from bot.domain.errors import Misconfigured
from bot.service.background import Background, Work


class Pauses:
    """Time that passes only while a pause is waited for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waited.append(seconds)
        await asyncio.sleep(0)


def failing(times: int, then: Work, error: type[Exception] = KeyError) -> Work:
    left = [times]

    async def work() -> None:
        if left[0]:
            left[0] -= 1
            raise error("a bug")
        await then()

    return work


async def test_work_that_fails_begins_again_ever_later_and_is_counted() -> None:
    pauses, counted, done = Pauses(), list[str](), asyncio.Event()

    async def finish() -> None:
        done.set()

    background = Background({"sweeper": failing(7, finish)}, counted.append, sleep=pauses.sleep, clock=pauses.clock)
    await asyncio.wait_for(background.run(), 10)
    assert done.is_set()
    assert counted == ["sweeper"] * 7
    assert pauses.waited == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert background.failing == ()


async def test_work_that_keeps_failing_makes_the_bot_unhealthy_and_stops_no_other() -> None:
    pauses, bystander = Pauses(), asyncio.Event()

    async def work_on() -> None:
        bystander.set()
        await asyncio.Event().wait()

    works = {"sweeper": failing(1_000_000, work_on), "claims": work_on}
    failed = [asyncio.Event() for _ in range(3)]
    left = iter([*failed, *[asyncio.Event()] * 1_000_000])
    background = Background(works, lambda _: next(left).set(), sleep=pauses.sleep, clock=pauses.clock)
    running = asyncio.create_task(background.run())
    await asyncio.wait_for(failed[-1].wait(), 10)
    assert bystander.is_set()
    assert background.failing == ("sweeper",)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_failures_long_ago_count_no_longer() -> None:
    pauses = Pauses()
    left = [4]

    async def work() -> None:
        if not left[0]:
            return
        left[0] -= 1
        pauses.now += 100.0  # of good work
        raise KeyError("a bug")

    background = Background({"sweeper": work}, sleep=pauses.sleep, clock=pauses.clock)
    await asyncio.wait_for(background.run(), 10)
    assert pauses.waited == [1.0] * 4


async def test_what_an_admin_has_to_mend_ends_the_bot() -> None:
    async def rest() -> None:
        await asyncio.Event().wait()

    background = Background({"access": failing(1, rest, Misconfigured), "sweeper": rest})
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(background.run(), 10)
    assert isinstance(caught.value.exceptions[0], Misconfigured)
