"""Whose picture the CPU engine's service reads next, while one is being read and others wait."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Event
from time import sleep
from typing import Any

import pytest
from aiohttp import ClientSession, web
from PIL import Image

from bot.domain.document import Reading
from tests.fakes.fake_steps import FakeEngine
from tests.fakes.paged_files import png
from workers.engines.base import AskOptions, EncodedPicture
from workers.engines.cpu.client import Rapid
from workers.engines.cpu.form import PRIORITY_HEADER
from workers.engines.cpu.pausing import Pausing
from workers.engines.cpu.server import Limits, application
from workers.engines.cpu.turns import PictureTurns, is_behind
from workers.reading.page_loop import BEHIND


@dataclass
class HeldEngine(FakeEngine):
    """Notes the width of each picture, and reads none before `go`."""

    go: Event = field(default_factory=Event)
    widths: list[int] = field(default_factory=list)

    def ask(self, picture: EncodedPicture, prompt: str, **options: Any) -> Reading:
        self.widths.append(picture.size[0])
        assert self.go.wait(20)
        return Reading(text="", lines=())


@dataclass
class SteppingEngine(FakeEngine):
    """Reads each picture in steps, and pauses between them as the embedded engine does; notes the width at each step.

    A picture of the width `slow` waits at its first step until `go`, any other takes a moment a step.
    """

    slow: int = 0
    go: Event = field(default_factory=Event)
    steps: list[int] = field(default_factory=list)
    begun: defaultdict[int, Event] = field(default_factory=lambda: defaultdict(Event))
    pausing: Pausing = field(default_factory=lambda: Pausing(2))

    def ask(self, picture: EncodedPicture, prompt: str, **options: Any) -> Reading:
        width, asked = picture.size[0], options["options"]
        with self.pausing.page(behind=is_behind(asked.priority), seconds=asked.timeout) as steps:
            for step in range(3):
                steps.pause()
                self.steps.append(width)
                self.begun[width].set()
                if width != self.slow:
                    sleep(0.02)
                elif step == 0:
                    assert self.go.wait(20)
        return Reading(text="", lines=())


@asynccontextmanager
async def serving(engine: HeldEngine | SteppingEngine, limits: Limits | None = None) -> AsyncIterator[str]:
    runner = web.AppRunner(application(engine, slots=1, limits=limits), handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        engine.go.set()
        await runner.cleanup()


def picture(width: int) -> bytes:
    return png(Image.new("RGB", (width, 80), "white"))


async def waiting(url: str, number: int) -> None:
    """Return when so many pictures are being read or wait."""
    async with ClientSession() as client:
        while True:
            async with client.get(f"{url}/metrics") as answer:
                if f"ocrbot_pictures_held {number}.0" in await answer.text():
                    return
            await asyncio.sleep(0.02)


async def test_a_page_of_the_chat_passes_pages_that_may_wait() -> None:
    engine = HeldEngine()
    async with serving(engine) as url:
        reader = Rapid([url])

        def read(width: int, priority: int) -> Reading:
            sent = EncodedPicture(media_type="image/png", data=picture(width), size=(width, 80))
            return reader.ask(sent, "", options=AskOptions(priority=priority))

        asked = []
        for at, (width, priority) in enumerate(((101, 0), (102, BEHIND), (103, BEHIND), (104, 0), (105, 1))):
            asked.append(asyncio.create_task(asyncio.to_thread(read, width, priority)))
            await waiting(url, at + 1)
        engine.go.set()
        await asyncio.gather(*asked)
        assert engine.widths == [101, 104, 105, 102, 103]
        reader.close()


async def test_a_page_of_the_chat_is_read_while_one_that_may_wait_pauses() -> None:
    engine = SteppingEngine(slow=101)
    behind = {PRIORITY_HEADER: str(BEHIND)}
    async with serving(engine) as url, ClientSession() as client:
        first = asyncio.create_task(client.post(f"{url}/v1/read", data=picture(101), headers=behind))
        assert await asyncio.to_thread(engine.begun[101].wait, 20)
        waits = asyncio.create_task(client.post(f"{url}/v1/read", data=picture(102), headers=behind))
        await waiting(url, 2)
        chat = asyncio.create_task(client.post(f"{url}/v1/read", data=picture(103)))
        assert await asyncio.to_thread(engine.begun[103].wait, 20)
        engine.go.set()
        assert [(await one).status for one in (chat, first, waits)] == [200] * 3
        assert engine.steps == [101, 103, 103, 103, 101, 101, 102, 102, 102]


async def test_a_page_that_may_wait_is_read_though_the_chat_has_no_end() -> None:
    engine = SteppingEngine(slow=101, pausing=Pausing(2, most_seconds=0.1))
    async with serving(engine) as url, ClientSession() as client:
        behind = {PRIORITY_HEADER: str(BEHIND)}
        page = asyncio.create_task(client.post(f"{url}/v1/read", data=picture(101), headers=behind))

        async def chat() -> None:
            while not page.done():
                async with client.post(f"{url}/v1/read", data=picture(102)) as answer:
                    assert answer.status == 200

        assert await asyncio.to_thread(engine.begun[101].wait, 20)
        chats = [asyncio.create_task(chat()) for _ in range(3)]
        assert await asyncio.to_thread(engine.begun[102].wait, 20)
        engine.go.set()
        assert (await page).status == 200
        await asyncio.gather(*chats)


async def test_who_waits_and_goes_away_is_not_read() -> None:
    engine = HeldEngine()
    async with serving(engine) as url, ClientSession() as client:
        first = asyncio.create_task(client.post(f"{url}/v1/read", data=picture(101)))
        await waiting(url, 1)
        gone = asyncio.create_task(client.post(f"{url}/v1/read", data=picture(102)))
        await waiting(url, 2)
        gone.cancel()
        await waiting(url, 1)
        last = asyncio.create_task(client.post(f"{url}/v1/read", data=picture(103)))
        await waiting(url, 2)
        engine.go.set()
        assert [(await one).status for one in (first, last)] == [200, 200]
        assert engine.widths == [101, 103]


async def test_some_places_are_kept_for_those_who_go_first() -> None:
    engine = HeldEngine()
    async with serving(engine, Limits(waiting=4)) as url, ClientSession() as client:
        behind = {PRIORITY_HEADER: str(BEHIND)}
        sent = []
        for at in range(4):
            sent.append(asyncio.create_task(client.post(f"{url}/v1/read", data=picture(101 + at), headers=behind)))
            await waiting(url, at + 1)
        async with client.post(f"{url}/v1/read", data=picture(110), headers=behind) as refused:
            assert refused.status == 503
        sent.append(asyncio.create_task(client.post(f"{url}/v1/read", data=picture(111))))
        await waiting(url, 5)
        engine.go.set()
        assert [(await one).status for one in sent] == [200] * 5
        assert engine.widths[1] == 111


async def test_a_priority_that_is_no_number_is_refused() -> None:
    async with serving(HeldEngine()) as url, ClientSession() as client:
        answer = await client.post(f"{url}/v1/read", data=picture(101), headers={PRIORITY_HEADER: "soon"})
        assert answer.status == 400


@pytest.mark.parametrize(("later", "order"), [(59.0, ["new", "old"]), (61.0, ["old", "new"])])
async def test_nobody_is_passed_for_more_than_a_minute(later: float, order: list[str]) -> None:
    now = [0.0]
    turns, came = PictureTurns(1, lambda: now[0]), list[str]()

    async def wait(name: str, priority: int) -> None:
        await turns.come(priority)
        came.append(name)
        turns.leave(priority)

    await turns.come(0)
    tasks = [asyncio.create_task(wait("old", BEHIND))]
    await asyncio.sleep(0)
    now[0] = later
    tasks.append(asyncio.create_task(wait("new", 0)))
    await asyncio.sleep(0)
    turns.leave(0)
    await asyncio.gather(*tasks)
    assert came == order
