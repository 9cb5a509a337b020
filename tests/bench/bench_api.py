"""What waiting requests of an API client cost others: a message in a chat beside them, and lists. `make bench`.

The chat's answers are timed alone and beside a client's waiting files (500, or as many as `ARGS` says), each with the
same pictures and the CPU engine; their ratio is to be 1.5 at most. Lists of 100 and of 10,000 open requests are made in
turns; their ratio is to be about 1.
"""

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.domain.requests.record import RequestFilter, RequestState
from bot.lookalike import Limits, Lookalike
from bot.service.feeder import Feeder
from bot.storage.connection import connect
from bot.storage.jobs.signed_call import JobSigner, signing_keys
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.e2e.deployment import SECRET, addresses_of, clean_environment, unpaced
from tests.fakes.requests_of_clients import send

WAITING = 500
MESSAGES = 12
FEW, MANY = 100, 10_000
LOOKS = 200
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"


def photo() -> bytes:
    """Return a photo that nobody has read before."""
    return (SAMPLES / "digital_invoice.png").read_bytes() + secrets.token_bytes(8)


async def answered(dingtalk: Lookalike, number: int) -> float:
    """Return the seconds until a photo in a chat is answered."""
    group, member = dingtalk.group(f"组{number}"), dingtalk.member("张三")
    began = time.perf_counter()
    group.show(member, photo())
    await dingtalk.next_reply(group, timeout=120)
    return time.perf_counter() - began


async def seconds_in_a_chat(dingtalk: Lookalike, first: int) -> float:
    return median([await answered(dingtalk, first + number) for number in range(MESSAGES)])


@asynccontextmanager
async def house() -> AsyncIterator[tuple[Lookalike, Store, TaskQueue]]:
    lifted = Limits(webhook_per_minute=None, api_calls_per_second=None)
    with tempfile.TemporaryDirectory() as folder:
        redis = LocalRedis(directory=Path(folder) / "redis")
        async with Lookalike(client_id="app", client_secret=SECRET, limits=lifted) as dingtalk:
            port = 20_000 + os.getpid() % 10_000
            environment = {
                **clean_environment(Path(folder)),
                **addresses_of(dingtalk, redis),
                **unpaced(),
                "OCRBOT_ENGINE__LISTEN": f"127.0.0.1:{port}",
                "OCRBOT_ENGINE__URLS": json.dumps([f"http://127.0.0.1:{port}"]),
            }
            async with Processes(folder=Path(folder), environment=environment, redis=redis):
                await dingtalk.connected(1, timeout=60)
                client = connect(redis.url)
                yield dingtalk, Store(client), TaskQueue(client, JobSigner(signing_keys("", SECRET)))


async def measure_fairness(waiting: int) -> None:
    async with house() as (dingtalk, store, queue):
        await answered(dingtalk, 0)  # all is warm
        alone = await seconds_in_a_chat(dingtalk, 1)
        for _ in range(waiting):
            send(store, [photo()], now=time.time(), client="erp")
        feeder = asyncio.create_task(Feeder(store, queue, time.time).run())
        await asyncio.sleep(5.0)
        began, before = time.perf_counter(), store.requests.waiting("erp")
        beside = await seconds_in_a_chat(dingtalk, 100)
        read = before - store.requests.waiting("erp")
        feeder.cancel()
        print(
            f"a message in a chat: {alone:.2f} s alone, {beside:.2f} s beside {before} waiting files of a client, "
            f"ratio {beside / alone:.2f}; {read} of them were taken in {time.perf_counter() - began:.0f} s"
        )


def cpu_of(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def measure_lists() -> None:
    with tempfile.TemporaryDirectory() as folder:
        redis = LocalRedis(directory=Path(folder))
        redis.start()
        store = Store(connect(redis.url))
        for client, number in (("few", FEW), ("many", MANY)):
            for _ in range(number):
                send(store, now=time.time(), client=client)
        wanted = RequestFilter(state=RequestState.QUEUED)
        seconds: dict[str, list[float]] = {"few": [], "many": []}
        for _ in range(LOOKS):
            for client, taken in seconds.items():
                taken.append(cpu_of(lambda client=client: store.requests.listed(client, wanted)))  # type: ignore[misc]
        few, many = median(seconds["few"]), median(seconds["many"])
        print(
            f"a list of 50: {few * 1000:.2f} ms of processor time among {FEW} open requests, {many * 1000:.2f} ms "
            f"among {MANY}, ratio {many / few:.2f}"
        )
        redis.stop()


if __name__ == "__main__":
    asyncio.run(measure_fairness(int(sys.argv[1]) if len(sys.argv) > 1 else WAITING))
    measure_lists()
