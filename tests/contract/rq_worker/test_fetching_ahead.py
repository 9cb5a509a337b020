"""Fetching runs ahead of reading only as far as readers need, unless download codes would expire meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from redis import Redis

from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import task_id
from bot.storage.jobs.signed_call import FETCH, READ
from bot.storage.keys.rq import QUEUE
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.tracing import NO_TRACING
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.tasks import reading_task
from workers.jobs import STEPS, fetch
from workers.rq_worker.fetching_ahead import FetchingAhead
from workers.rq_worker.threaded_worker import ThreadedWorker

PICTURES = 200
TASK = reading_task(
    id=task_id("one"),
    recipient=DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP),
    received_at=0.0,
    attachments=(Attachment(download_code="one"),),
    prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
)
MOST = 32  # files that wait while there are few readers


class FetchThatEnqueuesReads:
    """Notes the order of the tasks and how many files waited, instead of downloading."""

    def __init__(self, redis: Redis) -> None:
        self.order: list[str] = []
        self.most = 0
        self._redis = redis
        self._lock = threading.Lock()

    def run(self, task: str, generation: int) -> None:
        TaskQueue(self._redis, JOB_SIGNER).follow(task, generation, [0])
        with self._lock:
            self.order.append(task)
            self.most = max(self.most, self._redis.llen(QUEUE.key(READ)))


@pytest.fixture
def step(redis: Redis) -> FetchThatEnqueuesReads:
    return FetchThatEnqueuesReads(redis)


@contextmanager
def fetching(redis: Redis, step: FetchThatEnqueuesReads, *, memory_share: float = 0.5) -> Iterator[None]:
    reader = SimpleNamespace(warm_up=lambda: None)
    steps = SimpleNamespace(ended=lambda *_: None, tracing=NO_TRACING, fetch=step, read=SimpleNamespace(reader=reader))
    STEPS.set(steps)  # type: ignore[arg-type]
    ahead = FetchingAhead(redis, time.time, memory_share=memory_share)
    worker = ThreadedWorker(
        FETCH,
        redis,
        name="w",
        signer=JOB_SIGNER,
        functions={FETCH: fetch},
        at_once=8,
        parallel=8,
        may_begin=ahead.may_begin,
    )
    thread = threading.Thread(target=copy_context().run, args=(worker.listen,))
    thread.start()
    yield
    while thread.is_alive():
        worker.stop()
        thread.join(0.02)


def post(redis: Redis, number: int, *, seconds_ago: float = 0.0) -> list[str]:
    """Have as many pictures wait for their fetch; return the ids of their tasks."""
    now = time.time() - seconds_ago
    tasks = [replace(TASK, id=task_id(f"{count}"), received_at=now) for count in range(number)]
    Store(redis).claim(tasks, now=now)
    TaskQueue(redis, JOB_SIGNER).start([(task.id, True) for task in tasks])
    return [task.id for task in tasks]


def read_next(redis: Redis) -> str:
    """Wait for the next file, as a slow reader does; return the id of its job."""
    found = cast("tuple[bytes, bytes] | None", redis.blpop([QUEUE.key(READ)], timeout=20))
    assert found is not None
    return found[1].decode()


def until_fetched(step: FetchThatEnqueuesReads, number: int) -> None:
    ends = time.monotonic() + 20
    while len(step.order) < number:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_no_more_files_wait_than_readers_need_and_none_is_forgotten(redis: Redis, step: FetchThatEnqueuesReads) -> None:
    tasks = post(redis, PICTURES)
    with fetching(redis, step):
        until_fetched(step, MOST)
        assert redis.llen(QUEUE.key(FETCH)) == PICTURES - MOST
        read = [read_next(redis) for _ in tasks]
    assert step.most <= MOST
    assert {job.partition("-")[0] for job in read} == set(tasks)
    assert redis.llen(QUEUE.key(FETCH)) == 0


def test_old_tasks_are_fetched_whatever_waits_to_be_read(redis: Redis, step: FetchThatEnqueuesReads) -> None:
    post(redis, 2 * MOST, seconds_ago=200)
    with fetching(redis, step):
        until_fetched(step, 2 * MOST)
    assert redis.llen(QUEUE.key(READ)) == 2 * MOST


def test_so_many_tasks_that_the_last_would_be_fetched_late_do_not_wait_for_readers(
    redis: Redis, step: FetchThatEnqueuesReads
) -> None:
    post(redis, 2000)
    with fetching(redis, step):
        until_fetched(step, 2 * MOST)


def test_where_redis_has_no_memory_to_spare_only_what_readers_need_is_fetched(
    redis: Redis, step: FetchThatEnqueuesReads
) -> None:
    tasks = post(redis, PICTURES, seconds_ago=200)
    with fetching(redis, step, memory_share=0.0):
        read = [read_next(redis) for _ in tasks]
    assert step.most <= MOST
    assert {job.partition("-")[0] for job in read} == set(tasks)


def test_a_worker_whose_fetches_wait_stops_at_once(redis: Redis, step: FetchThatEnqueuesReads) -> None:
    post(redis, PICTURES)
    with fetching(redis, step):
        until_fetched(step, MOST)
    assert len(step.order) == MOST
