"""The clients that the API knows now, and the one that a token belongs to."""

import hmac
from collections.abc import Callable, Sequence

from bot.domain.requests.client import LOCAL_CLIENT, Client, token_hash


class KnownClients:
    """`current` returns the clients of the configuration at this moment.

    It is `open` where no client was ever there: then everybody on this machine is the admin `local`. Once one was, it
    stays closed until the process ends, so that a file that was emptied by mistake opens nothing.
    """

    def __init__(self, current: Callable[[], Sequence[Client]], *, on_loopback: bool) -> None:
        self._current = current
        self._on_loopback = on_loopback
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Whether callers on this machine need no token."""
        self._closed = self._closed or not self._on_loopback or bool(self._current())
        return not self._closed

    def with_token(self, token: str) -> Client | None:
        """Return the client that has this token. Every hash is compared, in constant time."""
        hashed = token_hash(token)
        found = None
        for client in self._current():
            for known in client.token_hashes:
                if hmac.compare_digest(hashed, known):
                    found = client
        return found

    def all(self) -> Sequence[Client]:
        """Return all clients: where none is configured, whoever is on this machine."""
        return [LOCAL_CLIENT] if self.is_open else self._current()

    def named(self, name: str) -> Client | None:
        """Return the client of this name."""
        return next((client for client in self._current() if client.name == name), None)
