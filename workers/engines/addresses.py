"""Which engine to ask next: the least busy of the healthy ones, counted over all workers."""

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.domain.errors import Unavailable
from workers.engines.notes import EngineNotes

_WINDOW = 600  # seconds; the count of a killed worker expires after two windows
_LONGEST_REST = 15.0  # seconds until a server that has come back is used again
_SHORTEST_REST = 0.1
_FAILURES_SECONDS = 300.0  # for which failures add up


class Addresses:
    """The engines' addresses; `notes` shares their load and failures between processes, `clock` gives Unix seconds."""

    def __init__(self, urls: Sequence[str], notes: EngineNotes, clock: Callable[[], float] = time.time) -> None:
        self._urls = tuple(urls)
        self._notes = notes
        self._clock = clock
        self._starts = itertools.count()

    def in_order(self) -> list[str]:
        """Return the addresses to try, best first; of those that are equally busy another one comes first each time.

        Raises `Unavailable` while every address rests after failures.
        """
        awake = self._awake(self._rotated())
        return sorted(awake, key=self._load) if len(awake) > 1 else awake

    def usable(self) -> list[str]:
        """Return the addresses to try where it does not matter which, in the order of the settings; raises likewise."""
        return self._awake(self._urls)

    def _awake(self, urls: Sequence[str]) -> list[str]:
        rests = {url: self._rest(url) for url in urls}
        awake = [url for url in urls if rests[url] is None]
        if not awake:
            soonest, why = min(rest for rest in rests.values() if rest)
            raise Unavailable(f"no engine is fit for use, last: {why}", retry_after=soonest)
        return awake

    @contextmanager
    def busy(self, url: str) -> Iterator[None]:
        """Count a reading at `url` while it lasts. A single address is not counted: there is nothing to choose."""
        if len(self._urls) == 1:
            yield
            return
        key = self._count_key(url, 0)
        self._notes.incr(key, 1, 3 * _WINDOW)
        try:
            yield
        finally:
            self._notes.incr(key, -1, 3 * _WINDOW)

    def failed(self, url: str, why: str, seconds: float | None = None) -> None:
        """Skip `url` for `seconds`, or by default for a time that grows with its failures.

        Failures that come while the address already rests count as one.
        """
        failures = int(self._notes.get(f"failures:{url}") or 0)
        pause = min(_LONGEST_REST, 2.0**failures) if seconds is None else max(seconds, _SHORTEST_REST)
        note = f"{self._clock() + pause} {why}".encode()
        if seconds is not None:
            self._notes.put(f"rest:{url}", note, pause)
        elif self._notes.claim(f"rest:{url}", note, pause):
            self._notes.incr(f"failures:{url}", 1, _FAILURES_SECONDS)

    def worked(self, url: str) -> None:
        """Forget the failures of `url`."""
        if self._notes.get(f"failures:{url}") is not None:
            self._notes.drop(f"failures:{url}")

    def rests(self, url: str) -> bool:
        """Return whether `url` is skipped at present."""
        return self._rest(url) is not None

    def _rest(self, url: str) -> tuple[float, str] | None:
        """Return for how many more seconds the address rests and why; None if it does not."""
        note = self._notes.get(f"rest:{url}")
        if note is None:
            return None
        until, _, why = note.decode().partition(" ")
        return max(_SHORTEST_REST, float(until) - self._clock()), why

    def _rotated(self) -> tuple[str, ...]:
        """Return the addresses, starting at another one for each reading and process: the first wins a tie."""
        start = (os.getpid() + next(self._starts)) % len(self._urls)
        return self._urls[start:] + self._urls[:start]

    def _load(self, url: str) -> int:
        return sum(int(self._notes.get(self._count_key(url, age)) or 0) for age in (0, 1))

    def _count_key(self, url: str, age: int) -> str:
        return f"busy:{url}:{int(self._clock()) // _WINDOW - age}"
