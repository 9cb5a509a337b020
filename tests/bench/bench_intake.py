"""Messages a second, and seconds from frame to ack: `ocrbot bot` with its durable write, beside the SDK's echo handler.

Both get the same messages from the same look-alike, in turns. `make bench`.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.lookalike import Lookalike, Timing

MESSAGES = 2000
ROUNDS = 5
SECRET = "s3cret"
ECHO = """
import asyncio, logging, sys
import dingtalk_stream
from dingtalk_stream import AckMessage, ChatbotHandler, ChatbotMessage, Credential, DingTalkStreamClient

class Echo(ChatbotHandler):
    async def process(self, callback):
        ChatbotMessage.from_dict(callback.data)
        return AckMessage.STATUS_OK, "OK"

logging.disable(logging.CRITICAL)
client = DingTalkStreamClient(Credential("app", sys.argv[1]))
client.register_callback_handler(ChatbotMessage.TOPIC, Echo())
client.start_forever()
"""


@asynccontextmanager
async def echo(dingtalk: Lookalike) -> AsyncIterator[None]:
    environment = {**os.environ, "DINGTALK_OPENAPI_ENDPOINT": dingtalk.url}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", ECHO, SECRET, env=environment)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def ocrbot(dingtalk: Lookalike) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        redis = LocalRedis(directory=Path(folder) / "redis")
        environment = {
            **os.environ,
            "OCRBOT_DINGTALK__CLIENT_ID": "app",
            "OCRBOT_DINGTALK__CLIENT_SECRET": SECRET,
            "OCRBOT_DINGTALK__API_URL": dingtalk.url,
            "OCRBOT_REDIS__URL": redis.url,
        }
        async with Processes(folder=Path(folder), environment=environment, redis=redis, processes=("bot",)):
            yield


async def burst(dingtalk: Lookalike, *, acks: int) -> tuple[float, float]:
    """Post so many messages at once; return how many were acked a second, and the median of their seconds."""
    group, member = dingtalk.group("财务群"), dingtalk.member("张三")
    before, pushed = len(dingtalk.records.acks), len(dingtalk.records.pushes)
    started = time.perf_counter()
    for number in range(acks):
        group.say(member, f"第 {number} 条")
    while len(dingtalk.records.acks) < before + acks:  # noqa: ASYNC110 - waiting on each ack would be measured too
        await asyncio.sleep(0.002)
    seconds = time.perf_counter() - started
    sent = {push.frame_id: push.monotonic for push in dingtalk.records.pushes[pushed:]}
    waits = (ack.monotonic - sent[ack.frame_id] for ack in dingtalk.records.acks[before:] if ack.frame_id in sent)
    return acks / seconds, statistics.median(waits)


async def measure() -> None:
    timing = Timing(redelivery=(3600.0,))
    async with Lookalike(client_id="app", client_secret=SECRET, timing=timing) as dingtalk:
        rates: dict[str, list[float]] = {"echo": [], "ocrbot": []}
        waits: dict[str, list[float]] = {"echo": [], "ocrbot": []}
        for _ in range(ROUNDS):
            for name, peer in (("echo", echo), ("ocrbot", ocrbot)):
                async with peer(dingtalk):
                    await dingtalk.connected(1, timeout=30)
                    await burst(dingtalk, acks=50)
                    a_second, wait = await burst(dingtalk, acks=MESSAGES)
                    rates[name].append(a_second)
                    waits[name].append(wait)
                await dingtalk.until(lambda: not dingtalk.hub.connections, timeout=30)
        ratios = [ours / theirs for ours, theirs in zip(rates["ocrbot"], rates["echo"], strict=True)]
        for name, values in rates.items():
            print(
                f"{name:8} {statistics.median(values):8.0f} messages/s, median ack "
                f"{1000 * statistics.median(waits[name]):5.0f} ms (medians of {ROUNDS} bursts of {MESSAGES})"
            )
        print(f"ratio    {statistics.median(ratios):8.2f} ocrbot / SDK's echo handler, aim at least 0.35")
        ack = statistics.median(waits["ocrbot"])
        print(f"ack      {1000 * ack:8.0f} ms median of {MESSAGES} at once, aim below 500")
        print(json.dumps({"intake_ratio": round(statistics.median(ratios), 3), "median_ack": round(ack, 3)}))


if __name__ == "__main__":
    asyncio.run(measure())
