"""Estimating how long a task will take."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.receipt import Receipt, expected_seconds
from bot.domain.task import Task
from bot.storage.queue import TaskQueue
from bot.storage.receipts import Receipts
from bot.storage.store import Store

_PAUSE_SECONDS: Final = 1.0


@dataclass(slots=True, kw_only=True)
class ReadingTimes:
    """Notes how long reading takes, once a second at most: the estimates need no more."""

    receipts: Receipts
    _next: float = 0.0  # in seconds of `monotonic`

    def add(self, engine: str, seconds: float) -> None:
        """Note how many seconds an engine took for each page of a file."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PAUSE_SECONDS
            self.receipts.add_reading_seconds(engine, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTime:
    """Estimates the wait for an answer from the recent speed of `engine_name`; `clock` gives Unix seconds."""

    store: Store
    queue: TaskQueue
    engine_name: str
    clock: Callable[[], float]

    def expected(self, task: Task) -> float | None:
        """Return the estimated seconds until all files are read; None if all are read, or no speed is known."""
        pace = self.store.receipts.reading_seconds(self.engine_name)
        if not pace:
            return None
        outcomes = self.store.outcomes(task.id, len(task.attachments))
        unread = [index for index, outcome in enumerate(outcomes) if outcome is None]
        if not unread:
            return None
        return self._seconds(task, unread, self.store.progress(task.id).generation, pace)

    def _seconds(self, task: Task, unread: Sequence[int], generation: int, pace: Sequence[float]) -> float | None:
        files = self.queue.files_before_end(task.id, generation, unread)
        return expected_seconds(files, self.queue.readers(), pace, pages=_known_pages(task, unread))

    def hasten_receipt(self, task: Task, unread: Sequence[int], generation: int) -> None:
        """Have a task's receipt given now if the answer will take longer than the receipt would wait.

        `unread` are the files whose `read` of this generation was just enqueued.
        """
        if task.receipt.mode is Receipt.OFF:
            return
        pace = self.store.receipts.reading_seconds(self.engine_name)
        if not pace:
            return
        files = self.queue.files_before_end(task.id, generation, unread)
        pages = _known_pages(task, unread)
        if (expected_seconds(files, 1, pace, pages=pages) or 0.0) <= task.receipt.after_seconds:
            return  # even if one worker reads all of them
        if (expected_seconds(files, self.queue.readers(), pace, pages=pages) or 0.0) > task.receipt.after_seconds:
            self.store.receipts.schedule_check(task.id, at=self.clock())


def _known_pages(task: Task, unread: Sequence[int]) -> int:
    """Return how many pages the longest of the unread files has to be read, 1 where that is not known.

    It is known of scanned PDFs that were downloaded, and of files that were read in part before.
    """
    read = task.to_read
    counted = [pages - read.first_page for index in unread if (pages := read.attachments[index].pages)]
    longest = max(counted, default=read.most_pages if read.first_page > 0 else 1)
    return max(1, min(longest, read.most_pages))
