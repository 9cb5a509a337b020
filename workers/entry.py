"""`ocrbot worker`: RQ workers, each on one queue, under a supervisor that replaces those that die.

Each worker listens to one queue: if it dies between taking and starting a job, RQ looks for the job in the intermediate
list of the queue, and a worker on several queues has none.

Workers that read files fork for each job, because decoders of untrusted bytes may hang or crash. The other steps only
move bytes and texts and run in the worker's own process, at a tenth of the cost.
"""

import gc
import logging
import os
import random
import signal
import time
from collections.abc import Mapping
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import cast
from uuid import uuid4

import structlog
from PIL import Image
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker, Worker
from rq.executions import WORKER_EXECUTIONS_KEY_TEMPLATE, Execution
from rq.job import Job
from rq.worker import BaseWorker

from bot.domain import wire
from bot.domain.document import Document, Failure
from bot.domain.errors import Misconfigured
from bot.domain.task import Read, Say, Task
from bot.parent import die_with_parent
from bot.storage.queue import NOTICE, QUEUES, READ, JsonSerializer
from workers.heartbeat import beating
from workers.jobs import STEPS
from workers.steps.wiring import Steps

_WORKER_TTL = 25  # seconds of silence after which a worker counts as dead
_BEAT_SECONDS = 5  # between heartbeats of a job, and between RQ's maintenance runs
_RESPAWN_SECONDS = 1.0
_MOST_MOVES = 50
_MOST_NOTICE_WORKERS = 4  # they only call DingTalk
_GRACE_SECONDS = 60  # after its time-out, as RQ grants a forked job

_log = structlog.get_logger("ocrbot.worker")


class _Queue(Queue):
    """A queue that reliably enqueues waiting jobs, even if many become ready at once."""

    def enqueue_ready_jobs_by_queue(self, job_ids_by_queue_name: dict[str, list[str]]) -> None:
        """Enqueue the jobs that waited for a job that has finished.

        RQ tries each only once. If another job moves at the same moment, RQ leaves it to its maintenance some ten
        seconds later (`ReadyJobRegistry.enqueue_jobs`).
        """
        left = job_ids_by_queue_name
        for _ in range(_MOST_MOVES):
            super().enqueue_ready_jobs_by_queue(left)
            left = {name: [job_id for job_id in ids if self._is_ready(name, job_id)] for name, ids in left.items()}
            if not any(left.values()):
                return
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - only jitter

    def _is_ready(self, queue: str, job_id: str) -> bool:
        registry = Queue(queue, connection=self.connection, serializer=JsonSerializer).ready_job_registry
        return self.connection.zscore(registry.key, job_id) is not None


class _OneQueue(BaseWorker):
    """The differences of both kinds of workers from RQ's.

    They stop on SIGTERM only: Ctrl-C reaches the whole process group, and RQ takes a second signal as a request to stop
    at once. They skip those of RQ's ten or so calls to Redis around each job that change nothing.
    """

    queue_class = _Queue
    _beat_at = 0.0
    _asked_at = 0.0

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self.request_stop)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Extend the worker's entry in Redis, which lives for at least a minute, only as often as necessary."""
        if pipeline is not None:
            super().heartbeat(timeout, pipeline)
        elif time.monotonic() > self._beat_at + _BEAT_SECONDS:
            with self.connection.pipeline(transaction=False) as together:
                super().heartbeat(timeout, together)
                together.execute()
            self._beat_at = time.monotonic()

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:
        """Write the worker's state to Redis if it has changed."""
        if pipeline is not None or state != self.get_state():
            super().set_state(state, pipeline)

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001 - RQ's
        """Check whether an operator suspended the workers, at most once a second."""
        if time.monotonic() > self._asked_at + 1:
            self._asked_at = time.monotonic()
            super().check_for_suspension(burst)


class _ForkingWorker(_OneQueue, Worker):
    """Runs each job in a process of its own, which may hang or crash."""


class _LightWorker(_OneQueue, SimpleWorker):
    """Runs jobs in its own process; a thread sends their heartbeats, as the parent of a forking worker does.

    Without them the sweeper would restart a job that takes longer than `bot.storage.queue.SILENT_SECONDS`.
    """

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run one job."""
        execution = self.prepare_execution(job)
        ends = time.monotonic() + (job.timeout or 0) + _GRACE_SECONDS
        with beating(_BEAT_SECONDS, partial(self._beat, job, execution, ends)):
            self.perform_job(job, queue, execution)
        self.set_state("idle")

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """Return for how many seconds a heartbeat is valid; RQ's simple workers return the job's whole time-out."""
        return BaseWorker.get_heartbeat_ttl(self, job, working_time)

    def _beat(self, job: Job, execution: Execution, ends: float) -> None:
        if time.monotonic() > ends:
            _log.error("step hangs", job=job.id)
            os._exit(1)  # its time-out did not stop it
        try:
            self.maintain_heartbeats(job, execution)
        except RedisError as error:
            _log.warning("no beat", job=job.id, error=str(error))


def worker_counts(queues: str, concurrency: int) -> dict[str, int]:
    """Return how many workers each of the comma-separated `queues` gets; raises `Misconfigured` for an unknown one."""
    chosen = queues.split(",")
    if unknown := sorted(set(chosen) - set(QUEUES)):
        raise Misconfigured(f"--queues {queues}: {unknown[0]} is none of {', '.join(QUEUES)}")
    counts = dict.fromkeys(chosen, concurrency)
    if NOTICE in counts:
        counts[NOTICE] = min(_MOST_NOTICE_WORKERS, concurrency)
    return counts


class Supervisor:
    """Runs `counts[queue]` workers for each queue until it gets a signal to stop."""

    def __init__(self, counts: Mapping[str, int], redis: Redis, steps: Steps) -> None:
        self._counts = counts
        self._redis = redis
        self._steps = steps
        self._processes: dict[ForkProcess, str] = {}
        self._stopping = False

    def run(self) -> None:
        """Start the workers and replace dead ones until SIGTERM or SIGINT; then let each finish its job."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        _warm_up()
        for queue, count in self._counts.items():
            for _ in range(count):
                self._spawn(queue)
        _log.info("workers started", **self._counts)
        while self._processes:
            self._reap()

    def _spawn(self, queue: str) -> None:
        name = uuid4().hex
        process = ForkProcess(target=self._work, args=(queue, name), name=name)
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
                self._take_over(queue, process.name)

    def _take_over(self, queue: str, worker: str) -> None:
        """Repeat the job of a light worker that died; a forked job may go on without its worker."""
        if queue == READ:
            return
        started = Queue(queue, connection=self._redis, serializer=JsonSerializer).started_job_registry
        try:
            executions = cast("set[bytes]", self._redis.smembers(WORKER_EXECUTIONS_KEY_TEMPLATE.format(worker)))
            if executions:  # as if their last heartbeats were long ago
                self._redis.zadd(started.key, dict.fromkeys(executions, 1), xx=True)
            started.cleanup()
        except RedisError as error:
            _log.warning("a dead worker's jobs are left to the sweeper", queue=queue, error=str(error))

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        _log.info("stopping", signal=signal.Signals(number).name)
        self._stopping = True
        for process in self._processes:
            if process.pid is not None and process.is_alive():
                os.kill(process.pid, signal.SIGTERM)

    def _work(self, queue: str, name: str) -> None:
        die_with_parent()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logging.getLogger("rq").setLevel(logging.WARNING)
        self._redis.connection_pool.reset()  # the sockets belong to the parent
        STEPS.set(self._steps)
        kind = _ForkingWorker if queue == READ else _LightWorker
        worker = kind(
            [_Queue(queue, connection=self._redis, serializer=JsonSerializer)],
            name=name,
            connection=self._redis,
            serializer=JsonSerializer,
            worker_ttl=_WORKER_TTL,
            maintenance_interval=_BEAT_SECONDS,
            job_monitoring_interval=_BEAT_SECONDS,
            log_job_description=False,
        )
        worker.work(with_scheduler=True, logging_level="WARNING")


def _warm_up() -> None:
    """Do once, before forking, what would cost each forked job 50 to 100 ms of CPU."""
    wire.prepare(Task, Read, Say, Document, Failure)
    Image.init()
    gc.collect()
    gc.freeze()  # so that no collection touches, and thereby copies, the pages shared with the parent
