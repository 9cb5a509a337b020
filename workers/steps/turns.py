"""Turns at reading, by person: one person's files never take all places of a worker, however many and slow they are."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

FILES_WITHOUT_ENGINE: Final = 8  # that are read at once while those that need one take all other places
_KEPT: Final = 4  # a quarter of the places is for people of whom nothing is being read
_LEAST_PAUSE, _MOST_PAUSE = 1.0, 15.0  # seconds until a file asks for its turn again
_ASKING_A_SECOND: Final = 20  # files of one person, at most about


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether a file may be read now; if not, after how many seconds it is to ask again."""

    granted: bool
    pause: float = 0.0


@dataclass(slots=True, kw_only=True)
class Turns:
    """The files that a worker process reads, by person. Safe to use from several threads.

    There are `places` for files. While files of others are read too, a person has at most `share` of them.
    """

    places: int
    share: int
    _reading: Counter[str] = field(default_factory=Counter)
    _refused: Counter[str] = field(default_factory=Counter)  # since the person's last turn
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def turn(self, person: str) -> Iterator[Turn]:
        """Yield the turn of a file; it lasts until the block ends. A file of nobody in particular always has one."""
        turn = self._take(person)
        try:
            yield turn
        finally:
            if turn.granted:
                self._end(person)

    def _take(self, person: str) -> Turn:
        with self._lock:
            if person and not self._may_begin(person):
                self._refused[person] += 1
                pause = min(_MOST_PAUSE, max(_LEAST_PAUSE, self._refused[person] / _ASKING_A_SECOND))
                return Turn(granted=False, pause=pause)
            self._reading[person] += 1
            self._refused.pop(person, None)
            return Turn(granted=True)

    def _may_begin(self, person: str) -> bool:
        mine, all_files = self._reading[person], self._reading.total()
        if mine == 0:
            return True
        if all_files >= self.places - self.places // _KEPT:
            return False
        return mine < self.share or mine == all_files

    def _end(self, person: str) -> None:
        with self._lock:
            self._reading[person] -= 1
            if not self._reading[person]:
                del self._reading[person]
