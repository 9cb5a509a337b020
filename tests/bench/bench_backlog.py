"""What a long backlog costs: the sweeper's share of a core, in Redis and in the bot, and the queue's throughput.

Tasks wait in the queue; some jobs are taken and forgotten as a worker does it. All in one run, as ratios to the
shortest backlog. `make bench`.
"""

import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, cast

from redis import Redis

from bot.console.local_redis import LocalRedis
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import Task, task_id
from bot.service.sweeper import SWEEP_SECONDS, Sweeper
from bot.storage.connection import connect
from bot.storage.ledger import CHECK_SECONDS
from bot.storage.queue import JobStates, TaskQueue, task_of
from bot.storage.store import Store
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.tasks import reading_task

BACKLOGS = (1_000, 10_000, 50_000)
TAKEN = 100  # jobs a round
ROUNDS = 9  # of which the median counts, for others load the machine too
NOW = time.time()
TASK = reading_task(
    id=task_id("one"),
    recipient=DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP),
    received_at=NOW,
    attachments=(Attachment(download_code="one"),),
    prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
)


def cpu_of(redis: Redis) -> float:
    usage = cast("Mapping[str, Any]", redis.info("cpu"))
    return float(usage["used_cpu_user"]) + float(usage["used_cpu_sys"])


def _writer(number: int) -> DingTalkConversation:
    return replace(TASK.recipient, conversation_id=f"c{number % 50}", staff_id=f"{number % 500}")


def fill(store: Store, queue: TaskQueue, number: int) -> None:
    for begin in range(0, number, 250):
        tasks: list[Task] = [replace(TASK, id=task_id(f"{n}"), recipient=_writer(n)) for n in range(begin, begin + 250)]
        store.claim(tasks, now=NOW)
        queue.start((task.id, True) for task in tasks)


def throughput(redis: Redis, store: Store) -> float:
    """Tasks that are taken, loaded and closed, per second of CPU of this process and Redis."""
    begin = time.process_time() + cpu_of(redis)
    for _ in range(TAKEN):
        job = cast("bytes", redis.lpop("rq:queue:fetch")).decode()
        task = store.task(task_of(job))
        assert task is not None
        store.close(task.id, 1)
        redis.delete(f"rq:job:{job}")
    return TAKEN / (time.process_time() + cpu_of(redis) - begin)


def shares(redis: Redis, store: Store, queue: TaskQueue) -> tuple[float, float]:
    """The sweeper's shares of a core, in Redis and in the bot, over two minutes."""
    now = NOW
    sweeper = Sweeper(store, queue, JobStates(redis), lambda: now, "s")
    rounds = 8 * round(CHECK_SECONDS / SWEEP_SECONDS)
    in_redis, in_bot = -cpu_of(redis), -time.process_time()
    for _ in range(rounds):
        now += SWEEP_SECONDS
        sweeper.sweep()
    in_redis, in_bot = in_redis + cpu_of(redis), in_bot + time.process_time()
    return in_redis / (rounds * SWEEP_SECONDS), in_bot / (rounds * SWEEP_SECONDS)


def measure() -> None:
    results: dict[str, float] = {}
    shortest = 0.0
    for backlog in BACKLOGS:
        with tempfile.TemporaryDirectory() as folder:
            local = LocalRedis(directory=Path(folder) / "redis")
            local.start()
            redis = connect(local.url)
            store, queue = Store(redis), TaskQueue(redis, JOB_SIGNER)
            fill(store, queue, backlog)
            in_redis, in_bot = shares(redis, store, queue)
            rate = median(throughput(redis, store) for _ in range(ROUNDS))
            shortest = shortest or rate
            local.stop()
        print(
            f"{backlog:6} waiting: sweeper {100 * in_redis:5.2f} % of a core in Redis, {100 * in_bot:5.2f} % in the "
            f"bot, aim below 2; throughput {rate / shortest:4.2f} of the shortest backlog's, aim at least 0.95"
        )
        results |= {f"redis_{backlog}": in_redis, f"bot_{backlog}": in_bot, f"throughput_{backlog}": rate / shortest}
    print(json.dumps({name: round(value, 4) for name, value in results.items()}))


if __name__ == "__main__":
    measure()
