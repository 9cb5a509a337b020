"""Finding the tasks that are due for a receipt, or for the end of one, and enqueueing a `notice` for each."""

import asyncio
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from bot.storage.queue import NOTICE, TaskQueue
from bot.storage.receipts import Receipts

_LOOK_SECONDS = 0.5
_MOST_WAITING = 200

_log = structlog.get_logger("ocrbot.notices")


class Notices:
    """Look for due tasks. Runs in every `ocrbot bot`; each due task is taken by one of them."""

    def __init__(self, receipts: Receipts, queue: TaskQueue, clock: Callable[[], float]) -> None:
        self._receipts = receipts
        self._queue = queue
        self._clock = clock
        self._neglected = False

    async def run(self) -> None:
        """Look twice a second until cancelled, through any absence of Redis."""
        while True:
            try:
                await asyncio.to_thread(self.look)
            except RedisError as error:
                _log.error("redis unavailable", error=str(error))
            await asyncio.sleep(_LOOK_SECONDS)

    def look(self) -> None:
        """Enqueue a `notice` for every task that is due."""
        now = self._clock()
        due = self._receipts.due(now=now)
        if not due or self._is_neglected():  # what is due comes again
            return
        for task_id in due:
            self._queue.notice(task_id, round(now * 1000))

    def _is_neglected(self) -> bool:
        """Return whether so many notices wait that no worker seems to take them; the log says so once."""
        before, self._neglected = self._neglected, self._queue.waiting()[NOTICE] >= _MOST_WAITING
        if self._neglected and not before:
            _log.warning("nobody works on notices: does a worker take that queue?", waiting=_MOST_WAITING)
        return self._neglected
