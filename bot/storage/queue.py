"""The job queue, on RQ: enqueuing the steps of tasks, and how many wait.

Jobs are named by string, so nothing here imports the code that runs them.
"""

import random
import zlib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final, cast

import structlog
from redis import Redis
from rq import Retry
from rq.job import Job, JobStatus
from rq.utils import now as current_time
from rq.utils import utcformat

from bot.storage import scripts
from bot.storage.jobs.signed_call import (
    FETCH,
    NOTICE,
    QUEUES,
    READ,
    REPLY,
    SIGNATURE,
    WEBHOOK,
    JobCall,
    JobSigner,
    encode_call,
)
from bot.storage.keys.rq import JOB, QUEUE, SCHEDULED, WORKERS_OF_QUEUE
from bot.storage.keys.shared import REFUSED_JOBS

# Above the limits that steps set themselves, so that only a step that hangs is stopped from outside.
TIMEOUTS: Final = {FETCH: 360, READ: 1080, REPLY: 180, NOTICE: 300, WEBHOOK: 120}  # the first two may go on to reply
FAILED_SECONDS: Final = 24 * 3600  # long enough for an operator to inspect it
CRASHES: Final = 3  # how often a step is run again after its process was killed
FIRST: Final = "first"  # the field of a job's hash that says that it goes before others, each time that it waits
MOST_JITTER: Final = 1.2  # times the seconds that a job is to be put off
PARALLEL: Final = "parallel"  # the field of a worker's hash that says how many of its jobs get on side by side
_FIELDS: Final = 9  # of a job's hash

_log = structlog.get_logger("ocrbot.queue")


def again(seconds: float) -> Retry:
    """Return the value by which a step asks to run again in `seconds`, or up to a fifth more, in whole seconds."""
    return Retry(max=1_000_000, interval=max(1, round(seconds * random.uniform(1.0, MOST_JITTER))))  # noqa: S311 - only jitter


def is_put_off(value: object) -> bool:
    """Return whether a step returned `again(…)`."""
    return isinstance(value, Retry)


def pause_of(put_off: Retry) -> float:
    """Return the seconds after which a step that returned `again(…)` is to run again."""
    return float(put_off.intervals[0])


def job_id(task_id: str, step: str, generation: int, index: int | None = None) -> str:
    """Return the id of a step's job, always the same for the same task, step, generation and file."""
    return "-".join([task_id, step, str(generation), *([] if index is None else [str(index)])])


def task_of(job: str) -> str:
    """Return the id of a job's task."""
    return job.partition("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewJob:
    """A job to enqueue, to run in `after` seconds, 0 for as soon as possible."""

    id: str
    step: str
    args: tuple[str | int, ...]
    after: float = 0.0
    first: bool = False  # it goes before the others that wait


class QueueLengths:
    """How many jobs wait, and for how many workers. Every method is a round trip or two."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def files_before_end(self, task_id: str, generation: int, indexes: Sequence[int]) -> int:
        """Return how many files are to be read up to the last of these, counting all that are being read as one.

        Tasks that are fetched before this one count as one file each.
        """
        key = QUEUE.key(READ)
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.llen(key)
            pipe.lpos(QUEUE.key(FETCH), job_id(task_id, FETCH, generation))
            for index in indexes:
                pipe.exists(Job.key_for(job_id(task_id, READ, generation, index)))
                pipe.lpos(key, job_id(task_id, READ, generation, index))
            waiting, to_fetch, *answers = pipe.execute()
        exist, positions = answers[::2], [position for position in answers[1::2] if position is not None]
        if not any(exist):
            return int(waiting) + int(to_fetch or 0) + len(indexes)  # they are not even in the queue
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

    def refused(self) -> int:
        """Return how many jobs workers have refused lately, because they were not signed with a key they have."""
        return int(cast("bytes | None", self._redis.get(REFUSED_JOBS.key())) or 0)

    def goes_first(self, queue: str) -> bool:
        """Return whether the next job of a queue is one that goes before others."""
        found = cast("bytes | None", self._redis.lindex(QUEUE.key(queue), 0))
        return found is not None and bool(self._redis.hexists(JOB.prefix + found.decode(errors="replace"), FIRST))

    def waiting(self) -> dict[str, int]:
        """Return the number of jobs that wait in each queue."""
        with self._redis.pipeline(transaction=False) as pipe:
            for name in QUEUES:
                pipe.llen(QUEUE.key(name))
            return dict(zip(QUEUES, map(int, pipe.execute()), strict=True))


class TaskQueue(QueueLengths):
    """Enqueues the steps of tasks, each step at most once as long as its job is there. Every method is one round trip.

    Each job is signed with `signer`: workers run no others. No job waits for another: the step that completes what the
    next one needs enqueues it, or goes on with it.
    """

    def __init__(self, redis: Redis, signer: JobSigner) -> None:
        super().__init__(redis)
        self._signer = signer
        self._enqueue_jobs = scripts.load(redis, "enqueue_jobs")

    def start(
        self, tasks: Iterable[tuple[str, bool]], generation: int = 0, *, first: AbstractSet[str] = frozenset()
    ) -> None:
        """Enqueue the first step of each task: its id, and whether there is anything to fetch.

        Those whose ids are in `first` go before the others that wait.
        """
        self._enqueue(
            [
                replace(_step_of_task(FETCH if fetches else REPLY, task_id, generation), first=task_id in first)
                for task_id, fetches in tasks
            ],
        )

    def follow(
        self, task_id: str, generation: int, reads: Sequence[int], *, first: AbstractSet[int] = frozenset()
    ) -> None:
        """Enqueue a `read` for each of these files; the last of them goes on to reply.

        Those in `first`, which need no engine, go before the others that wait, also where all places are taken.
        """
        jobs = [
            _NewJob(
                id=job_id(task_id, READ, generation, index),
                step=READ,
                args=(task_id, index),
                first=index in first,
            )
            for index in reads
        ]
        for job, is_new in zip(jobs, self._enqueue(jobs), strict=True):
            if not is_new:
                _log.info("read already enqueued", job=job.id)  # by a fetch that was killed right afterwards

    def answer(self, task_id: str, generation: int, *, after: float = 0.0) -> None:
        """Enqueue only the `reply`, whatever has been read by then, to run in `after` seconds."""
        self._enqueue([_step_of_task(REPLY, task_id, generation, after=after)])

    def notice(self, task_ids: Sequence[str], at: int) -> None:
        """Enqueue a check of tasks whose receipts are to be given or ended; `at` becomes part of the job's id.

        If the job is lost, the tasks become due again.
        """
        self._enqueue([_NewJob(id=job_id(task_ids[0], NOTICE, at), step=NOTICE, args=tuple(task_ids))])

    def webhooks(self, calls: Sequence[tuple[str, int]]) -> None:
        """Enqueue the call of a webhook for each event: its id, and how often it was started over."""
        self._enqueue([_step_of_task(WEBHOOK, event_id, generation) for event_id, generation in calls])

    def _enqueue(self, jobs: Sequence[_NewJob]) -> list[bool]:
        """Enqueue jobs; return for each whether there was none of its id."""
        if not jobs:
            return []
        keys = [key for job in jobs for key in (JOB.key(job.id), QUEUE.key(job.step), SCHEDULED.key(job.step))]
        enqueued_at = utcformat(current_time())
        values = [
            value
            for job in jobs
            for value in (job.id, job.after or "", int(job.first), *_fields(job, self._signer, enqueued_at))
        ]
        answers = self._enqueue_jobs(keys=keys, args=[3 + 2 * _FIELDS, *values])
        return [bool(is_new) for is_new in cast("list[int]", answers)]


def _step_of_task(step: str, task_id: str, generation: int, *, after: float = 0.0) -> _NewJob:
    return _NewJob(id=job_id(task_id, step, generation), step=step, args=(task_id, generation), after=after)


def _fields(job: _NewJob, signer: JobSigner, enqueued_at: str) -> tuple[str | bytes | int, ...]:
    """Return the fields of a job's hash and their values: what RQ needs of `Job.to_dict`, and a signature."""
    call = encode_call(JobCall(step=job.step, args=job.args))
    return (
        *("data", zlib.compress(call, 1), SIGNATURE, signer.sign(job.id, call)),
        *("origin", job.step, "enqueued_at", enqueued_at),
        *("status", (JobStatus.SCHEDULED if job.after else JobStatus.QUEUED).value),
        *("timeout", TIMEOUTS[job.step], "result_ttl", 0, "failure_ttl", FAILED_SECONDS, "retries_left", CRASHES),
    )
