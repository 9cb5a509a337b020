"""Which of several engines is asked next: of those in health the least busy, as all workers together see them."""

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.domain.errors import Unavailable
from workers.engines.notes import EngineNotes

_WINDOW = 600  # seconds; a count that a killed worker left behind is forgotten after two of them
_LONGEST_REST = 15.0  # a server that comes back is noticed that soon
_SHORTEST_REST = 0.1
_MEMORY = 300.0  # seconds for which failures add up


class Addresses:
    """The engines' addresses, with the counts and notes that all processes share on the board."""

    def __init__(self, urls: Sequence[str], board: EngineNotes, clock: Callable[[], float] = time.time) -> None:
        self._urls = tuple(urls)
        self._board = board
        self._clock = clock
        self._turn = itertools.count()

    def in_order(self) -> list[str]:
        """Return the addresses to try, the best first; raises `Unavailable` while all of them rest after failures."""
        rests = {url: self._rest_of(url) for url in self._urls}
        awake = [url for url in self._turned() if rests[url] is None]
        if not awake:
            soonest, why = min(rest for rest in rests.values() if rest)
            raise Unavailable(f"no engine is fit for use, last: {why}", retry_after=soonest)
        return sorted(awake, key=self._load) if len(awake) > 1 else awake

    @contextmanager
    def busy(self, url: str) -> Iterator[None]:
        """Count one more reading at `url` for as long as it lasts, where there is a choice to be made."""
        if len(self._urls) == 1:
            yield
            return
        key = self._count(url, 0)
        self._board.incr(key, 1, 3 * _WINDOW)
        try:
            yield
        finally:
            self._board.incr(key, -1, 3 * _WINDOW)

    def failed(self, url: str, why: str, seconds: float | None = None) -> None:
        """Leave `url` out for `seconds`, else for a while that grows with its failures; many at once count as one."""
        failures = int(self._board.get(f"failures:{url}") or 0)
        pause = min(_LONGEST_REST, 2.0**failures) if seconds is None else max(seconds, _SHORTEST_REST)
        note = f"{self._clock() + pause} {why}".encode()
        if seconds is not None:
            self._board.put(f"rest:{url}", note, pause)
        elif self._board.claim(f"rest:{url}", note, pause):
            self._board.incr(f"failures:{url}", 1, _MEMORY)

    def worked(self, url: str) -> None:
        """Forget the failures of `url`."""
        if self._board.get(f"failures:{url}") is not None:
            self._board.drop(f"failures:{url}")

    def _rest_of(self, url: str) -> tuple[float, str] | None:
        """Return for how many seconds the address rests and why, None where it does not."""
        note = self._board.get(f"rest:{url}")
        if note is None:
            return None
        until, _, why = note.decode().partition(" ")
        return max(_SHORTEST_REST, float(until) - self._clock()), why

    def _turned(self) -> tuple[str, ...]:
        """Return the addresses, the one that wins a tie changing from reading to reading and process to process."""
        start = (os.getpid() + next(self._turn)) % len(self._urls)
        return self._urls[start:] + self._urls[:start]

    def _load(self, url: str) -> int:
        return sum(int(self._board.get(self._count(url, age)) or 0) for age in (0, 1))

    def _count(self, url: str, age: int) -> str:
        return f"busy:{url}:{int(self._clock()) // _WINDOW - age}"
