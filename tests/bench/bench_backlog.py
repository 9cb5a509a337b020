"""What a long backlog costs: answers a second through the whole chain, and the sweeper's share of a core. `make bench`.

The same photos stand at the head of each backlog, with an engine that answers at once, so that the answers are as dear
in each; the tasks behind them are written to Redis as the bot writes them, and none is reached. Answers are counted
once all is warm, over the same number, the backlogs in turns: their ratio to the shortest one's is what the backlog
costs, in seconds and in processor time of all processes.
"""

import asyncio
import json
import os
import secrets
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, cast

from redis import Redis

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import Task, task_id
from bot.lookalike import Limits, Lookalike, Timing
from bot.service.sweeper import SWEEP_SECONDS, Sweeper
from bot.storage.connection import connect
from bot.storage.jobs.job_states import JobStates
from bot.storage.ledger import CHECK_SECONDS
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.bench.bench_peers import PHOTOS, EngineStandIn, cpu_seconds
from tests.e2e.deployment import SECRET, addresses_of, clean_environment, unpaced
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.tasks import reading_task

BACKLOGS = (1_000, 10_000, 50_000)
ROUNDS = 2
WARM, COUNTED = 80, 240  # answers
HEAD = 700  # photos before the other tasks: more than are answered or fetched meanwhile
GROUPS = 200  # with a person each, for one person may have 500 open messages; after ten, a group's answers share some
NOW = time.time()
TASK = reading_task(
    id=task_id("one"),
    recipient=DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP),
    received_at=NOW,
    attachments=(Attachment(download_code="one"),),
    prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What answering costs."""

    a_second: float
    cpu_ms: float


def cpu_of(redis: Redis) -> float:
    usage = cast("Mapping[str, Any]", redis.info("cpu"))
    return float(usage["used_cpu_user"]) + float(usage["used_cpu_sys"])


def _writer(number: int) -> DingTalkConversation:
    return replace(TASK.conversation, conversation_id=f"c{number % 50}", staff_id=f"{number % 500}")


def fill(store: Store, queue: TaskQueue, number: int) -> None:
    """Write tasks that wait, as the bot writes them."""
    for begin in range(0, number, 250):
        numbers = range(begin, min(number, begin + 250))
        tasks: list[Task] = [replace(TASK, id=task_id(f"{n}"), recipient=_writer(n)) for n in numbers]
        store.claim(tasks, now=NOW)
        queue.start((task.id, True) for task in tasks)


def sweeping(backlog: int) -> tuple[float, float]:
    """The sweeper's shares of a core, in Redis and in the bot, over two minutes."""
    with tempfile.TemporaryDirectory() as folder:
        local = LocalRedis(directory=Path(folder) / "redis")
        local.start()
        redis, now = connect(local.url), NOW
        store, queue = Store(redis), TaskQueue(redis, JOB_SIGNER)
        fill(store, queue, backlog)
        sweeper = Sweeper(store, queue, JobStates(redis), lambda: now, "s")
        rounds = 8 * round(CHECK_SECONDS / SWEEP_SECONDS)
        in_redis, in_bot = -cpu_of(redis), -time.process_time()
        for _ in range(rounds):
            now += SWEEP_SECONDS
            sweeper.sweep()
        in_redis, in_bot = in_redis + cpu_of(redis), in_bot + time.process_time()
        local.stop()
    return in_redis / (rounds * SWEEP_SECONDS), in_bot / (rounds * SWEEP_SECONDS)


async def post(dingtalk: Lookalike, redis: Redis, backlog: int) -> None:
    """Post the photos, then write the tasks that stand behind them; return when all of them wait."""
    groups = [(dingtalk.group(f"组{number}"), dingtalk.member(f"成员{number}")) for number in range(GROUPS)]
    for number in range(HEAD):
        group, member = groups[number % GROUPS]
        group.show(member, PHOTOS[number % len(PHOTOS)] + secrets.token_bytes(8))
    await until_open(redis, lambda tasks: tasks == HEAD)
    await asyncio.to_thread(fill, Store(redis), TaskQueue(redis, JOB_SIGNER), backlog - HEAD)
    await asyncio.sleep(SWEEP_SECONDS)


async def until_open(redis: Redis, is_so: Any) -> None:
    """Return when the number of open tasks `is_so`."""
    while not is_so(redis.zcard("ocrbot:ledger")):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def answering(backlog: int) -> Rate:
    """What answering costs with so many waiting."""
    lifted = Limits(webhook_per_minute=None, api_calls_per_second=None)
    engine, timing = EngineStandIn(), Timing(redelivery=(3600.0,))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        local = LocalRedis(directory=folder / "redis")
        async with (
            Lookalike(client_id="app", client_secret=SECRET, limits=lifted, timing=timing) as dingtalk,
            engine.serving(),
        ):
            environment = clean_environment(folder) | addresses_of(dingtalk, local) | unpaced()
            environment["OCRBOT_ENGINE__URLS"] = json.dumps([engine.url])
            async with Processes(folder=folder, environment=environment, redis=local, processes=("bot",)):
                await dingtalk.connected(1, timeout=60)
                redis = connect(local.url)
                await post(dingtalk, redis, backlog)
                async with Processes(folder=folder, environment=environment, processes=("worker",)):
                    await until_open(redis, lambda tasks: tasks <= backlog - WARM)
                    begun, before, first = time.perf_counter(), cpu_seconds(), redis.zcard("ocrbot:ledger")
                    await until_open(redis, lambda tasks: tasks <= first - COUNTED)
                    seconds, spent = time.perf_counter() - begun, cpu_seconds() - before
    return Rate(a_second=COUNTED / seconds, cpu_ms=1000 * spent / COUNTED)


def measure() -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    results: dict[str, float] = {}
    for backlog in BACKLOGS:
        in_redis, in_bot = sweeping(backlog)
        print(
            f"{backlog:6} waiting: sweeper {100 * in_redis:5.2f} % of a core in Redis, {100 * in_bot:5.2f} % in the "
            f"bot, together {100 * (in_redis + in_bot):5.2f}, aim below 2",
            flush=True,
        )
        results |= {f"redis_{backlog}": in_redis, f"bot_{backlog}": in_bot}
    rates: dict[int, list[Rate]] = {backlog: [] for backlog in BACKLOGS}
    for _ in range(ROUNDS):
        for backlog in BACKLOGS:
            rates[backlog].append(asyncio.run(answering(backlog)))
            print(f"{backlog:6} waiting: {rates[backlog][-1]}", flush=True)
    for backlog in BACKLOGS:
        ratios = [many.a_second / few.a_second for few, many in zip(rates[BACKLOGS[0]], rates[backlog], strict=True)]
        costs = [few.cpu_ms / many.cpu_ms for few, many in zip(rates[BACKLOGS[0]], rates[backlog], strict=True)]
        print(
            f"{backlog:6} waiting: {median(ratios):4.2f} of the shortest backlog's answers a second, "
            f"{median(costs):4.2f} of its answers a second of processor time; aim at least 0.95"
        )
        results |= {f"answers_{backlog}": median(ratios), f"answers_by_cpu_{backlog}": median(costs)}
    print(json.dumps({name: round(value, 4) for name, value in results.items()}))


if __name__ == "__main__":
    measure()
