"""What somebody else wrote into Redis is neither run nor believed, and stops nobody's work."""

import json
import os
import zlib
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job

from bot.storage.jobs.job_states import JobStates, OpenTask
from bot.storage.jobs.signed_call import FETCH, READ, JobSigner
from bot.storage.jobs.upkeep import DueJobs, JobUpkeep
from bot.storage.queue import FAILED_SECONDS, QueueLengths, TaskQueue, job_id
from tests.contract.rq_worker.test_threaded_worker import TASKS, Step, is_over, until, working
from tests.fakes.job_signer import JOB_SIGNER
from workers.rq_worker.signed_job import taken_job


@pytest.fixture
def step() -> Step:
    return Step()


@pytest.fixture(autouse=True)
def nothing_undeclared_in_redis() -> None:
    """Check nothing: a stranger's keys are not declared."""


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A file that is there once a stranger's job has run."""
    return tmp_path / "ran"


def call_of(mark: Path, name: str = "os.system") -> bytes:
    return json.dumps([name, None, [f"touch {mark}"], {}]).encode()


def plant(redis: Redis, job: str | bytes, fields: dict[Any, Any]) -> None:
    key = b"rq:job:" + (job.encode() if isinstance(job, str) else job)
    mapping: dict[Any, Any] = {"origin": FETCH, "status": "queued", **fields}
    redis.hset(key, mapping=mapping)
    redis.rpush("rq:queue:fetch", job)


def served(redis: Redis, step: Step, tasks: list[str]) -> None:
    with working(redis, step):
        until(lambda: all(is_over(redis, task) for task in tasks) and not redis.llen("rq:queue:fetch"))


def test_a_job_that_calls_the_system_is_refused_and_the_others_run(redis: Redis, step: Step, mark: Path) -> None:
    plant(redis, "x", {"data": zlib.compress(call_of(mark))})
    plant(redis, "y", {"data": call_of(mark), "signature": "00" * 32})
    TaskQueue(redis, JOB_SIGNER).start([(task, True) for task in TASKS])
    served(redis, step, TASKS)
    assert not mark.exists()
    assert sorted(step.ran) == TASKS
    assert QueueLengths(redis).refused() == 2
    assert not redis.exists("rq:job:x", "rq:job:y")
    assert redis.llen("rq:queue:fetch:intermediate") == 0


def test_a_job_made_with_rqs_own_library_and_pickle_is_refused(redis: Redis, step: Step, mark: Path) -> None:
    Queue(FETCH, connection=redis).enqueue(os.system, f"touch {mark}")
    TaskQueue(redis, JOB_SIGNER).start([(TASKS[0], True)])
    served(redis, step, TASKS[:1])
    assert not mark.exists()
    assert step.ran == TASKS[:1]


def test_an_overwritten_job_is_refused_and_its_task_counts_as_lost(redis: Redis, step: Step, mark: Path) -> None:
    queue = TaskQueue(redis, JOB_SIGNER)
    queue.start([(TASKS[0], True), (TASKS[1], True)])
    victim = Job.key_for(job_id(TASKS[0], FETCH, 0))
    redis.hset(victim, "data", zlib.compress(call_of(mark)))
    served(redis, step, TASKS[:2])
    assert not mark.exists()
    assert step.ran == [TASKS[1]]
    found = OpenTask(id=TASKS[0], generation=0, files=0)
    assert not JobStates(redis).of([found], now=0.0)[TASKS[0]].alive  # so that the sweeper starts it over
    queue.start([(TASKS[0], True)], generation=1)
    with working(redis, step):
        until(lambda: TASKS[0] in step.ran)


def test_a_call_that_was_signed_for_another_job_is_refused(redis: Redis, step: Step) -> None:
    TaskQueue(redis, JOB_SIGNER).start([(TASKS[0], True), (TASKS[1], True)])
    other = redis.hmget(Job.key_for(job_id(TASKS[1], FETCH, 0)), "data", "signature")
    copied: dict[Any, Any] = dict(zip(("data", "signature"), other, strict=True))
    redis.hset(Job.key_for(job_id(TASKS[0], FETCH, 0)), mapping=copied)
    served(redis, step, TASKS[:2])
    assert step.ran == [TASKS[1]]


def test_a_job_signed_with_the_key_before_runs_while_keys_are_changed(redis: Redis, step: Step) -> None:
    old, new = b"o" * 32, b"n" * 32
    TaskQueue(redis, JobSigner([old])).start([(TASKS[0], True)])
    job, functions = job_id(TASKS[0], FETCH, 0).encode(), {FETCH: step.run}
    assert taken_job(redis, FETCH, job, JobSigner([new, old]), functions) is not None
    with pytest.raises(ValueError, match="a signature needs a key"):
        JobSigner([])


def test_callbacks_webhooks_and_dependents_that_a_stranger_adds_are_never_read(
    redis: Redis, step: Step, mark: Path
) -> None:
    TaskQueue(redis, JOB_SIGNER).start([(task, True) for task in TASKS[:3]])
    evil = {
        "success_callback_name": "os.system",
        "failure_callback_name": "os.system",
        "stopped_callback_name": "os.system",
        "webhooks": json.dumps([{"url": f"file://{mark}", "events": ["finished", "failed"]}]),
        "meta": b"\x80\x04cos\nsystem\n.",
        "result": b"\x80\x04cos\nsystem\n.",
        "exc_info": b"\xff\xfe",
        "group_id": "g",
        "rate_limit_key": "r",
        "rate_limit_concurrency": "x",
        "timeout": "1",
        "result_ttl": "500",
        "retry_intervals": "{",
        "enqueued_at": "yesterday",
        "status": "no state of RQ",
    }
    for task in TASKS[:3]:
        redis.hset(Job.key_for(job_id(task, FETCH, 0)), mapping=evil)  # type: ignore[arg-type]
    plant(redis, "dependent", {"data": call_of(mark), "status": "deferred"})
    redis.sadd(f"rq:job:{job_id(TASKS[0], FETCH, 0)}:dependents", "dependent")
    served(redis, step, TASKS[:3])
    assert not mark.exists()
    assert sorted(step.ran) == TASKS[:3]


def test_damaged_entries_stop_neither_the_queue_nor_its_upkeep(redis: Redis, step: Step) -> None:
    redis.rpush("rq:queue:fetch", b"\xff\xfe not an id", "a string", "nothing", "bomb")
    redis.rpush("rq:queue:fetch:intermediate", b"\xff", "stuck")
    redis.set("rq:job:a string", "1")
    redis.hset("rq:job:bomb", mapping={"data": zlib.compress(b"[" * 50_000_000), "status": "queued"})
    redis.zadd("rq:wip:fetch", {b"\xff:\xff": 1, b"a string:1": 1, b"nothing:1": 1})
    redis.zadd("rq:scheduled:fetch", {b"\xff": 1, b"a string": 1})
    redis.sadd("rq:workers:fetch", b"\xff", "a string", "rq:job:a string")
    upkeep = JobUpkeep(redis, FETCH, failed_seconds=FAILED_SECONDS)
    upkeep.tidy()
    DueJobs(redis).enqueue([FETCH])
    assert redis.zcard("rq:wip:fetch") + redis.zcard("rq:scheduled:fetch") + redis.scard("rq:workers:fetch") == 0
    TaskQueue(redis, JOB_SIGNER).start([(task, True) for task in TASKS])
    served(redis, step, TASKS)
    assert sorted(step.ran) == TASKS


def test_a_job_of_a_worker_that_died_is_repeated_and_fails_in_the_end(redis: Redis) -> None:
    TaskQueue(redis, JOB_SIGNER).start([(TASKS[0], True)])
    job, upkeep = job_id(TASKS[0], FETCH, 0), JobUpkeep(redis, FETCH, failed_seconds=FAILED_SECONDS)
    for repeated in (True, True, True, False):
        redis.lrem("rq:queue:fetch", 1, job)
        redis.hset(Job.key_for(job), "status", "started")
        redis.zadd("rq:wip:fetch", {f"{job}:try": 1})
        upkeep.tidy()
        assert redis.lrange("rq:queue:fetch", 0, -1) == ([job.encode()] if repeated else [])
    assert redis.hget(Job.key_for(job), "status") == b"failed"
    assert redis.zcard("rq:failed:fetch") == 1
    assert JobStates(redis).of([OpenTask(id=TASKS[0], generation=0, files=0)], now=0.0)[TASKS[0]].alive is False


def test_what_is_logged_of_a_refused_job_is_its_id_and_not_what_it_holds(
    redis: Redis, step: Step, mark: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(redis, "x", {"data": zlib.compress(call_of(mark, "os.system; secret"))})
    served(redis, step, [])
    said = capsys.readouterr().out
    assert "job refused" in said
    assert "it is not signed" in said
    assert "secret" not in said


def test_a_job_in_another_queue_than_its_own_is_refused(redis: Redis, step: Step) -> None:
    TaskQueue(redis, JOB_SIGNER).follow(TASKS[0], 0, [0])
    redis.rpush("rq:queue:fetch", job_id(TASKS[0], READ, 0, 0))
    served(redis, step, [])
    assert step.ran == []


def test_a_job_that_a_worker_died_with_in_its_hands_is_taken_up_after_a_minute(redis: Redis) -> None:
    TaskQueue(redis, JOB_SIGNER).start([(TASKS[0], True)])
    upkeep, job = JobUpkeep(redis, FETCH, failed_seconds=FAILED_SECONDS), job_id(TASKS[0], FETCH, 0)
    redis.lmove("rq:queue:fetch", "rq:queue:fetch:intermediate")
    upkeep.tidy()
    assert redis.llen("rq:queue:fetch") == 0
    redis.set(f"rq:queue:fetch:intermediate:first_seen:{job}", float(redis.time()[0]) - 61)
    upkeep.tidy()
    assert redis.lrange("rq:queue:fetch", 0, -1) == [job.encode()]
    assert redis.llen("rq:queue:fetch:intermediate") == 0
