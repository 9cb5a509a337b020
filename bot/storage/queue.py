"""RQ behind a few verbs. Jobs are named by string, so that nothing here imports the code that runs them."""

import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

import structlog
from redis import Redis
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError
from rq.job import Dependency, Job, JobStatus

from bot.storage.rq_keys import WORKERS_OF_QUEUE

FETCH: Final = "fetch"
READ: Final = "read"
REPLY: Final = "reply"
NOTICE: Final = "notice"
QUEUES: Final = (FETCH, READ, REPLY, NOTICE)
FUNCTIONS: Final = {queue: f"workers.jobs.{queue}" for queue in QUEUES}
# Above what each step allows itself, so that only a step that hangs is ended from outside.
TIMEOUTS: Final = {FETCH: 180, READ: 900, REPLY: 180, NOTICE: 60}
FINISHED_SECONDS: Final = 60  # a finished job is needed by its dependents only
FAILED_SECONDS: Final = 24 * 3600  # long enough for an operator to look
CRASHES: Final = 3  # how often a step whose process was killed is tried again
SILENT_SECONDS: Final = 25.0  # five heartbeats of a running job

_log = structlog.get_logger("ocrbot.queue")
_WAITING = frozenset({JobStatus.DEFERRED, JobStatus.SCHEDULED, JobStatus.READY_TO_ENQUEUE})


class JsonSerializer:
    """JSON on both sides of the queue: RQ pickles by default, and then whoever can write to Redis runs code."""

    @staticmethod
    def dumps(value: object) -> bytes:
        """Return `value` as UTF-8 JSON; RQ stores a returned `Retry` as a remark when this raises."""
        return json.dumps(value, ensure_ascii=False).encode()

    @staticmethod
    def loads(data: bytes) -> Any:
        """Return what `dumps` was given."""
        return json.loads(data)


def again(seconds: float) -> Retry:
    """Return what a step returns to be run again in about `seconds`, a fifth more at random; RQ takes whole seconds."""
    return Retry(max=1_000_000, interval=max(1, round(seconds * random.uniform(1.0, 1.2))))  # noqa: S311 - only jitter


def job_id(task_id: str, step: str, generation: int, index: int | None = None) -> str:
    """Return the id of a step's job: the same task, step and generation always give the same one."""
    return "-".join([task_id, step, str(generation), *([] if index is None else [str(index)])])


class TaskQueue:
    """Enqueues the steps of tasks and tells whether a task's jobs are still alive."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queues = {name: Queue(name, connection=redis, serializer=JsonSerializer) for name in QUEUES}

    def start(self, tasks: Iterable[tuple[str, bool]], generation: int = 0) -> None:
        """Enqueue the first step of each (task id, whether there is anything to fetch), in one round trip."""
        with self._redis.pipeline(transaction=False) as pipe:
            for task_id, fetches in tasks:
                self._enqueue(FETCH if fetches else REPLY, task_id, generation, pipeline=pipe)
            pipe.execute()

    def follow(self, task_id: str, generation: int, reads: Sequence[int]) -> None:
        """Enqueue a `read` for each of these files, and the `reply` that comes after all of them, failed or not."""
        jobs = [self._enqueue_read(task_id, generation, index) for index in reads]
        # As a job of its own that waits: where one step fails for good, the person still gets an answer.
        after = Dependency(jobs=cast("Any", jobs), allow_failure=True) if jobs else None
        self._enqueue(REPLY, task_id, generation, depends_on=after)

    def answer(self, task_id: str, generation: int) -> None:
        """Enqueue the `reply` alone, whatever has been read by now."""
        self._enqueue(REPLY, task_id, generation)

    def notice(self, task_id: str, at: int) -> None:
        """Have a task looked at that is due for a receipt, or for the end of one; `at` makes the job's id.

        One that gets lost is not missed: what is due comes again.
        """
        self._queues[NOTICE].enqueue(
            FUNCTIONS[NOTICE],
            args=(task_id,),
            job_id=job_id(task_id, NOTICE, at),
            job_timeout=TIMEOUTS[NOTICE],
            result_ttl=0,
            failure_ttl=FAILED_SECONDS,
            description=f"{NOTICE} {task_id}",
        )

    def files_before_end(self, task_id: str, generation: int, indexes: Sequence[int]) -> int:
        """Return how many files are read until the last of these is, itself included; those at work count as one."""
        key = self._queues[READ].key
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.llen(key)
            for index in indexes:
                pipe.exists(Job.key_for(job_id(task_id, READ, generation, index)))
                pipe.lpos(key, job_id(task_id, READ, generation, index))
            waiting, *found = pipe.execute()
        known, places = found[::2], [place for place in found[1::2] if place is not None]
        if not any(known):
            return int(waiting) + len(indexes)  # they are not even in the queue
        return max(max(places, default=-1) + 1, len(indexes))

    def readers(self) -> int:
        """Return how many workers read files."""
        return self._redis.scard(WORKERS_OF_QUEUE.key(READ))

    def workers(self) -> dict[str, int]:
        """Return how many workers each queue has; one that was killed counts for the minute in which it is missed."""
        with self._redis.pipeline(transaction=False) as pipe:
            for name in QUEUES:
                pipe.smembers(WORKERS_OF_QUEUE.key(name))
            known = cast("list[set[bytes]]", pipe.execute())
        return {name: self._redis.exists(*keys) if keys else 0 for name, keys in zip(QUEUES, known, strict=True)}

    def alive(self, task_id: str, generation: int, files: int) -> bool:
        """Tell whether a job of this task is waiting, scheduled or at work with a fresh heartbeat."""
        ids = [job_id(task_id, READ, generation, index) for index in range(files)]
        ids += [job_id(task_id, step, generation) for step in (FETCH, REPLY)]
        jobs = Job.fetch_many(ids, connection=self._redis, serializer=JsonSerializer)
        moving = [job for job in jobs if job is not None and self._moving(job)]
        # A reply that is deferred only waits: alone it means that what it waits for has vanished.
        return any(job.get_status(refresh=False) != JobStatus.DEFERRED for job in moving)

    def waiting(self) -> dict[str, int]:
        """Return how many jobs wait in each queue."""
        return {name: len(queue) for name, queue in self._queues.items()}

    def _moving(self, job: Job) -> bool:
        status = job.get_status(refresh=False)
        if status == JobStatus.QUEUED:
            # A job whose worker died between taking and starting it says "queued" and stands in no list.
            return self._redis.lpos(self._queues[job.origin].key, job.id) is not None
        if status == JobStatus.STARTED:
            beat = job.last_heartbeat
            return beat is not None and (datetime.now(UTC) - beat.replace(tzinfo=UTC)).total_seconds() < SILENT_SECONDS
        return status in _WAITING

    def _enqueue_read(self, task_id: str, generation: int, index: int) -> str:
        try:
            self._enqueue(READ, task_id, generation, index, unique=True)
        except DuplicateJobError:
            _log.info("read already enqueued", task=task_id, index=index)  # by a fetch that was killed right after
        return job_id(task_id, READ, generation, index)

    def _enqueue(self, step: str, task_id: str, generation: int, index: int | None = None, **options: Any) -> Job:
        return self._queues[step].enqueue(
            FUNCTIONS[step],
            args=(task_id, generation) if index is None else (task_id, index),
            job_id=job_id(task_id, step, generation, index),
            job_timeout=TIMEOUTS[step],
            result_ttl=FINISHED_SECONDS,
            failure_ttl=FAILED_SECONDS,
            retry=Retry(max=CRASHES),
            description=f"{step} {task_id}",
            **options,
        )
