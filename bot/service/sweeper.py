"""Starts open tasks over that no job works on any more, and gives up those that took too long."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog
from redis.exceptions import RedisError, ResponseError

from bot.domain.errors import OcrbotError
from bot.domain.message import conversation_id_of
from bot.domain.task import GIVE_UP_SECONDS, LAST_TRY_SECONDS, READ_SECONDS
from bot.storage.daily_counts import given_up
from bot.storage.jobs.job_states import JobStates, OpenTask, Waiting, Work
from bot.storage.ledger import CHECK_SECONDS, Closing, FoundTask
from bot.storage.progress import Progress
from bot.storage.queue import TaskQueue
from bot.storage.store import Store

SWEEP_SECONDS = 5.0
_AT_ONCE: Final = 1000  # tasks that are due
_FAR_CHECK_SECONDS: Final = 60.0  # a job far behind in the queue stays there for longer
_LOOKED_AT: Final = 100  # of these, that are looked at closely at once
_MOST_ROUNDS: Final = 200  # in one sweep
_DAMAGED: Final = (ResponseError, OcrbotError, ValueError, TypeError, LookupError)  # what damaged data may raise

_log = structlog.get_logger("ocrbot.sweeper")


class Sweeper:
    """Checks each open task every 15 s. Several sweepers may run: a lease lets one work at a time.

    A task of which a job waits is only counted as checked, at a few microseconds; so a long backlog costs little and
    hides no task that was lost.
    """

    def __init__(  # noqa: PLR0913 - the callback is keyword-only
        self,
        store: Store,
        queue: TaskQueue,
        jobs: JobStates,
        clock: Callable[[], float],
        name: str,
        *,
        on_started_over: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._queue = queue
        self._jobs = jobs
        self._clock = clock
        self._name = name
        self._on_started_over = on_started_over
        self.swept_at = 0.0  # when the last sweep got through, in Unix seconds
        self._told: set[str] = set()  # the ids of damaged tasks that were logged

    async def run(self) -> None:
        """Sweep until cancelled; while Redis is down, keep trying."""
        while True:
            try:
                await asyncio.to_thread(self.sweep)
                self.swept_at = self._clock()
            except RedisError as error:
                _log.error("redis unavailable", error=str(error))
            await asyncio.sleep(SWEEP_SECONDS)

    def sweep(self) -> None:
        """Check every open task that is due, unless another sweeper is at work."""
        now = self._clock()
        waiting: Waiting | None = None
        if not self._store.due(now=now, limit=1):
            return
        for _ in range(_MOST_ROUNDS):
            if not self._store.lease("sweeper", self._name, int(3 * SWEEP_SECONDS)):
                return
            due = self._store.due(now=now, limit=_AT_ONCE)
            if not due:
                return
            waiting = waiting or self._jobs.waiting(now=now)
            self._check_due(due, waiting, now)

    def _check_due(self, due: Sequence[str], waiting: Waiting, now: float) -> None:
        in_time = self._store.ledger.arrived_since(
            [task_id for task_id in due if task_id in waiting.near or task_id in waiting.far], since=now - READ_SECONDS
        )
        for some in _in_parts([task_id for task_id in due if task_id not in in_time], _LOOKED_AT):
            self._look_at(some, now)
        far = {task_id for task_id in in_time if task_id not in waiting.near}
        self._store.ledger.schedule_checks([one for one in due if one not in far], at=now + CHECK_SECONDS)
        self._store.ledger.schedule_checks([*far], at=now + _FAR_CHECK_SECONDS)

    def _look_at(self, task_ids: Sequence[str], now: float) -> None:
        open_tasks: list[_Watched] = []
        for found in self._store.ledger.tasks(task_ids):
            one = _watched(found)
            if one is not None and not self._is_dropped(one, now):
                open_tasks.append(one)
            elif one is not None or not found.newer:
                self._apart(found.id, partial(self._give_up, found, now))
        work = self._jobs.of(
            [OpenTask(id=one.id, generation=one.progress.generation, files=one.files) for one in open_tasks], now=now
        )
        for one in open_tasks:
            self._apart(one.id, partial(self._check, one, work[one.id], now))

    def _is_dropped(self, one: "_Watched", now: float) -> bool:
        """Return whether even the sentence that a task was given up was tried for long enough."""
        if now < one.received_at + GIVE_UP_SECONDS:
            return False
        if not one.progress.last_try:  # counted from here, for the clock may have jumped
            self._store.mark(one.id, last_try=int(now))
            return False
        return now > one.progress.last_try + LAST_TRY_SECONDS

    def _apart(self, task_id: str, check: Callable[[], None]) -> None:
        """Check one task; what is damaged about it is logged once and does not keep the others from being checked."""
        try:
            check()
        except _DAMAGED as error:
            if task_id not in self._told:
                self._told.add(task_id)
                _log.error("task damaged, the others are checked on", task=task_id, error=repr(error))

    def _give_up(self, found: FoundTask, now: float) -> None:
        task = found.task
        conversation = task.conversation_id if task else ""
        closing = Closing(now=now, conversation=conversation, counts=given_up(task) if task else {})
        was_open = self._store.close(found.id, len(task.attachments) if task else 0, closing)
        if was_open:  # otherwise it was answered since it was found to be due
            _log.error("task given up", task=found.id, known=task is not None)

    def _check(self, one: "_Watched", work: Work, now: float) -> None:
        if now > one.received_at + READ_SECONDS and not one.progress.late:
            self._store.mark(one.id, late=1)
            self._start_over(one, late=True)
        elif work.alive or self._has_moved(one):
            return
        elif self._store.answer_order.waits(one.id, one.conversation_id):
            # An answer was waiting for its turn, and the worker that was to send it may have been killed.
            self._queue.answer(one.id, self._store.next_generation(one.id))
        else:
            # A file whose reading has failed for good would fail again: the answer says so.
            self._start_over(one, late=bool(one.progress.late) or work.read_failed)

    def _has_moved(self, one: "_Watched") -> bool:
        """Return whether a task was answered or started anew after it was loaded and before its jobs were looked at."""
        (again,) = self._store.ledger.tasks([one.id])
        return _watched(again) is None or again.progress.generation != one.progress.generation

    def _start_over(self, one: "_Watched", *, late: bool) -> None:
        generation = self._store.next_generation(one.id)
        _log.warning("task started over", task=one.id, generation=generation, late=late)
        self._on_started_over()
        if late:
            self._queue.answer(one.id, generation)
        else:
            self._queue.start([(one.id, one.fetches)], generation)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """What the sweeper needs of an open task, also of one that only another version can read."""

    id: str
    conversation_id: str
    received_at: float
    files: int
    fetches: bool
    progress: Progress


def _watched(found: FoundTask) -> _Watched | None:
    task, envelope = found.task, found.envelope
    if task is not None:
        recipient, received_at, files, fetches = task.recipient, task.received_at, len(task.attachments), task.fetches
    elif envelope is not None:
        recipient, received_at, files, fetches = envelope.recipient, envelope.received_at, envelope.files, True
    else:
        return None
    return _Watched(
        id=found.id,
        conversation_id=conversation_id_of(recipient),
        received_at=received_at,
        files=files,
        fetches=fetches,
        progress=found.progress,
    )


def _in_parts(task_ids: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    for begin in range(0, len(task_ids), most):
        yield task_ids[begin : begin + most]
