"""The jobs at work in a process: their heartbeats, and the end of their time.

Without heartbeats the sweeper would restart a job that takes longer than `bot.storage.jobs.job_states.SILENT_SECONDS`.
"""

import ctypes
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from types import TracebackType
from typing import Self

import structlog
from redis.exceptions import RedisError
from rq.executions import Execution
from rq.job import Job
from rq.timeouts import JobTimeoutException

BEAT_SECONDS = 5
_GRACE_SECONDS = 60  # after its time-out, as RQ grants a job in a process of its own

_log = structlog.get_logger("ocrbot.worker")


@dataclass(slots=True, kw_only=True, eq=False)
class JobAtWork:
    """A job and its thread; `ends` is when its time is over, in seconds of `monotonic`, once it has begun."""

    job: Job
    thread: Thread
    execution: Execution | None = None
    ends: float = float("inf")
    told: bool = False  # that its time is over


class Beats:
    """While entered, a thread beats for the jobs at work; it sleeps as long as there are none.

    `change` guards the jobs and is notified when one ends. A job is told by a `JobTimeoutException` in its thread that
    its time is over. If that does not stop it, the process ends: its jobs are taken up again by the next one.
    """

    def __init__(self, change: Condition, beat: Callable[[Job, Execution], None]) -> None:
        self.jobs: dict[str, JobAtWork] = {}
        self._change = change
        self._beat = beat
        self._over = False
        self._thread = Thread(target=self._run, name="beats", daemon=True)

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the thread."""
        with self._change:
            self._over = True
            self._change.notify_all()
        self._thread.join()

    def add(self, at_work: JobAtWork) -> None:
        """Count a job as being at work."""
        with self._change:
            self.jobs[at_work.job.id] = at_work
            self._change.notify_all()

    def begin(self, job: Job, execution: Execution) -> None:
        """Beat for a job from now on, and watch its time."""
        with self._change:
            at_work = self.jobs[job.id]
            at_work.execution = execution
            at_work.ends = time.monotonic() + (job.timeout or float("inf"))

    def remove(self, job: Job) -> None:
        """Count a job no longer."""
        with self._change:
            self.jobs.pop(job.id, None)
            self._change.notify_all()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._over or self.jobs)
                self._change.wait_for(lambda: self._over, timeout=BEAT_SECONDS)
                if self._over:
                    return
                due = [at_work for at_work in self.jobs.values() if at_work.execution is not None]
            for at_work in due:
                self._beat_for(at_work)

    def _beat_for(self, at_work: JobAtWork) -> None:
        self._watch(at_work)
        if at_work.execution is None:
            return
        try:
            self._beat(at_work.job, at_work.execution)
        except RedisError as error:
            _log.warning("no beat", job=at_work.job.id, error=str(error))

    def _watch(self, at_work: JobAtWork) -> None:
        late = time.monotonic() - at_work.ends
        if late > _GRACE_SECONDS:
            _log.error("step hangs", job=at_work.job.id)
            os._exit(1)
        with self._change:
            if late > 0 and not at_work.told and at_work.job.id in self.jobs and at_work.thread.ident is not None:
                at_work.told = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(at_work.thread.ident), ctypes.py_object(JobTimeoutException)
                )
