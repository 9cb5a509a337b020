"""Enqueuing the jobs that wait for a time, in a thread instead of the processes that RQ forks for it.

Of RQ's scheduler only the locks are used: it would read whole jobs.
"""

import logging
import time
from collections.abc import Sequence
from threading import Event

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq.scheduler import RQScheduler

from bot.storage.jobs.signed_call import JsonSerializer
from bot.storage.jobs.upkeep import DueJobs

_LOOK_SECONDS = 1.0
_IDLE_SECONDS = 2.0  # between two looks while no job waits for a time
_LOCK_SECONDS = 15.0  # between renewals of the locks, which live for a minute

_log = structlog.get_logger("ocrbot.worker")


class Schedule:
    """RQ's scheduler for some queues. Of all workers only one at a time looks after a queue: it holds its lock.

    Whoever has the same `name` holds the same locks: the next process after one that died.
    """

    def __init__(self, queues: Sequence[str], redis: Redis, *, name: str) -> None:
        self._due_jobs = DueJobs(redis)
        self._scheduler = RQScheduler(
            queues, connection=redis, logging_level=logging.WARNING, serializer=JsonSerializer, name=name
        )
        vars(self._scheduler)["_connection"] = redis  # else it opens a pool of its own
        self._renew_at = 0.0

    def run(self, stop: Event) -> None:
        """Enqueue the jobs whose time has come, until `stop` is set."""
        pause = _LOOK_SECONDS
        while not stop.wait(pause):
            try:
                pause = _LOOK_SECONDS if self._look() else _IDLE_SECONDS
            except RedisError as error:
                _log.warning("scheduled jobs wait: redis is away", error=str(error))
                stop.wait(_LOOK_SECONDS)
        self._release()

    def _release(self) -> None:
        try:
            self._scheduler.stop()
        except RedisError as error:
            _log.warning("the locks of the schedule are held for a minute", error=str(error))

    def _look(self) -> bool:
        """Enqueue the jobs whose time has come; return whether others wait for theirs."""
        if time.monotonic() > self._renew_at:
            self._scheduler.acquire_locks()
            self._scheduler.register_birth()
            self._renew_at = time.monotonic() + _LOCK_SECONDS
        return self._due_jobs.enqueue(self._scheduler.acquired_locks)
