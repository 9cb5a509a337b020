"""How fast files are read, as it was a moment ago: it changes slowly, and each upload is answered with an estimate."""

import time
from collections.abc import Callable
from typing import Final

from bot.domain.receipt import expected_seconds
from bot.storage.queue import QueueLengths
from bot.storage.receipts import Receipts

_FRESH_SECONDS: Final = 2.0


class ReadingSpeed:
    """Estimates from how many files are read side by side, and from the seconds a page; `clock` is monotonic."""

    def __init__(self, queue: QueueLengths, receipts: Receipts, clock: Callable[[], float] = time.monotonic) -> None:
        self._queue = queue
        self._receipts = receipts
        self._clock = clock
        self._known: dict[str, tuple[float, int, tuple[float, ...]]] = {}  # by engine: when, readers, seconds a page

    def seconds_until_read(self, files: int, engine: str) -> float | None:
        """Return the estimated seconds until so many files are read; None if no speed is known."""
        at, readers, pace = self._known.get(engine, (-_FRESH_SECONDS, 0, ()))
        if not at <= self._clock() < at + _FRESH_SECONDS:
            readers, pace = max(1, self._queue.readers()), self._receipts.reading_seconds(engine)
            self._known[engine] = self._clock(), readers, pace
        return expected_seconds(files, readers, pace)
