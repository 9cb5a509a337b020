"""Enqueues `notice` jobs for the tasks whose receipt is due to be given or ended."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog
from redis.exceptions import RedisError

from bot.storage.jobs.signed_call import NOTICE
from bot.storage.queue import TaskQueue
from bot.storage.receipts import Receipts

_POLL_SECONDS = 0.5
_IDLE_SECONDS = 5.0  # between two looks while no receipt is planned and no message comes
_AT_ONCE = 10  # tasks of one job: most have been answered, or there is no room for a receipt
_MOST_WAITING = 200  # jobs in the queue; above it no worker seems to take them

_log = structlog.get_logger("ocrbot.notices")


class Notices:
    """Polls Redis for due tasks. Runs in every `ocrbot bot`; only one of them takes each due task."""

    def __init__(self, receipts: Receipts, queue: TaskQueue, clock: Callable[[], float]) -> None:
        self._receipts = receipts
        self._queue = queue
        self._clock = clock
        self._unattended = False
        self._planned = asyncio.Event()

    def wake(self) -> None:
        """Look again soon, for a message that was taken may get a receipt. To be called from the event loop."""
        self._planned.set()

    async def run(self) -> None:
        """Enqueue what is due twice a second while any is planned, until cancelled; while Redis is down, keep trying.

        Receipts are planned by any bot, and each is woken by the messages that it takes itself.
        """
        while True:
            self._planned.clear()
            any_planned = True
            try:
                any_planned = await asyncio.to_thread(self.enqueue_due)
            except RedisError as error:
                _log.error("redis unavailable", error=str(error))
            if not any_planned:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._planned.wait(), _IDLE_SECONDS)
            await asyncio.sleep(_POLL_SECONDS)

    def enqueue_due(self) -> bool:
        """Enqueue `notice` jobs for all tasks that are due; return whether any receipt is planned."""
        now = self._clock()
        due = self._receipts.due(now=now)
        if due.ids and not self._is_unattended():  # otherwise the tasks become due again
            for begin in range(0, len(due.ids), _AT_ONCE):
                self._queue.notice(due.ids[begin : begin + _AT_ONCE], round(now * 1000))
        return due.any_planned

    def _is_unattended(self) -> bool:
        """Return whether so many notices wait that no worker seems to take them; log it when that begins."""
        before, self._unattended = self._unattended, self._queue.waiting()[NOTICE] >= _MOST_WAITING
        if self._unattended and not before:
            _log.warning("nobody works on notices: does a worker take that queue?", waiting=_MOST_WAITING)
        return self._unattended
