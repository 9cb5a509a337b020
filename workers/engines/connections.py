"""Connections to the engines, never shared between a process and those forked from it."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import httpx

from workers.engines.network_loop import Exchange, NetworkLoop

if TYPE_CHECKING:
    import ssl
    from concurrent.futures import Future

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _ProcessConnections:
    """The loop of one process, and its client for short questions."""

    loop: NetworkLoop
    http: httpx.Client

    def close(self) -> None:
        self.loop.close()
        self.http.close()


class Connections:
    """Connections of which each process opens its own, even if it was forked from one that had some open.

    Two processes on one connection would receive each other's answers. `secure`: at least one address is https.
    """

    def __init__(self, *, token: str, secure: bool) -> None:
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        # The certificate store is loaded only if an address needs it: that takes 20 ms.
        self._tls: ssl.SSLContext | None = httpx.create_ssl_context(trust_env=False) if secure else None
        self._by_process: dict[int, _ProcessConnections] = {}

    @property
    def http(self) -> httpx.Client:
        """This process's client for short questions, asked and answered in the caller's thread."""
        return self._of_this_process().http

    def begin(self, exchange: Exchange[T]) -> "Future[T]":
        """Begin an exchange on this process's loop, as `NetworkLoop.begin` does."""
        return self._of_this_process().loop.begin(exchange)

    def close(self) -> None:
        """Break off every exchange of this process, whose future is then cancelled, and close its connections."""
        mine = self._by_process.pop(os.getpid(), None)
        if mine is not None:
            mine.close()

    def _of_this_process(self) -> _ProcessConnections:
        # What was inherited is kept: closing it here would take the parent's connections off the loop that both have.
        mine = self._by_process.get(os.getpid())
        if mine is None:
            opened = self._opened()
            mine = self._by_process.setdefault(os.getpid(), opened)
            if mine is not opened:  # another thread was first
                opened.close()
        return mine

    def _opened(self) -> _ProcessConnections:
        return _ProcessConnections(
            loop=NetworkLoop(headers=self._headers, tls=self._tls),
            http=httpx.Client(headers=self._headers, verify=self._tls or False, trust_env=False),
        )
