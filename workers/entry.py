"""`ocrbot worker`: one process that runs the jobs of all its queues, under a supervisor that replaces it if it dies.

Jobs run in threads: they wait for DingTalk, for the engine, or for a process that reads a file. What strangers sent is
decoded in those processes only (`workers.readers`).
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextvars import copy_context
from functools import partial
from multiprocessing.context import ForkProcess
from threading import Event, Thread
from typing import Final, cast
from uuid import uuid4

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq.executions import WORKER_EXECUTIONS_KEY_TEMPLATE

from bot.domain import wire
from bot.domain.document import Document, Failure
from bot.domain.errors import Misconfigured
from bot.domain.task import Read, Say, Task
from bot.memory import give_back_freed_memory
from bot.parent import die_with_parent
from bot.storage.connection import RedisClock, answers
from bot.storage.jobs.signed_call import FETCH, NOTICE, QUEUES, READ, REPLY, WEBHOOK, JobSigner
from bot.storage.jobs.upkeep import JobUpkeep
from bot.storage.keys.rq import EXECUTION
from bot.storage.queue import FAILED_SECONDS
from workers import jobs
from workers.jobs import STEPS
from workers.rq_worker.fetching_ahead import FetchingAhead
from workers.rq_worker.schedule import Schedule
from workers.rq_worker.signed_job import Functions
from workers.rq_worker.threaded_worker import ThreadedWorker, always
from workers.steps.turns import FILES_WITHOUT_ENGINE, MOST_WAITING
from workers.steps.wiring import ReadingSteps, Steps

_RESPAWN_SECONDS = 1.0
_REDIS_SECONDS: Final = 2.0  # between two looks at whether Redis is back
_WAKE_SECONDS = 0.05
_AT_ONCE: Final = 32  # fetches and answers, which wait for DingTalk
_NOTICES_AT_ONCE: Final = 4
_WEBHOOKS_AT_ONCE: Final = 16
_FUNCTIONS: Final[Functions] = {
    FETCH: jobs.fetch,
    READ: jobs.read,
    REPLY: jobs.reply,
    NOTICE: jobs.notice,
    WEBHOOK: jobs.webhook,
}
_STOP: Final = frozenset({signal.SIGTERM, signal.SIGINT})

_log = structlog.get_logger("ocrbot.worker")


def jobs_at_once(queues: str, reads: int) -> dict[str, int]:
    """Return how many jobs of each of the comma-separated `queues` run at once, if `reads` files are read at once.

    Further files wait for their turn.
    Raises `Misconfigured` for an unknown queue.
    """
    chosen = queues.split(",")
    if unknown := sorted(set(chosen) - set(QUEUES)):
        raise Misconfigured(f"--queues {queues}: {unknown[0]} is none of {', '.join(QUEUES)}")
    most = {READ: reads + MOST_WAITING, NOTICE: _NOTICES_AT_ONCE, WEBHOOK: _WEBHOOKS_AT_ONCE}
    return {queue: most.get(queue, _AT_ONCE) for queue in chosen}


class Supervisor:
    """Runs a process with `at_once[queue]` threads for each queue until it gets a signal to stop.

    The signals are blocked and waited for, so that none is lost, whenever it comes. `on_start` is called in the process
    when it begins, `on_stop` when it is to end.
    """

    def __init__(  # noqa: PLR0913 - keyword-only but for the first three
        self,
        at_once: Mapping[str, int],
        redis: Redis,
        steps: Steps | ReadingSteps,
        *,
        signer: JobSigner,
        parallel_reads: int,
        on_start: Callable[[], None] | None = None,
        on_stop: Callable[[], None] | None = None,
    ) -> None:
        self._on_start = on_start or (lambda: None)
        self._on_stop = on_stop or (lambda: None)
        self._at_once = at_once
        self._signer = signer
        self._parallel_reads = parallel_reads
        self._redis = redis
        self._steps = steps
        self._schedule = uuid4().hex  # the next process takes the locks over from one that died

    def run(self) -> None:
        """Start the process and replace it if it dies, until SIGTERM or SIGINT; then let it finish its jobs.

        A Redis that is away is waited for; raises `Misconfigured` if it refuses the address.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, {*_STOP, signal.SIGCHLD})
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a signal that is ignored is not waited for everywhere
        while not answers(self._redis):
            _log.warning("redis is away, waiting for it", seconds=_REDIS_SECONDS)
            if _stopped_within(_REDIS_SECONDS):
                return
        _warm_up()
        while self._run_once():
            if _stopped_within(_RESPAWN_SECONDS):
                return

    def _run_once(self) -> bool:
        """Run the process until it ends; return whether another one is to follow."""
        names = {queue: uuid4().hex for queue in self._at_once}
        process = ForkProcess(target=self._work, args=(names,))
        process.start()
        _log.info("workers started", **self._at_once)
        stopping = False
        while process.is_alive():
            number = signal.sigwait({*_STOP, signal.SIGCHLD})
            if number in _STOP and process.pid is not None:
                _log.info("stopping", signal=signal.Signals(number).name)
                stopping = True
                os.kill(process.pid, signal.SIGTERM)
        if process.exitcode:
            _log.error("worker died", exit=process.exitcode)
            for queue, name in names.items():
                self._take_over(queue, name)
        return not stopping

    def _take_over(self, queue: str, worker: str) -> None:
        """Have the jobs of a worker that died repeated at once."""
        try:
            executions = cast("set[bytes]", self._redis.smembers(WORKER_EXECUTIONS_KEY_TEMPLATE.format(worker)))
            if executions:  # as if they had not beaten for long
                self._redis.delete(*(EXECUTION.prefix.encode() + execution for execution in executions))
            JobUpkeep(self._redis, queue, failed_seconds=FAILED_SECONDS).tidy()
        except RedisError as error:
            _log.warning("a dead worker's jobs are left to the sweeper", queue=queue, error=str(error))

    def _work(self, names: Mapping[str, str]) -> None:
        """Run the jobs, in a process of its own, until SIGTERM; the threads inherit the blocked signals."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        die_with_parent()
        self._redis.connection_pool.reset()  # the sockets belong to the parent
        STEPS.set(self._steps)
        self._on_start()
        workers = [self._worker(queue, name) for queue, name in names.items()]
        over = Event()
        schedule = Schedule(list(names), self._redis, name=self._schedule)
        threads = [Thread(target=copy_context().run, args=(_keep_on, worker.listen, over)) for worker in workers]
        scheduling = Thread(target=_keep_on, args=(partial(schedule.run, over), over))
        for thread in [*threads, scheduling]:
            thread.start()
        signal.sigwait({signal.SIGTERM})
        failed = not all(thread.is_alive() for thread in [*threads, scheduling])
        over.set()
        while listening := [thread for thread in threads if thread.is_alive()]:
            for worker in workers:
                worker.stop()
            listening[0].join(_WAKE_SECONDS)
        self._steps.read.reader.close()
        self._on_stop()
        if failed:
            sys.exit(1)

    def _worker(self, queue: str, name: str) -> ThreadedWorker:
        at_once = self._at_once[queue]
        parallel = min(at_once, self._parallel_reads) if queue == READ else at_once
        may_begin = FetchingAhead(self._redis, RedisClock(self._redis).fresh).may_begin if queue == FETCH else always
        return ThreadedWorker(
            queue,
            self._redis,
            name=name,
            signer=self._signer,
            functions=_FUNCTIONS,
            at_once=at_once,
            parallel=parallel,
            beside=FILES_WITHOUT_ENGINE if queue == READ else 0,
            may_begin=may_begin,
        )


def _keep_on(run: Callable[[], None], over: Event) -> None:
    """Do what the process is for; a bug in it ends the process, whose successor takes its jobs over."""
    try:
        run()
    finally:
        if not over.is_set():
            os.kill(os.getpid(), signal.SIGTERM)


def _stopped_within(seconds: float) -> bool:
    return signal.sigtimedwait(_STOP, seconds) is not None


def _warm_up() -> None:
    """Do once, before forking, what would otherwise be done in the process, whose memory is then its own."""
    wire.prepare(Task, Read, Say, Document, Failure)
    give_back_freed_memory()
    gc.freeze()  # so that no collection touches, and thereby copies, the pages shared with the parent
