"""How many bytes of uploads one process holds at once: more are told to come back, before they are read."""

from collections.abc import Iterator
from contextlib import contextmanager


class UploadRoom:
    """Room for so many bytes. Not for several threads: uploads are read in the event loop."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0

    def has(self, size: int) -> bool:
        """Return whether there is room for so many bytes more; an upload alone always has it."""
        return not self._held or self._held + size <= self._most

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Hold so many bytes of the room meanwhile."""
        self._held += size
        try:
            yield
        finally:
            self._held -= size
