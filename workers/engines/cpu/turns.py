"""Whose picture is read next: the oldest, but what may wait lets others pass for a while."""

import asyncio
import itertools
from bisect import insort
from collections.abc import Callable
from time import monotonic
from typing import Final

MOST_PRIORITY: Final = 1000  # what waits for everything else; see `workers.reading.page_loop.BEHIND`
_SECONDS: Final = 0.06  # by which each step of priority counts as having come later: at most a minute


def is_behind(priority: int) -> bool:
    """Return whether a picture of this priority waits for all others."""
    return priority >= MOST_PRIORITY


class PictureTurns:
    """Turns at `slots` things done at once, for one event loop; `clock` gives seconds.

    A picture counts as having come later the larger its priority is, so that what comes in that time passes it, and
    nothing else: nobody waits for ever. Where all slots are taken and pictures that are behind have some, there is one
    more for a picture that is not: those pause meanwhile, see `workers.engines.cpu.pausing`.
    """

    def __init__(self, slots: int, clock: Callable[[], float] = monotonic) -> None:
        self._free = slots  # -1 while the one more is taken too
        self._behind = 0  # of those that have a turn
        self._clock = clock
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, bool, asyncio.Future[None]]] = []  # in the order of their turns

    async def come(self, priority: int) -> None:
        """Wait for a turn; whoever gets it gives it back by `leave`, and whoever is cancelled before has none."""
        turn = asyncio.get_running_loop().create_future()
        rank = self._clock() + _SECONDS * max(0, min(priority, MOST_PRIORITY))
        insort(self._waiting, (rank, next(self._numbers), is_behind(priority), turn))
        self._give_turns()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it came at the same moment
                self.leave(priority)
            raise

    def leave(self, priority: int) -> None:
        """Give the turn back that came for `priority`: the next who still waits has it."""
        self._free += 1
        self._behind -= is_behind(priority)
        self._give_turns()

    def _give_turns(self) -> None:
        waiting, self._waiting = self._waiting, []
        for place in waiting:
            *_, behind, turn = place
            if turn.done():  # its caller has gone
                continue
            if not self._has_place(behind=behind):
                self._waiting.append(place)
                continue
            self._free -= 1
            self._behind += behind
            turn.set_result(None)

    def _has_place(self, *, behind: bool) -> bool:
        return self._free > 0 or (self._free == 0 and self._behind > 0 and not behind)

    def close(self) -> None:
        """Cancel all who wait."""
        for *_, turn in self._waiting:
            turn.cancel()
