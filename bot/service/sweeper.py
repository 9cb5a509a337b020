"""Starts open tasks over that no job works on any more, and gives up those that took too long."""

import asyncio
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from bot.domain.errors import Undecodable
from bot.domain.task import GIVE_UP_SECONDS, READ_SECONDS, Task
from bot.storage.daily_counts import given_up
from bot.storage.ledger import CHECK_SECONDS, Closing
from bot.storage.queue import TaskQueue
from bot.storage.store import Store

SWEEP_SECONDS = 5.0

_log = structlog.get_logger("ocrbot.sweeper")


class Sweeper:
    """Checks each open task every 15 s. Several sweepers may run: a lease lets one work at a time."""

    def __init__(self, store: Store, queue: TaskQueue, clock: Callable[[], float], name: str) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._name = name

    async def run(self) -> None:
        """Sweep until cancelled; while Redis is down, keep trying."""
        while True:
            try:
                await asyncio.to_thread(self.sweep)
            except RedisError as error:
                _log.error("redis unavailable", error=str(error))
            await asyncio.sleep(SWEEP_SECONDS)

    def sweep(self) -> None:
        """Check every open task that is due, unless another sweeper is at work."""
        if not self._store.lease("sweeper", self._name, int(3 * SWEEP_SECONDS)):
            return
        for task_id in self._store.due(now=self._clock()):
            self._check(task_id)

    def _check(self, task_id: str) -> None:
        now = self._clock()
        task = self._task(task_id)
        if task is None or now > task.received_at + GIVE_UP_SECONDS:
            _log.error("task given up", task=task_id, known=task is not None)
            closing = Closing(now=now, counts=given_up(task) if task else {})
            self._store.close(task_id, len(task.attachments) if task else 0, closing)
            return
        progress = self._store.progress(task_id)
        if now > task.received_at + READ_SECONDS and not progress.late:
            self._store.mark(task_id, late=1)
            self._start_over(task, late=True)
        elif not self._queue.alive(task_id, progress.generation, len(task.attachments)):
            # An answer was waiting for its turn, and the worker that was to enqueue it may have been killed.
            if self._store.answer_order.waits(task_id):
                self._queue.answer(task_id, self._store.next_generation(task_id))
            else:
                self._start_over(task, late=bool(progress.late))
        self._store.schedule_check(task_id, at=now + CHECK_SECONDS)

    def _task(self, task_id: str) -> Task | None:
        try:
            return self._store.task(task_id)
        except Undecodable as error:
            _log.error("task unreadable", task=task_id, error=str(error))
            return None

    def _start_over(self, task: Task, *, late: bool) -> None:
        generation = self._store.next_generation(task.id)
        _log.warning("task started over", task=task.id, generation=generation, late=late)
        if late:
            self._queue.answer(task.id, generation)
        else:
            self._queue.start([(task.id, task.fetches)], generation)
