"""A streamed answer as the loop receives it, from a server that says each byte as it is told to."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.domain.errors import Unavailable
from tests.fakes.engine_profiles import V1_0
from workers.engines.vllm.chat import Question, StreamedAnswer
from workers.engines.vllm.stream import Due, StreamedExchange

ROLE = b'data: {"choices": [{"delta": {"role": "assistant"}}]}\n\n'
TOKEN = b'data: {"choices": [{"delta": {"content": "a"}}]}\n\n'
ERROR = b'data: {"error": {"code": 500, "message": "EngineCore died"}}\n\n'
QUESTION = Question(
    model="m",
    profile=V1_0,
    prompt="p",
    picture=("image/jpeg", bytes(3_000_000)),
    most_tokens=1,
    priority=None,
    detect_repetition=False,
)


@asynccontextmanager
async def saying(*events: bytes) -> AsyncIterator[str]:
    """Take a request to its last byte and answer it with all events in one piece."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))
        body = b"".join(events)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def receive(url: str) -> list[float]:
    """Return when something was heard; raises as the exchange does."""
    heard: list[float] = []
    soon = time.monotonic() + 20
    exchange = StreamedExchange(
        question=QUESTION,
        headers={},
        due=Due(whole=soon, first=soon, next=20.0, connect=5.0),
        heard=lambda: heard.append(time.monotonic()),
    )
    async with aiohttp.ClientSession() as session:
        try:
            await exchange.receive(session, StreamedAnswer(url, lambda _: False))
        except Unavailable:
            heard.append(0.0)
    return heard


@pytest.mark.parametrize(
    ("events", "before"), [((ROLE, TOKEN, ERROR), 1), ((ROLE, ERROR), 0), ((ROLE, TOKEN), 1), ((ROLE,), 0)]
)
async def test_a_first_token_is_heard_though_the_answer_fails_in_the_same_piece(
    events: tuple[bytes, ...], before: int
) -> None:
    async with saying(*events) as url:
        *heard, failed = await receive(url)
    assert len(heard) == before
    assert failed == 0.0
