"""How much waits in Redis, and how full Redis is: what operators watch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from redis import Redis

from bot.storage.daily_counts import Days, day_key, days_in
from bot.storage.jobs.signed_call import QUEUES
from bot.storage.keys.rq import JOB, QUEUE, SCHEDULED
from bot.storage.keys.shared import REFUSED_JOBS
from bot.storage.keys.tasks import LEDGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits at one moment; the mappings are by queue."""

    open_tasks: int
    waiting: Mapping[str, int]  # jobs
    put_off: Mapping[str, int]  # jobs that wait for their time
    oldest: Mapping[str, float]  # seconds for which the first job has waited, 0.0 without any
    used_bytes: int  # of Redis' memory
    most_bytes: int  # that Redis may use; 0: as much as there is
    refused: int  # jobs of this month that nobody with a key of the deployment wrote
    today: Days


class BacklogReader:
    """Reads the backlog, in two round trips."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def now(self) -> Backlog:
        """Return what waits now, by the clock of Redis; raises `RedisError`."""
        seconds, micro = self._redis.time()
        now = seconds + micro / 1e6
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zcard(LEDGER.key())
            pipe.hgetall(day_key(now))
            pipe.info("memory")
            pipe.get(REFUSED_JOBS.key())
            for name in QUEUES:
                pipe.llen(QUEUE.key(name))
                pipe.zcard(SCHEDULED.key(name))
                pipe.lindex(QUEUE.key(name), 0)
            open_tasks, today, memory, refused, *queues = pipe.execute()
        return Backlog(
            open_tasks=open_tasks,
            waiting=dict(zip(QUEUES, queues[0::3], strict=True)),
            put_off=dict(zip(QUEUES, queues[1::3], strict=True)),
            oldest=dict(zip(QUEUES, self._ages(queues[2::3], now), strict=True)),
            used_bytes=memory["used_memory"],
            most_bytes=memory.get("maxmemory", 0),
            refused=int(refused or 0),
            today=days_in([today]),
        )

    def _ages(self, jobs: list[bytes | None], now: float) -> list[float]:
        """Return the seconds since each job was enqueued, 0.0 for none; a job may be taken meanwhile."""
        with self._redis.pipeline(transaction=False) as pipe:
            for job in jobs:
                pipe.hget(JOB.key(job.decode() if job else ""), "enqueued_at")
            return [_seconds_since(at, now) for at in cast("list[bytes | None]", pipe.execute())]


def _seconds_since(at: bytes | None, now: float) -> float:
    return max(0.0, now - datetime.fromisoformat(at.decode()).timestamp()) if at else 0.0
