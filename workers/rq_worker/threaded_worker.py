"""An RQ worker whose jobs run in threads of one process: one thread waits for the next job, each job has its own.

The jobs wait for others most of the time: DingTalk, an engine, a process that reads a file. One listening connection
serves all of them, so an idle worker costs one blocked thread, however many jobs it may run at once.
"""

import logging
import os
import socket
import time
from collections.abc import Callable
from contextvars import Context, copy_context
from threading import Condition, Thread
from typing import Any, cast

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, worker_registration
from rq.job import Job
from rq.utils import now

from bot.storage.jobs.signed_call import JobSigner, JsonSerializer, RefusedJob
from bot.storage.jobs.upkeep import JobUpkeep
from bot.storage.keys.rq import QUEUE_NAMES, WORKERS_OF_QUEUE
from bot.storage.queue import FAILED_SECONDS, PARALLEL, QueueLengths
from workers.rq_worker.beats import BEAT_SECONDS, Beats, JobAtWork
from workers.rq_worker.lean_worker import WORKER_TTL, LeanWorker
from workers.rq_worker.signed_job import Functions, taken_job
from workers.rq_worker.wakeable_wait import WakeableWait

_MAINTENANCE_SECONDS = 15  # between RQ's maintenance runs
_WAIT_SECONDS = 20  # for a job, before the worker shows that it is alive
_MOMENT_SECONDS = 0.01
_LOOK_SECONDS = 0.2  # between two looks at whether the next job may begin
_LOOK_BESIDE_SECONDS = 0.5  # between two looks at whether the next job goes before others, while all places are taken
_MOST_PAUSE = 5.0  # seconds after Redis could not be reached

_log = structlog.get_logger("ocrbot.worker")


def always(at_work: int) -> bool:  # noqa: ARG001 - whatever is at work
    """Return that the next job may begin."""
    return True


class ThreadedWorker(LeanWorker):
    """Takes jobs from one queue while fewer than `at_once` are at work, and calls the one of `functions` they name.

    A job that was not signed with a key of `signer` is refused. The worker listens to one queue only, so that the jobs
    it is just taking are in that queue's intermediate list if it dies. RQ's commands to single workers are not served.
    `parallel` is how many of the jobs get on side by side, while the others wait for their turn at the engine: the
    estimates of waiting times go by it. Where all places are taken, there are `beside` more for jobs that go before
    others. While `may_begin`, given the number of jobs at work, is False, the next job stays in the queue.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        queue: str,
        redis: Redis,
        *,
        name: str,
        signer: JobSigner,
        functions: Functions,
        at_once: int,
        parallel: int,
        beside: int = 0,
        may_begin: Callable[[int], bool] = always,
    ) -> None:
        super().__init__(
            [Queue(queue, connection=redis, serializer=JsonSerializer)],
            name=name,
            connection=redis,
            serializer=JsonSerializer,
            worker_ttl=WORKER_TTL,
            maintenance_interval=_MAINTENANCE_SECONDS,
            job_monitoring_interval=BEAT_SECONDS,
            log_job_description=False,
            prepare_for_work=False,  # it asks Redis for this process's address, at once
        )
        self.hostname, self.pid = socket.gethostname(), os.getpid()
        self.queue = queue
        self._signer = signer
        self._functions = functions
        self._upkeep = JobUpkeep(redis, queue, failed_seconds=FAILED_SECONDS)
        self._at_once = at_once
        self._parallel = parallel
        self._beside = beside
        self._lengths = QueueLengths(redis)
        self._may_begin = may_begin
        self._change = Condition()  # of what is at work, or of `_stop_requested`
        self._beats = Beats(self._change, self.maintain_heartbeats)
        self._wait: WakeableWait | None = None
        self._beat_at = 0.0
        self._asked_at = 0.0
        self._known_at = 0.0
        self._pause = 0.0

    def listen(self) -> None:
        """Take jobs until `stop` is called; return when all of them have ended."""
        logging.getLogger("rq").setLevel(logging.WARNING)
        context = copy_context()
        with self._beats:
            while not self._stop_requested:
                try:
                    self._take_next(context)
                    self._pause = 0.0
                except RedisError as error:
                    self._rest(error)
            with self._change:
                self._change.wait_for(lambda: not self._beats.jobs)
        self._say_goodbye()

    def stop(self) -> None:
        """Have `listen` return once the jobs at work have ended. Called repeatedly until it has."""
        with self._change:
            self._stop_requested = True
            self._change.notify_all()
        if self._wait is not None:
            self._wait.end()

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Extend the worker's entry in Redis, which lives for at least a minute, only as often as necessary."""
        if pipeline is not None:
            super().heartbeat(timeout, pipeline)
            self._beat_at = time.monotonic()
        elif time.monotonic() > self._beat_at + BEAT_SECONDS:
            with self.connection.pipeline(transaction=False) as together:
                super().heartbeat(timeout, together)
                together.execute()
            self._beat_at = time.monotonic()

    def _stay_known(self) -> None:
        """Write anew what Redis has forgotten of the worker: it stood still for over a minute, or Redis was away."""
        if time.monotonic() <= self._known_at + BEAT_SECONDS:
            return
        self._known_at = time.monotonic()
        with self.connection.pipeline(transaction=False) as together:
            together.hexists(self.key, PARALLEL)
            together.sismember(WORKERS_OF_QUEUE.key(self.queue), self.key)
            if all(together.execute()):
                return
        _log.warning("redis had forgotten the worker", queue=self.queue)
        with self.connection.pipeline(transaction=True) as pipe:
            pipe.hset(self.key, mapping=cast("dict[Any, Any]", self.serialize()))
            worker_registration.register(self, pipe)
            super().heartbeat(None, pipe)
            pipe.execute()

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001 - RQ's
        """Check whether an operator suspended the workers, together with a heartbeat, only as often as necessary."""
        if time.monotonic() > self._asked_at + BEAT_SECONDS:
            self._asked_at = time.monotonic()
            super().check_for_suspension(burst)

    def _take_next(self, context: Context) -> None:
        """Do what is due, then wait some seconds for a job and start it."""
        if self.birth_date is None:
            self.register_birth()
            self.set_state("idle")
            self.connection.sadd(QUEUE_NAMES.key(), self._listened.key)
        self.check_for_suspension(burst=False)
        self._stay_known()
        self.heartbeat()
        if self.should_run_maintenance_tasks:
            self.run_maintenance_tasks()
        if not self._may_take() or (job := self._next_job()) is None:
            return
        thread = Thread(target=context.copy().run, args=(self._work_on, job), name=job.id)
        self._beats.add(JobAtWork(job=job, thread=thread))
        thread.start()

    def _may_take(self) -> bool:
        """Wait some seconds until another job may be taken; return whether it may."""
        with self._change:
            self._change.wait_for(
                lambda: self._stop_requested or len(self._beats.jobs) < self._at_once,
                timeout=_LOOK_BESIDE_SECONDS if self._beside else _MAINTENANCE_SECONDS,
            )
            if self._stop_requested or len(self._beats.jobs) >= self._at_once + self._beside:
                return False
            full = len(self._beats.jobs) >= self._at_once
        if full:
            return self._lengths.goes_first(self.queue)
        if self._may_begin(len(self._beats.jobs)):
            return True
        with self._change:
            self._change.wait_for(lambda: self._stop_requested, timeout=_LOOK_SECONDS)
        return False

    def _next_job(self) -> Job | None:
        if self._wait is None:
            self._wait = WakeableWait(self.connection)
        queue = self._listened
        # One that goes first was just seen in the queue, unless another worker has it now.
        full = len(self._beats.jobs) >= self._at_once
        seconds = _MOMENT_SECONDS if full else _WAIT_SECONDS
        moved = self._wait.move(queue.key, queue.intermediate_queue_key, seconds=seconds)
        if moved is None:
            return None
        try:
            job = taken_job(self.connection, self.queue, moved, self._signer, self._functions)
        except RefusedJob as refused:
            self._upkeep.refuse(moved, str(refused))
            return None
        if job is None:  # deleted meanwhile; the upkeep takes it off the intermediate list
            return None
        job.redis_server_version = self.get_redis_server_version()
        return job

    def run_maintenance_tasks(self) -> None:
        """Look after the queue's jobs; RQ's own way would read whatever others may have written in them."""
        self._upkeep.tidy()
        vars(self)["last_cleaned_at"] = now()

    def _work_on(self, job: Job) -> None:
        """Run a job, in its thread."""
        try:
            execution = self.prepare_execution(job)
            self._beats.begin(job, execution)
            self.perform_job(job, self._listened, execution)
        except RedisError as error:
            _log.warning("job left to the sweeper", job=job.id, error=str(error))
        finally:
            self._beats.remove(job)

    def _rest(self, error: RedisError) -> None:
        self._pause = min(_MOST_PAUSE, max(0.25, 2 * self._pause))
        _log.warning("redis is away", queue=self.queue, error=str(error), seconds=self._pause)
        with self._change:
            self._change.wait_for(lambda: self._stop_requested, timeout=self._pause)

    def _say_goodbye(self) -> None:
        try:
            if self.birth_date is not None:
                self.register_death()
            if self._wait is not None:
                self._wait.close()
        except RedisError as error:
            _log.warning("the worker stays registered for a minute", queue=self.queue, error=str(error))

    def serialize(self) -> dict[str, Any]:
        """Return what is stored of the worker in Redis."""
        return {**super().serialize(), PARALLEL: self._parallel}

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return bool(self._stop_requested)
