"""The job queue, on RQ. Jobs are named by string, so nothing here imports the code that runs them."""

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
# Above the limits that steps set themselves, so that only a step that hangs is stopped from outside.
TIMEOUTS: Final = {FETCH: 180, READ: 900, REPLY: 180, NOTICE: 60}
FINISHED_SECONDS: Final = 60  # only dependents need a finished job
FAILED_SECONDS: Final = 24 * 3600  # long enough for an operator to inspect it
CRASHES: Final = 3  # how often a step is run again after its process was killed
PARALLEL: Final = "parallel"  # the field of a worker's hash that says how many of its jobs get on side by side
SILENT_SECONDS: Final = 25.0  # five heartbeats of a running job

_log = structlog.get_logger("ocrbot.queue")
_WAITING = frozenset({JobStatus.DEFERRED, JobStatus.SCHEDULED, JobStatus.READY_TO_ENQUEUE})


class JsonSerializer:
    """JSON on both sides of the queue: with RQ's default, pickle, anybody who can write to Redis could run code."""

    @staticmethod
    def dumps(value: object) -> bytes:
        """Return `value` as UTF-8 JSON; if this raises, as it does for a `Retry`, RQ stores a placeholder."""
        return json.dumps(value, ensure_ascii=False).encode()

    @staticmethod
    def loads(data: bytes) -> Any:
        """Return the value that `dumps` was given."""
        return json.loads(data)


def again(seconds: float) -> Retry:
    """Return the value by which a step asks to run again in `seconds`, or up to a fifth more, in whole seconds."""
    return Retry(max=1_000_000, interval=max(1, round(seconds * random.uniform(1.0, 1.2))))  # noqa: S311 - only jitter


def job_id(task_id: str, step: str, generation: int, index: int | None = None) -> str:
    """Return the id of a step's job, always the same for the same task, step, generation and file."""
    return "-".join([task_id, step, str(generation), *([] if index is None else [str(index)])])


class TaskQueue:
    """Enqueues the steps of tasks and knows whether a task's jobs are still alive."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queues = {name: Queue(name, connection=redis, serializer=JsonSerializer) for name in QUEUES}

    def start(self, tasks: Iterable[tuple[str, bool]], generation: int = 0) -> None:
        """Enqueue the first step of each task (its id, whether there is anything to fetch) in one round trip."""
        with self._redis.pipeline(transaction=False) as pipe:
            for task_id, fetches in tasks:
                self._enqueue(FETCH if fetches else REPLY, task_id, generation, pipeline=pipe)
            pipe.execute()

    def follow(self, task_id: str, generation: int, reads: Sequence[int]) -> None:
        """Enqueue a `read` for each of these files, and a `reply` for when all of them have ended, failed or not."""
        jobs = [self._enqueue_read(task_id, generation, index) for index in reads]
        # A job of its own, so that the person gets an answer even if one of the reads fails for good.
        after = Dependency(jobs=cast("Any", jobs), allow_failure=True) if jobs else None
        self._enqueue(REPLY, task_id, generation, depends_on=after)

    def answer(self, task_id: str, generation: int) -> None:
        """Enqueue only the `reply`, whatever has been read by now."""
        self._enqueue(REPLY, task_id, generation)

    def notice(self, task_id: str, at: int) -> None:
        """Enqueue a check of a task whose receipt is to be given or ended; `at` becomes part of the job's id.

        If the job is lost, the task becomes due again.
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
        """Return how many files are to be read up to the last of these, counting all that are being read as one."""
        key = self._queues[READ].key
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.llen(key)
            for index in indexes:
                pipe.exists(Job.key_for(job_id(task_id, READ, generation, index)))
                pipe.lpos(key, job_id(task_id, READ, generation, index))
            waiting, *answers = pipe.execute()
        exist, positions = answers[::2], [position for position in answers[1::2] if position is not None]
        if not any(exist):
            return int(waiting) + len(indexes)  # they are not even in the queue
        return max(max(positions, default=-1) + 1, len(indexes))

    def readers(self) -> int:
        """Return how many files all workers together read side by side."""
        workers = cast("set[bytes]", self._redis.smembers(WORKERS_OF_QUEUE.key(READ)))
        with self._redis.pipeline(transaction=False) as pipe:
            for worker in workers:
                pipe.hget(worker, PARALLEL)
            return sum(int(number) for number in pipe.execute() if number is not None)

    def workers(self) -> dict[str, int]:
        """Return the number of workers of each queue; one that was killed is counted for another minute."""
        with self._redis.pipeline(transaction=False) as pipe:
            for name in QUEUES:
                pipe.smembers(WORKERS_OF_QUEUE.key(name))
            registered = cast("list[set[bytes]]", pipe.execute())
        return {name: self._redis.exists(*keys) if keys else 0 for name, keys in zip(QUEUES, registered, strict=True)}

    def alive(self, task_id: str, generation: int, files: int) -> bool:
        """Return whether a job of a task is waiting, scheduled, or running with a fresh heartbeat."""
        ids = [job_id(task_id, READ, generation, index) for index in range(files)]
        ids += [job_id(task_id, step, generation) for step in (FETCH, REPLY)]
        jobs = Job.fetch_many(ids, connection=self._redis, serializer=JsonSerializer)
        alive = [job for job in jobs if job is not None and self._is_alive(job)]
        # A deferred reply only waits for other jobs; if it is alone, those have vanished.
        return any(job.get_status(refresh=False) != JobStatus.DEFERRED for job in alive)

    def waiting(self) -> dict[str, int]:
        """Return the number of jobs that wait in each queue."""
        return {name: len(queue) for name, queue in self._queues.items()}

    def _is_alive(self, job: Job) -> bool:
        status = job.get_status(refresh=False)
        if status == JobStatus.QUEUED:
            # A job whose worker died between taking and starting it is "queued" but in no list.
            return self._redis.lpos(self._queues[job.origin].key, job.id) is not None
        if status == JobStatus.STARTED:
            beat = job.last_heartbeat
            return beat is not None and (datetime.now(UTC) - beat.replace(tzinfo=UTC)).total_seconds() < SILENT_SECONDS
        return status in _WAITING

    def _enqueue_read(self, task_id: str, generation: int, index: int) -> str:
        try:
            self._enqueue(READ, task_id, generation, index, unique=True)
        except DuplicateJobError:
            _log.info("read already enqueued", task=task_id, index=index)  # by a fetch that was killed right afterwards
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
