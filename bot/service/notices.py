"""Enqueues `notice` jobs for the tasks whose receipt is due to be given or ended."""

import asyncio
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from bot.storage.jobs.signed_call import NOTICE
from bot.storage.queue import TaskQueue
from bot.storage.receipts import Receipts

_POLL_SECONDS = 0.5
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

    async def run(self) -> None:
        """Enqueue what is due twice a second until cancelled; while Redis is down, keep trying."""
        while True:
            try:
                await asyncio.to_thread(self.enqueue_due)
            except RedisError as error:
                _log.error("redis unavailable", error=str(error))
            await asyncio.sleep(_POLL_SECONDS)

    def enqueue_due(self) -> None:
        """Enqueue `notice` jobs for all tasks that are due."""
        now = self._clock()
        due = self._receipts.due(now=now)
        if not due or self._is_unattended():  # the tasks become due again
            return
        for begin in range(0, len(due), _AT_ONCE):
            self._queue.notice(due[begin : begin + _AT_ONCE], round(now * 1000))

    def _is_unattended(self) -> bool:
        """Return whether so many notices wait that no worker seems to take them; log it when that begins."""
        before, self._unattended = self._unattended, self._queue.waiting()[NOTICE] >= _MOST_WAITING
        if self._unattended and not before:
            _log.warning("nobody works on notices: does a worker take that queue?", waiting=_MOST_WAITING)
        return self._unattended
