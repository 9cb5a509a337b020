"""The CPU engine's service while callers send their pictures slowly, or stop in the middle."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web
from PIL import Image

from tests.fakes.fake_steps import FakeEngine
from tests.fakes.paged_files import png
from workers.engines.cpu.server import Limits, application

PICTURE = png(Image.new("RGB", (300, 80), "white"))


@asynccontextmanager
async def serving(limits: Limits) -> AsyncIterator[int]:
    """Serve with a place for one picture; yield the port."""
    runner = web.AppRunner(application(FakeEngine(), slots=1, limits=limits))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def begun(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a picture but for its last byte."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /v1/read HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % len(PICTURE) + PICTURE[:-1])
    await writer.drain()
    return reader, writer


async def test_pictures_that_come_slowly_keep_no_place_from_others() -> None:
    async with serving(Limits(waiting=0)) as port, ClientSession() as client:
        slow = [await begun(port) for _ in range(5)]
        async with client.post(f"http://127.0.0.1:{port}/v1/read", data=PICTURE) as answer:
            assert answer.status == 200
        for reader, writer in slow:
            writer.write(PICTURE[-1:])
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            writer.close()


async def test_a_picture_that_does_not_come_is_not_waited_for() -> None:
    async with serving(Limits(body_seconds=0.2)) as port:
        reader, writer = await begun(port)
        answer = await reader.read()  # until the service closes the connection
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"code": "slow"' in answer
        writer.close()
