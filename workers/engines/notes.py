"""What all workers know of the engines: small notes with a time to live."""

import threading
import time
from collections.abc import Callable
from typing import Protocol


class EngineNotes(Protocol):
    """Notes that every process sees; Redis in a worker, memory in a process that is alone."""

    def get(self, key: str) -> bytes | None:
        """Return a note, None where there is none or its time is over."""
        ...

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a note for so long, over what was there."""
        ...

    def claim(self, key: str, value: bytes, seconds: float) -> bool:
        """Keep a note for so long if there is none yet; tell whether it was kept. Of several callers one wins."""
        ...

    def incr(self, key: str, by: int, seconds: float) -> int:
        """Add to a number, 0 where there is none, keep it for so long from now, and return it."""
        ...

    def drop(self, key: str) -> None:
        """Delete a note, if it is there."""
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
    """A `EngineNotes` of one process, for all its threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._notes: dict[str, tuple[bytes, float]] = {}

    def get(self, key: str) -> bytes | None:
        """Return a note, None where there is none or its time is over."""
        with self._lock:
            return self._found(key)

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a note for so long, over what was there."""
        with self._lock:
            self._notes[key] = (value, self._clock() + seconds)

    def claim(self, key: str, value: bytes, seconds: float) -> bool:
        """Keep a note for so long if there is none yet; tell whether it was kept."""
        with self._lock:
            if self._found(key) is not None:
                return False
            self._notes[key] = (value, self._clock() + seconds)
            return True

    def incr(self, key: str, by: int, seconds: float) -> int:
        """Add to a number, 0 where there is none, keep it for so long from now, and return it."""
        with self._lock:
            number = int(self._found(key) or 0) + by
            self._notes[key] = (b"%d" % number, self._clock() + seconds)
            return number

    def drop(self, key: str) -> None:
        """Delete a note, if it is there."""
        with self._lock:
            self._notes.pop(key, None)

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew the lease `name` for `seconds` from now; False while another holder has it."""
        with self._lock:
            if self._found(_lease(name)) not in (None, holder.encode()):
                return False
            self._notes[_lease(name)] = (holder.encode(), self._clock() + seconds)
            return True

    def prolong(self, name: str, holder: str, seconds: float) -> None:
        """Renew the lease as `hold` does."""
        self.hold(name, holder, seconds)

    def release(self, name: str, holder: str) -> None:
        """Release the lease if `holder` still has it."""
        with self._lock:
            if self._found(_lease(name)) == holder.encode():
                del self._notes[_lease(name)]

    def _found(self, key: str) -> bytes | None:
        value, until = self._notes.get(key, (b"", 0.0))
        return value if key in self._notes and self._clock() < until else None


def _lease(name: str) -> str:
    return f"lease:{name}"
