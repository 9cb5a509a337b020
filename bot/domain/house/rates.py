"""How much is done in a minute, from counts of the day that were taken now and then."""

from collections import deque
from dataclasses import dataclass
from threading import Lock
from typing import Final

from bot.domain.house.state import WorkRates

_LEAST_SECONDS: Final = 4.0  # between two counts that tell a rate
_MOST_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    at: float
    messages: int
    answers: int


class RateWatch:
    """Remembers the counts of the last minutes. Safe to use from several threads."""

    def __init__(self) -> None:
        self._counts: deque[_Count] = deque()
        self._lock = Lock()

    def seen(self, *, at: float, messages: int, answers: int) -> WorkRates | None:
        """Note the day's counts at a time in Unix seconds; return the rates since the oldest count that is noted.

        None until there are two some seconds apart. Counts that became smaller are of another day.
        """
        now = _Count(at=at, messages=messages, answers=answers)
        with self._lock:
            while self._counts and (at - self._counts[0].at > _MOST_SECONDS or self._counts[0].messages > messages):
                self._counts.popleft()
            if not self._counts or at - self._counts[-1].at >= _LEAST_SECONDS / 2:
                self._counts.append(now)
            first = self._counts[0]
        seconds = at - first.at
        if seconds < _LEAST_SECONDS:
            return None
        minutes = seconds / 60
        return WorkRates(
            seconds=seconds,
            messages=(messages - first.messages) / minutes,
            answers=max(0, answers - first.answers) / minutes,
        )
