"""How much of the readers' time each person's files took lately: who takes much makes room for who takes little."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from workers.readers.forked import FileInReader

_HALF_SECONDS: Final = 60.0  # after which half of what was taken is forgotten
_LEAST_SECONDS: Final = 3.0  # that nobody is held to have taken too much of
_TIMES: Final = 1.5  # the share of each, above which somebody takes much
_FILES: Final = 2  # of one person at once, before anything is known of them, while files of others are read


@dataclass(slots=True, kw_only=True)
class _TimeTaken:
    """The seconds that a person's files took until `at`, and those that are being read."""

    seconds: float = 0.0
    at: float = 0.0
    files: list[FileInReader] = field(default_factory=list)

    def now(self, at: float) -> float:
        """Return the seconds that count now."""
        return self._past(at) + sum(file.own_seconds(at) for file in self.files)

    def end(self, file: FileInReader, at: float) -> None:
        """Add what a file took in the end."""
        self.files.remove(file)
        self.seconds, self.at = self._past(at) + file.own_seconds(at), at

    def _past(self, at: float) -> float:
        return float(self.seconds * 0.5 ** ((at - self.at) / _HALF_SECONDS))


@dataclass(slots=True, kw_only=True)
class TimeByPerson:
    """The seconds that files took of readers, without those in which they waited for the engine; times are monotonic.

    Safe to use from several threads.
    """

    _taken: dict[str, _TimeTaken] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def takes_much(self, person: str, at: float) -> bool:
        """Return whether a person took more than others did, or has files enough at work for that."""
        with self._lock:
            self._forget(at)
            mine = self._taken.get(person)
            if mine is None:
                return False
            seconds = mine.now(at)
            total = sum(one.now(at) for one in self._taken.values())
            share = total / (len(self._taken) + 1)  # somebody else may come
            much = seconds > _LEAST_SECONDS and seconds > _TIMES * share
            others = any(one.files for name, one in self._taken.items() if name != person)
            return much or (others and len(mine.files) >= _FILES)

    def begin(self, person: str, file: FileInReader, at: float) -> None:
        """Note that a file is being read."""
        with self._lock:
            self._taken.setdefault(person, _TimeTaken(at=at)).files.append(file)

    def end(self, person: str, file: FileInReader, at: float) -> None:
        """Note that it is not any more."""
        with self._lock:
            self._taken[person].end(file, at)

    def _forget(self, at: float) -> None:
        for name in [name for name, one in self._taken.items() if not one.files and one.now(at) < 1.0]:
            del self._taken[name]
