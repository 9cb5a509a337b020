"""Callers who keep a connection until something happens: so many in all, and so many of one client."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST_IN_ALL = 500
MOST_OF_CLIENT = 50


class Followers:
    """Counts them. Not for several threads: they are followed in the event loop."""

    def __init__(self, most: int = MOST_IN_ALL, most_of_client: int = MOST_OF_CLIENT) -> None:
        self._most = most
        self._most_of_client = most_of_client
        self._of: Counter[str] = Counter()

    def has_room(self, client: str) -> bool:
        """Return whether one more of this client may follow."""
        return self._of.total() < self._most and self._of[client] < self._most_of_client

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """Count one of this client meanwhile."""
        self._of[client] += 1
        try:
            yield
        finally:
            self._of[client] -= 1
            if not self._of[client]:
                del self._of[client]
