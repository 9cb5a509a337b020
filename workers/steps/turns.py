"""Turns at reading, by person: one person's files never take all places of a worker, however many and slow they are."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import Final

FILES_WITHOUT_ENGINE: Final = 8  # that are read at once while those that need one take all other places
MOST_WAITING: Final = 64  # files that wait in a worker until it is their turn, half of them one person's
_WAITING_REQUESTS: Final = 8  # files of the API that wait in a worker, so that there is always a next one
_PATIENCE: Final = 5.0  # seconds for which they wait
_KEPT: Final = 4  # a quarter of the places is for people of whom nothing is being read
_LEAST_PAUSE, _MOST_PAUSE = 1.0, 15.0  # seconds until a file asks for its turn again
_ASKING_A_SECOND: Final = 20  # files of one person, at most about


def turns_of_requests(at_once: int) -> "Turns":
    """Return the turns of files that clients of the API sent, `at_once` of them, half of them one client's.

    A chat's files never wait for more than these.
    """
    return Turns(places=at_once, share=max(1, at_once // 2), waiting=_WAITING_REQUESTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether a file may be read now; if not, after how many seconds it is to ask again."""

    granted: bool
    pause: float = 0.0


@dataclass(slots=True, kw_only=True)
class Turns:
    """The files that a worker process reads, by person. Safe to use from several threads.

    There are `places` for files. While files of others are read too, a person has at most `share` of them. As many as
    `waiting` files, half of them one person's, wait here until it is their turn; further ones are put off.
    """

    places: int
    share: int
    waiting: int = 0
    _reading: Counter[str] = field(default_factory=Counter)
    _refused: Counter[str] = field(default_factory=Counter)  # since the person's last turn
    _waiting: Counter[str] = field(default_factory=Counter)
    _change: Condition = field(default_factory=Condition)

    @contextmanager
    def turn(self, person: str, *, may_wait: bool = True) -> Iterator[Turn]:
        """Yield the turn of a file; it lasts until the block ends. A file of nobody in particular always has one.

        Some seconds may pass before, unless the file may not wait.
        """
        turn = self._take(person, may_wait=may_wait)
        try:
            yield turn
        finally:
            if turn.granted:
                self._end(person)

    def _take(self, person: str, *, may_wait: bool) -> Turn:
        with self._change:
            if person and not self._may_begin(person) and not (may_wait and self._begins_soon(person)):
                self._refused[person] += 1
                pause = min(_MOST_PAUSE, max(_LEAST_PAUSE, self._refused[person] / _ASKING_A_SECOND))
                return Turn(granted=False, pause=pause)
            self._reading[person] += 1
            self._refused.pop(person, None)
            return Turn(granted=True)

    def _begins_soon(self, person: str) -> bool:
        """Wait for the person's turn, if not too many wait already; return whether it has come."""
        if self._waiting.total() >= self.waiting or self._waiting[person] >= self.waiting // 2:
            return False
        self._waiting[person] += 1
        try:
            return self._change.wait_for(lambda: self._may_begin(person), timeout=_PATIENCE)
        finally:
            self._waiting[person] -= 1

    def _may_begin(self, person: str) -> bool:
        mine, all_files = self._reading[person], self._reading.total()
        if self.waiting and all_files >= self.places:  # else there is a job only where there is a place
            return False
        if mine == 0:
            return True
        if all_files >= self.places - self.places // _KEPT:
            return False
        return mine < self.share or mine == all_files

    def _end(self, person: str) -> None:
        with self._change:
            self._reading[person] -= 1
            if not self._reading[person]:
                del self._reading[person]
            self._change.notify_all()
