"""What becomes of a queue's jobs beside their work: repeated, put off, enqueued when it is time, refused.

RQ's own upkeep reads whole jobs, with all the code that they may name, and one damaged job ends it. This reads nothing
of a job but its state.
"""

from collections.abc import Iterable
from typing import Final, cast

import structlog
from redis import Redis
from redis.client import Pipeline

from bot.storage import scripts
from bot.storage.keys.rq import (
    ALL_WORKERS,
    AT_WORK,
    EXECUTION,
    FAILED,
    JOB,
    QUEUE,
    SCHEDULED,
    TAKEN,
    TAKEN_SINCE,
    WORKER,
    WORKERS_OF_QUEUE,
)
from bot.storage.keys.shared import MONTH_SECONDS, REFUSED_JOBS

_TAKEN_SECONDS: Final = 60  # for which a job may be neither in the queue nor started; a worker needs milliseconds
_MOST_AHEAD_SECONDS: Final = 7200  # that a job waits for its time: more than DingTalk asks for
_AT_ONCE: Final = 500  # jobs whose time has come

_log = structlog.get_logger("ocrbot.queue")


class DueJobs:
    """The jobs of all queues that wait for a time."""

    def __init__(self, redis: Redis) -> None:
        self._enqueue_due = scripts.load(redis, "enqueue_due_jobs")

    def enqueue(self, queues: Iterable[str]) -> bool:
        """Enqueue the jobs of these queues whose time has come, in one round trip if they are not many.

        Return whether others wait for theirs.
        """
        keys = [key.key(queue) for queue in queues for key in (SCHEDULED, QUEUE)]
        most, with_more = _AT_ONCE, 0
        while keys and most == _AT_ONCE:
            most, with_more = self._enqueue_due(keys=keys, args=[JOB.prefix, _AT_ONCE, _MOST_AHEAD_SECONDS])
        return bool(with_more)


class JobUpkeep:
    """Looks after the jobs of one queue; `failed_seconds` is how long a job that has failed for good is kept."""

    def __init__(self, redis: Redis, queue: str, *, failed_seconds: int) -> None:
        self._redis = redis
        self._queue = queue
        self._failed_seconds = failed_seconds
        self._tidy = scripts.load(redis, "tidy_queue")
        self._put_off = scripts.load(redis, "put_off_job")

    def tidy(self) -> None:
        """Have the jobs of workers that died repeated, or mark them as failed, and forget what has expired."""
        queue = self._queue
        keys = [AT_WORK.key(queue), QUEUE.key(queue), TAKEN.key(queue), FAILED.key(queue)]
        repeated, failed = self._tidy(
            keys=[*keys, WORKERS_OF_QUEUE.key(queue), ALL_WORKERS.key()],
            args=[
                *(JOB.prefix, TAKEN_SINCE.key(queue, ""), WORKER.prefix, EXECUTION.prefix),
                *(_TAKEN_SECONDS, self._failed_seconds),
            ],
        )
        for job in repeated:
            _log.warning("job repeated: its worker died", job=_shown(job))
        for job in failed:
            _log.error("job failed: its worker died each time", job=_shown(job))

    def put_off(self, job_id: str, seconds: float, client: Pipeline) -> None:
        """Have a job run again after so many seconds."""
        self._put_off(keys=[JOB.key(job_id), SCHEDULED.key(self._queue)], args=[job_id, seconds], client=client)

    def refuse(self, job: bytes, why: str) -> None:
        """Remove a job that no worker runs, and count it. The sweeper starts anew what it may have been for."""
        _log.error("job refused", queue=self._queue, job=_shown(job), why=why)
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(JOB.prefix.encode() + job)
            pipe.lrem(TAKEN.key(self._queue), 1, cast("str", job))
            pipe.incr(REFUSED_JOBS.key())
            pipe.expire(REFUSED_JOBS.key(), MONTH_SECONDS)
            pipe.execute()


def _shown(job: bytes) -> str:
    """Return a job's id for the log: it may be anything that somebody wrote there."""
    return job[:100].decode(errors="backslashreplace")
