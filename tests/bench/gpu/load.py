"""Answers a second at several levels: of a bare script, of our client, and of the whole chain, on one server."""

import asyncio
import base64
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.domain.engine_profile import Profile
from bot.lookalike import Limits, Lookalike
from tests.bench.gpu.pages import PAGES, PROMPT
from tests.bench.gpu.processes import usage
from tests.e2e.deployment import SECRET, addresses_of, hunyuan_settings
from tests.fakes.pictures import open_picture
from workers.engines.base import AskOptions
from workers.engines.vllm.client import VllmEngine
from workers.reading.image_reader import ImageReader

_LEAST = 16  # answers at a level
_CHAIN_SECONDS = 600.0


@dataclass(frozen=True)
class Target:
    """A running engine, and how many tokens an answer of the bare script and of the client has."""

    url: str
    token: str
    model: str
    profile: Profile
    tokens: int


@dataclass(frozen=True)
class Row:
    """One measurement at a level."""

    level: int
    rate: float  # answers a second
    median: float  # seconds an answer; 0.0: not measured
    used: str

    def __str__(self) -> str:
        each = f"{self.median:7.2f} s" if self.median else "        -"
        return f"{self.level:4} in flight {self.rate:8.2f}/s {each}   {self.used}"


def _count(level: int) -> int:
    return max(_LEAST, 3 * level)


def bare(target: Target, level: int) -> Row:
    """Return the row of a script that does nothing but send prepared requests and read the answers."""
    seconds: list[float] = []
    before, started = usage(), time.perf_counter()
    asyncio.run(_bare(target, level, seconds))
    rate = len(seconds) / (time.perf_counter() - started)
    return Row(level, rate, statistics.median(seconds), usage().since(before))


async def _bare(target: Target, level: int, seconds: list[float]) -> None:
    bodies = [_body(target, data) for data in PAGES]
    numbers = iter(range(_count(level)))
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {target.token}"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def caller() -> None:
            for number in numbers:
                asked = time.perf_counter()
                body = bodies[number % len(bodies)]
                async with session.post(f"{target.url}/v1/chat/completions", data=body) as answer:
                    answer.raise_for_status()
                    async for _ in answer.content.iter_any():
                        pass
                seconds.append(time.perf_counter() - asked)

        await asyncio.gather(*(caller() for _ in range(level)))


def _body(target: Target, data: bytes) -> bytes:
    address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    content = [{"type": "image_url", "image_url": {"url": address}}, {"type": "text", "text": PROMPT}]
    messages = [{"role": "system", "content": ""}, {"role": "user", "content": content}]
    # All parameters that affect the work of the server. Random weights do not end an answer.
    loop = {"max_pattern_size": 20, "min_pattern_size": 1, "min_count": 8}
    length = {"max_tokens": target.tokens, "ignore_eos": True}
    stream = {"stream": True, "stream_interval": 16, "repetition_detection": loop}
    return json.dumps(
        {"model": target.model, "messages": messages, **target.profile.sampling, **length, **stream}
    ).encode()


def client(target: Target, level: int) -> Row:
    """Return the row of our client with a thread for each request in flight."""
    profile = replace(target.profile, most_tokens=target.tokens)
    with closing(VllmEngine([target.url], token=target.token, profile=profile)) as engine:
        _ask(engine, PAGES[0])
        before, started = usage(), time.perf_counter()
        with ThreadPoolExecutor(level) as threads:
            seconds = list(threads.map(lambda number: _ask(engine, PAGES[number % len(PAGES)]), range(_count(level))))
        rate = len(seconds) / (time.perf_counter() - started)
        return Row(level, rate, statistics.median(seconds), usage().since(before))


def _ask(engine: VllmEngine, data: bytes) -> float:
    started = time.perf_counter()
    ImageReader(engine=engine).read(open_picture(data).image, PROMPT, options=AskOptions(timeout=300))
    return time.perf_counter() - started


def chain(target: Target, level: int) -> Row:
    """Return the row of all processes but the engine, from a picture in the chat to its answer there."""
    return asyncio.run(_chain(target, level))


async def _chain(target: Target, level: int) -> Row:
    lifted = Limits(webhook_per_minute=None, api_calls_per_second=None)
    count = _count(level)
    with tempfile.TemporaryDirectory() as folder:
        redis = LocalRedis(directory=Path(folder) / "redis")
        async with Lookalike(client_id="app", client_secret=SECRET, limits=lifted) as dingtalk:
            settings = hunyuan_settings(target.url, token=target.token, workers=level)
            environment = {**os.environ, **addresses_of(dingtalk, redis), **settings}
            running = Processes(folder=Path(folder), environment=environment, redis=redis, processes=("worker", "bot"))
            async with running:
                await dingtalk.connected(1, timeout=120)
                group, member = dingtalk.group("财务群"), dingtalk.member("张三")
                group.show(member, PAGES[0] + secrets.token_bytes(8))
                await dingtalk.next_reply(group, timeout=_CHAIN_SECONDS)  # the engine is proven and all is warm
                before, started = usage(), time.perf_counter()
                for number in range(count):  # with trailing bytes the same page is a new file each time
                    group.show(member, PAGES[number % len(PAGES)] + secrets.token_bytes(8))
                await dingtalk.until(lambda: len(group.replies) == count + 1, timeout=_CHAIN_SECONDS)
                return Row(level, count / (time.perf_counter() - started), 0.0, usage().since(before))


KINDS: Sequence[tuple[str, Callable[[Target, int], Row]]] = (
    ("bare load", bare), ("client", client), ("whole chain", chain)
)  # fmt: skip
