"""Small notes with a time to live: what all workers know about the engines' addresses."""

import threading
import time
from collections.abc import Callable
from typing import Protocol


class EngineNotes(Protocol):
    """Notes by key: in Redis where workers share them, in memory in a process that works alone."""

    def get(self, key: str) -> bytes | None:
        """Return a note; None if there is none or it has expired."""
        ...

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Store a note for `seconds`, replacing an earlier one."""
        ...

    def claim(self, key: str, value: bytes, seconds: float) -> bool:
        """Store a note for `seconds` if there is none, and return whether it was stored; only one caller wins."""
        ...

    def incr(self, key: str, by: int, seconds: float) -> int:
        """Add `by` to a number, which starts at 0, let it live for `seconds` from now, and return it."""
        ...

    def drop(self, key: str) -> None:
        """Delete a note, if there is one."""
        ...

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew the lease `name` for `seconds` from now; False while another holder has it."""
        ...

    def prolong(self, name: str, holder: str, seconds: float) -> None:
        """Renew the lease as `hold` does; does nothing if that fails."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Release the lease if `holder` still has it."""
        ...


class MemoryEngineNotes:
    """The `EngineNotes` of one process, shared by its threads. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._notes: dict[str, tuple[bytes, float]] = {}

    def get(self, key: str) -> bytes | None:
        """Return a note; None if there is none or it has expired."""
        with self._lock:
            return self._unexpired(key)

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Store a note for `seconds`, replacing an earlier one."""
        with self._lock:
            self._notes[key] = (value, self._clock() + seconds)

    def claim(self, key: str, value: bytes, seconds: float) -> bool:
        """Store a note for `seconds` if there is none, and return whether it was stored."""
        with self._lock:
            if self._unexpired(key) is not None:
                return False
            self._notes[key] = (value, self._clock() + seconds)
            return True

    def incr(self, key: str, by: int, seconds: float) -> int:
        """Add `by` to a number, which starts at 0, let it live for `seconds` from now, and return it."""
        with self._lock:
            number = int(self._unexpired(key) or 0) + by
            self._notes[key] = (b"%d" % number, self._clock() + seconds)
            return number

    def drop(self, key: str) -> None:
        """Delete a note, if there is one."""
        with self._lock:
            self._notes.pop(key, None)

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew the lease `name` for `seconds` from now; False while another holder has it."""
        with self._lock:
            if self._unexpired(_lease(name)) not in (None, holder.encode()):
                return False
            self._notes[_lease(name)] = (holder.encode(), self._clock() + seconds)
            return True

    def prolong(self, name: str, holder: str, seconds: float) -> None:
        """Renew the lease as `hold` does."""
        self.hold(name, holder, seconds)

    def release(self, name: str, holder: str) -> None:
        """Release the lease if `holder` still has it."""
        with self._lock:
            if self._unexpired(_lease(name)) == holder.encode():
                del self._notes[_lease(name)]

    def _unexpired(self, key: str) -> bytes | None:
        value, until = self._notes.get(key, (b"", 0.0))
        return value if key in self._notes and self._clock() < until else None


def _lease(name: str) -> str:
    return f"lease:{name}"
