"""Whose picture is read next: the oldest, but what may wait lets others pass for a while."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from time import monotonic
from typing import Final

MOST_PRIORITY: Final = 1000  # what waits for everything else; see `workers.reading.page_loop.BEHIND`
_SECONDS: Final = 0.06  # by which each step of priority counts as having come later: at most a minute


class PictureTurns:
    """Turns at `slots` things done at once, for one event loop; `clock` gives seconds.

    A picture counts as having come later the larger its priority is, so that what comes in that time passes it, and
    nothing else: nobody waits for ever.
    """

    def __init__(self, slots: int, clock: Callable[[], float] = monotonic) -> None:
        self._free = slots
        self._clock = clock
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []

    async def come(self, priority: int) -> None:
        """Wait for a turn; whoever gets it gives it back by `leave`, and whoever is cancelled before has none."""
        if self._free and not self._waiting:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        rank = self._clock() + _SECONDS * max(0, min(priority, MOST_PRIORITY))
        heapq.heappush(self._waiting, (rank, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it came at the same moment
                self.leave()
            raise

    def leave(self) -> None:
        """Give a turn back: the next who still waits has it."""
        while self._waiting:
            *_, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def close(self) -> None:
        """Cancel all who wait."""
        for *_, turn in self._waiting:
            turn.cancel()
