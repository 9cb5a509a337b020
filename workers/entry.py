"""`ocrbot worker`: forking RQ workers, each on one queue, under a supervisor that replaces those that die.

A worker that listens to several queues loses the job it holds when it dies between taking and starting it: RQ looks
for such jobs in the queue's own intermediate list, which only a single queue has.
"""

import logging
import os
import signal
import time
from collections.abc import Mapping
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType

import structlog
from redis import Redis
from rq import Queue, Worker

from bot.parent import die_with_parent
from bot.queue import JsonSerializer
from workers.jobs import STEPS
from workers.steps import Steps

_WORKER_TTL = 25  # a silent worker is missed after this many seconds
_BEAT_SECONDS = 5  # of a running job and of RQ's own maintenance
_STOP_SECONDS = 900  # a step at work may finish
_RESPAWN_SECONDS = 1.0

_log = structlog.get_logger("ocrbot.worker")


class _QueueWorker(Worker):
    """An RQ worker that stops on SIGTERM only: Ctrl-C reaches the whole group, and to RQ a second signal is haste."""

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self.request_stop)


class Supervisor:
    """Runs `counts[queue]` workers for each queue until told to stop."""

    def __init__(self, counts: Mapping[str, int], redis: Redis, steps: Steps) -> None:
        self._counts = counts
        self._redis = redis
        self._steps = steps
        self._processes: dict[ForkProcess, str] = {}
        self._stopping = False

    def run(self) -> None:
        """Start the workers and replace the dead until SIGTERM or SIGINT; then let each finish its step."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for queue, count in self._counts.items():
            for _ in range(count):
                self._spawn(queue)
        _log.info("workers started", **self._counts)
        while self._processes:
            self._reap()

    def _spawn(self, queue: str) -> None:
        process = ForkProcess(target=self._work, args=(queue,), name=f"{queue} worker")
        process.start()
        self._processes[process] = queue

    def _reap(self) -> None:
        wait([process.sentinel for process in self._processes], timeout=1.0)
        for process in [process for process in self._processes if not process.is_alive()]:
            queue = self._processes.pop(process)
            if not self._stopping:
                _log.error("worker died", queue=queue, exit=process.exitcode)
                time.sleep(_RESPAWN_SECONDS)
                self._spawn(queue)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        _log.info("stopping", signal=signal.Signals(number).name)
        self._stopping = True
        for process in self._processes:
            if process.pid is not None and process.is_alive():
                os.kill(process.pid, signal.SIGTERM)

    def _work(self, queue: str) -> None:
        die_with_parent()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logging.getLogger("rq").setLevel(logging.WARNING)
        self._redis.connection_pool.reset()  # the parent's sockets are not ours
        STEPS.set(self._steps)
        worker = _QueueWorker(
            [Queue(queue, connection=self._redis, serializer=JsonSerializer)],
            connection=self._redis,
            serializer=JsonSerializer,
            worker_ttl=_WORKER_TTL,
            maintenance_interval=_BEAT_SECONDS,
            job_monitoring_interval=_BEAT_SECONDS,
            log_job_description=False,
        )
        worker.work(with_scheduler=True, logging_level="WARNING")
