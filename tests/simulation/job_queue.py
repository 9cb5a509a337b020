"""The work of RQ in a run: which job is next, and what becomes of it. Nothing here is watched, and no time passes."""

from datetime import UTC, datetime
from typing import Any, cast

from redis import Redis
from rq.job import Job, JobStatus
from rq.utils import utcformat

from bot.storage.jobs.signed_call import QUEUES, JsonSerializer
from bot.storage.keys.rq import JOB, QUEUE, SCHEDULED
from bot.storage.queue import pause_of


class JobQueue:
    """The queues of a run; every time is in Unix seconds."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._turn = 0

    def take(self, now: float) -> Job | None:
        """Take the next job, the queues in turn; None if no job waits."""
        for _ in QUEUES:
            queue = QUEUES[self._turn % len(QUEUES)]
            self._turn += 1
            taken = cast("bytes | None", self._redis.lpop(QUEUE.key(queue)))
            if taken is not None and self._redis.exists(JOB.key(taken.decode())):
                job = Job.fetch(taken.decode(), connection=self._redis, serializer=JsonSerializer)
                self._redis.hset(job.key, "status", JobStatus.STARTED.value)
                self.beat(job, now)
                return job
        return None

    def beat(self, job: Job, now: float) -> None:
        """Note that a job is at work."""
        if self._redis.exists(job.key):
            self._redis.hset(job.key, "last_heartbeat", utcformat(datetime.fromtimestamp(now, UTC)))

    def succeed(self, job: Job, result: Any, now: float) -> None:
        """End a job, or put it off if that is its result."""
        if result is None:
            self._redis.delete(job.key)
        if not self._redis.exists(job.key):  # another process has done it meanwhile
            return
        self._redis.hset(job.key, "status", JobStatus.SCHEDULED.value)
        self._redis.zadd(SCHEDULED.key(job.origin), {job.id: now + pause_of(result)})

    def repeat(self, job: Job) -> None:
        """Run a job again whose process died, unless that happened too often."""
        if not self._redis.exists(job.key):
            return
        left = int(self._redis.hincrby(job.key, "retries_left", -1))
        self._redis.hset(job.key, "status", (JobStatus.QUEUED if left >= 0 else JobStatus.FAILED).value)
        if left >= 0:
            self._redis.lpush(QUEUE.key(job.origin), job.id)

    def next_time(self) -> float | None:
        """Return when the next job that was put off is due; None if there is none."""
        firsts = [self._redis.zrange(SCHEDULED.key(queue), 0, 0, withscores=True) for queue in QUEUES]
        return min((float(at) for first in firsts for _, at in cast("list[tuple[bytes, float]]", first)), default=None)

    def enqueue_due(self, now: float) -> None:
        """Enqueue the jobs that were put off until now."""
        for queue in QUEUES:
            for job_id in cast("list[bytes]", self._redis.zrangebyscore(SCHEDULED.key(queue), "-inf", now)):
                self._redis.zrem(SCHEDULED.key(queue), job_id)
                if self._redis.exists(JOB.key(job_id.decode())):
                    self._redis.hset(JOB.key(job_id.decode()), "status", JobStatus.QUEUED.value)
                    self._redis.rpush(QUEUE.key(queue), job_id)
