"""The worker's threads on a real Redis: jobs side by side, tried again, left to others, and all of them finished."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus

from bot.storage.jobs.job_states import JobStates, OpenTask
from bot.storage.jobs.signed_call import FETCH, READ, JsonSerializer
from bot.storage.keys.rq import WORKER, WORKERS_OF_QUEUE
from bot.storage.queue import PARALLEL, TaskQueue, again, job_id
from bot.tracing import NO_TRACING
from tests.fakes.job_signer import JOB_SIGNER
from workers.jobs import STEPS, fetch
from workers.rq_worker.schedule import Schedule
from workers.rq_worker.threaded_worker import ThreadedWorker

TASKS = [f"{number:020d}" for number in range(8)]


@dataclass
class Step:
    """A step that counts who is in it, and does what the test says."""

    work: Callable[[str], Any] = lambda _: None
    ran: list[str] = field(default_factory=list)
    inside: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, task_id: str, *_: object) -> object:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.ran.append(task_id)
        try:
            return self.work(task_id)
        finally:
            with self.lock:
                self.inside -= 1

    def give_up(self, *_: object) -> None:
        raise AssertionError("the step failed")


@pytest.fixture
def step() -> Step:
    return Step()


@contextmanager
def working(redis: Redis, step: Step, *, at_once: int = 4) -> Iterator[ThreadedWorker]:
    """A worker that fetches, while the block runs; then it finishes what it has."""
    reader = SimpleNamespace(warm_up=lambda: None)
    steps = SimpleNamespace(ended=lambda *_: None, tracing=NO_TRACING, fetch=step, read=SimpleNamespace(reader=reader))
    STEPS.set(steps)  # type: ignore[arg-type]
    worker = ThreadedWorker(
        FETCH, redis, name="w", signer=JOB_SIGNER, functions={FETCH: fetch}, at_once=at_once, parallel=at_once
    )
    thread = threading.Thread(target=copy_context().run, args=(worker.listen,))
    thread.start()
    yield worker
    while thread.is_alive():
        worker.stop()
        thread.join(0.02)


def held(begun: threading.Event, go_on: threading.Event) -> Callable[[str], None]:
    """Work that tells when it has begun, and ends when it may."""

    def work(_: str) -> None:
        begun.set()
        go_on.wait(20)

    return work


def until(condition: Callable[[], object], *, seconds: float = 20.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def status(redis: Redis, task: str) -> JobStatus:
    return Job.fetch(job_id(task, FETCH, 0), connection=redis, serializer=JsonSerializer).get_status()


def is_over(redis: Redis, task: str) -> bool:
    return not Job.exists(job_id(task, FETCH, 0), connection=redis)


def is_alive(redis: Redis, task: str) -> bool:
    found = OpenTask(id=task, generation=0, files=0)
    return JobStates(redis).of([found], now=time.time())[task].alive


def test_jobs_run_side_by_side_but_no_more_than_allowed(redis: Redis, step: Step) -> None:
    together = threading.Barrier(4, timeout=20)
    step.work = lambda _: together.wait() and None
    TaskQueue(redis, JOB_SIGNER).start([(task, True) for task in TASKS])
    with working(redis, step):
        until(lambda: all(is_over(redis, task) for task in TASKS))
    assert step.most == 4
    assert sorted(step.ran) == TASKS


def test_a_worker_that_is_to_stop_finishes_its_jobs_and_takes_no_more(redis: Redis, step: Step) -> None:
    begun, go_on = threading.Event(), threading.Event()
    step.work = held(begun, go_on)
    queue = TaskQueue(redis, JOB_SIGNER)
    queue.start([(TASKS[0], True)])
    with working(redis, step) as worker:
        assert begun.wait(20)
        worker.stop()
        queue.start([(TASKS[1], True)])
        go_on.set()
    assert is_over(redis, TASKS[0])
    assert status(redis, TASKS[1]) is JobStatus.QUEUED
    assert queue.workers()[FETCH] == 0


def test_an_idle_worker_stops_at_once(redis: Redis, step: Step) -> None:
    with working(redis, step):
        until(lambda: TaskQueue(redis, JOB_SIGNER).workers()[FETCH] == 1)


@pytest.mark.parametrize("is_tidied", [False, True])
def test_a_worker_that_redis_has_forgotten_says_anew_what_it_is(
    redis: Redis, step: Step, monkeypatch: pytest.MonkeyPatch, *, is_tidied: bool
) -> None:
    """As it is after a minute and a half in which it stood still, or Redis was away."""
    monkeypatch.setattr("workers.rq_worker.threaded_worker.BEAT_SECONDS", 0.05)
    monkeypatch.setattr("workers.rq_worker.threaded_worker._WAIT_SECONDS", 1)
    queue, key = TaskQueue(redis, JOB_SIGNER), WORKER.key("w")
    with working(redis, step):
        until(lambda: redis.hget(key, PARALLEL) == b"4")
        redis.delete(key)
        if is_tidied:
            redis.srem(WORKERS_OF_QUEUE.key(FETCH), key)
        until(lambda: redis.hget(key, PARALLEL) == b"4" and queue.workers()[FETCH] == 1)


def test_a_job_that_asks_to_run_again_runs_when_its_time_has_come(redis: Redis, step: Step) -> None:
    step.work = lambda _: again(1) if len(step.ran) == 1 else None
    TaskQueue(redis, JOB_SIGNER).start([(TASKS[0], True)])
    over = threading.Event()
    schedule = threading.Thread(target=Schedule([FETCH, READ], redis, name="s").run, args=(over,))
    schedule.start()
    with working(redis, step):
        until(lambda: is_over(redis, TASKS[0]))
    over.set()
    schedule.join()
    assert step.ran == [TASKS[0]] * 2
    assert redis.keys("rq:scheduler-lock:*") == []


def test_only_one_schedule_looks_after_a_queue_until_it_goes(redis: Redis) -> None:
    over = [threading.Event(), threading.Event()]
    threads = [
        threading.Thread(target=Schedule([FETCH], redis, name=name).run, args=(event,))
        for name, event in zip("ab", over, strict=True)
    ]
    threads[0].start()
    until(lambda: redis.get("rq:scheduler-lock:fetch") == b"a")
    threads[1].start()
    over[0].set()
    threads[0].join()
    until(lambda: redis.get("rq:scheduler-lock:fetch") in {None, b"b"})
    over[1].set()
    threads[1].join()


def test_a_job_at_work_is_known_to_be_alive_and_its_place_is_given_back(redis: Redis, step: Step) -> None:
    begun, go_on = threading.Event(), threading.Event()
    step.work = held(begun, go_on)
    queue = TaskQueue(redis, JOB_SIGNER)
    queue.start([(TASKS[0], True)])
    with working(redis, step):
        assert begun.wait(20)
        assert is_alive(redis, TASKS[0])
        assert redis.llen("rq:queue:fetch:intermediate") == 0
        go_on.set()
        until(lambda: is_over(redis, TASKS[0]))
        assert Queue(FETCH, connection=redis, serializer=JsonSerializer).started_job_registry.get_job_ids() == []
    assert not is_alive(redis, TASKS[0])
