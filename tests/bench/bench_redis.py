"""What a picture costs in Redis: commands and round trips over its whole life, and bytes while it waits. `make bench`.

Pictures are posted one after the other, so that none shares a round trip. What the idle processes do meanwhile is
measured too and taken off. Commands are those that Redis counts, also within scripts; a round trip is a read from a
client's socket.
"""

import asyncio
import json
import os
import secrets
import tempfile
import time
from collections.abc import Mapping
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageDraw
from redis import Redis

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.lookalike import Limits, Lookalike
from tests.e2e.deployment import SECRET, addresses_of, hunyuan_settings
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm

KEY = "sesame"
PICTURES = 20
WAITING = 500
IDLE_SECONDS = 10.0


def picture() -> bytes:
    image, data = Image.new("RGB", (640, 320), "white"), BytesIO()
    ImageDraw.Draw(image).text((30, 100), "No 0001", fill="black", font_size=90)
    image.save(data, "PNG")
    return data.getvalue()


def counted(redis: Redis) -> tuple[dict[str, int], int]:
    """How often each command has run, and how often Redis has read from a socket."""
    stats = cast("Mapping[str, Mapping[str, Any]]", redis.info("commandstats"))
    reads = cast("Mapping[str, Any]", redis.info("stats"))["total_reads_processed"]
    return {name.removeprefix("cmdstat_"): int(one["calls"]) for name, one in stats.items()}, int(reads)


async def life(folder: Path, server: FakeVllm) -> dict[str, float]:
    redis = LocalRedis(directory=folder / "redis")
    lifted = Limits(webhook_per_minute=None, api_calls_per_second=None)
    async with Lookalike(client_id="app", client_secret=SECRET, limits=lifted) as dingtalk:
        environment = {
            **os.environ,
            **addresses_of(dingtalk, redis),
            **hunyuan_settings(server.url, token=KEY, workers=2),
        }
        async with Processes(folder=folder, environment=environment, redis=redis, processes=("worker", "bot")):
            await dingtalk.connected(1, timeout=60)
            # A conversation for a few pictures each, else the bot's own pace of messages holds the answers back.
            groups = cycle([dingtalk.group(f"财务群{number}") for number in range(4)])
            member = dingtalk.member("张三")
            client = Redis.from_url(redis.url)

            async def post() -> None:
                group = next(groups)
                group.show(member, picture() + secrets.token_bytes(8))
                await dingtalk.next_reply(group, timeout=60)

            for _ in range(3):
                await post()
            await asyncio.sleep(1.0)
            idle, idle_trips = counted(client)
            await asyncio.sleep(IDLE_SECONDS)
            begin, begin_trips = counted(client)
            started = time.monotonic()
            for _ in range(PICTURES):
                await post()
            await asyncio.sleep(0.5)
            seconds = time.monotonic() - started
            end, end_trips = counted(client)
    idle_part = seconds / IDLE_SECONDS
    costs = {
        name: (end[name] - begin.get(name, 0) - idle_part * (begin.get(name, 0) - idle.get(name, 0))) / PICTURES
        for name in end
    }
    for name, cost in sorted(costs.items(), key=lambda item: -item[1])[:30]:
        print(f"    {name:16} {cost:6.1f}")
    trips = (end_trips - begin_trips - idle_part * (begin_trips - idle_trips)) / PICTURES
    return {"commands": sum(costs.values()), "round_trips": trips}


async def bytes_of_a_waiting_task(folder: Path) -> float:
    redis = LocalRedis(directory=folder / "redis")
    async with Lookalike(client_id="app", client_secret=SECRET) as dingtalk:
        environment = {**os.environ, **addresses_of(dingtalk, redis)}
        async with Processes(folder=folder, environment=environment, redis=redis, processes=("bot",)):
            await dingtalk.connected(1, timeout=60)
            group, member = dingtalk.group("财务群"), dingtalk.member("张三")
            client = Redis.from_url(redis.url)

            async def post(number: int) -> int:
                before = client.zcard("ocrbot:ledger")
                for _ in range(number):
                    group.show(member, picture())
                while client.zcard("ocrbot:ledger") < before + number:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                await asyncio.sleep(1.0)
                return sum(cast("int", client.memory_usage(key, samples=0)) for key in client.scan_iter(count=1000))

            first = await post(10)
            return (await post(WAITING) - first) / WAITING


def measure() -> None:
    with tempfile.TemporaryDirectory() as folder, FakeVllm(key=KEY, script=lambda _: Script(text="会议纪要")) as server:
        result = asyncio.run(life(Path(folder), server))
    with tempfile.TemporaryDirectory() as folder:
        result["bytes_waiting"] = asyncio.run(bytes_of_a_waiting_task(Path(folder)))
    print(f"commands a picture     {result['commands']:6.0f}, aim at most 120")
    print(f"round trips a picture  {result['round_trips']:6.0f}, aim at most 40")
    print(f"bytes a waiting task   {result['bytes_waiting']:6.0f}, aim at most 5000")
    print(json.dumps({name: round(value, 1) for name, value in result.items()}))


if __name__ == "__main__":
    measure()
