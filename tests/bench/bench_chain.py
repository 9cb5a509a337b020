"""Seconds per picture for the whole chain, compared with the engine alone on the same page, in turns. `make bench`."""

import asyncio
import json
import os
import secrets
import statistics
import tempfile
import time
from pathlib import Path

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.lookalike import Limits, Lookalike
from tests.e2e.deployment import SECRET, addresses_of, unpaced
from tests.fakes.pictures import open_picture
from workers.engines.cpu.client import Rapid
from workers.reading.image_reader import ImageReader

ROUNDS = 5
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
PICTURES = ("digital_invoice.png", "invoice_photo.jpg", "contract.png", "whiteboard.jpg")
ENGINE = "127.0.0.1:8799"


async def chain(dingtalk: Lookalike, data: bytes) -> float:
    group, member = dingtalk.group(secrets.token_hex(4)), dingtalk.member("张三")  # none has had its fill of messages
    started = time.perf_counter()
    group.show(member, data + secrets.token_bytes(8))  # with trailing bytes the same picture is never in the cache
    await dingtalk.next_reply(group, timeout=120)
    return time.perf_counter() - started


async def alone(engine: Rapid, data: bytes) -> float:
    page = open_picture(data).image
    started = time.perf_counter()
    await asyncio.to_thread(ImageReader(engine=engine).read, page, "")
    return time.perf_counter() - started


async def measure() -> None:
    lifted = Limits(webhook_per_minute=None, api_calls_per_second=None)
    with tempfile.TemporaryDirectory() as folder:
        async with Lookalike(client_id="app", client_secret=SECRET, limits=lifted) as dingtalk:
            redis = LocalRedis(directory=Path(folder) / "redis")
            environment = {
                **os.environ,
                **addresses_of(dingtalk, redis),
                **unpaced(),
                "OCRBOT_ENGINE__LISTEN": ENGINE,
                "OCRBOT_ENGINE__URLS": json.dumps([f"http://{ENGINE}"]),
            }
            async with Processes(folder=Path(folder), environment=environment, redis=redis):
                await dingtalk.connected(1, timeout=60)
                engine = Rapid([f"http://{ENGINE}"])
                for name in PICTURES:
                    await compare(name, dingtalk, engine)
                engine.close()


async def compare(name: str, dingtalk: Lookalike, engine: Rapid) -> None:
    data = (SAMPLES / name).read_bytes()
    await chain(dingtalk, data)
    pairs = [(await alone(engine, data), await chain(dingtalk, data)) for _ in range(ROUNDS)]
    engine_seconds, chain_seconds = (statistics.median(column) for column in zip(*pairs, strict=True))
    added = statistics.median(whole - part for part, whole in pairs)
    ratio = statistics.median(whole / part for part, whole in pairs)
    print(
        f"{name:22} engine {engine_seconds:6.2f} s  chain {chain_seconds:6.2f} s  ratio {ratio:5.2f}  "
        f"added {added:5.2f} s; aim at most {1.15 * engine_seconds + 0.1:.2f} s"
    )


if __name__ == "__main__":
    asyncio.run(measure())
