"""The connections to the engines: each process has its own, whatever it was forked from."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from workers.engines.deadline import Deadline

if TYPE_CHECKING:
    import ssl

# uvicorn ends connections that are idle for 5 s; one taken up at that moment would fail.
_LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """What belongs to one process."""

    http: httpx.Client
    open: set[Deadline] = field(default_factory=set)


class Lines:
    """Connections that are never shared between processes, not even those that were idle at a fork.

    Two processes on one connection hear each other's answers.
    """

    def __init__(self, *, token: str, secure: bool) -> None:
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        # A certificate store is loaded only where an address needs one: it costs 20 ms.
        self._verify: ssl.SSLContext | bool = httpx.create_ssl_context(trust_env=False) if secure else False
        self._own: dict[int, _Own] = {}

    @property
    def http(self) -> httpx.Client:
        """This process's client."""
        return self._mine().http

    @contextmanager
    def until(self, when: float, answer: httpx.Response) -> Iterator[Deadline]:
        """Hold the connection of `answer` until `when`, in seconds of `time.monotonic`, at the longest."""
        opened = self._mine().open
        with Deadline(answer.extensions["network_stream"].get_extra_info("socket"), when) as deadline:
            opened.add(deadline)
            try:
                yield deadline
            finally:
                opened.discard(deadline)

    def cut(self) -> None:
        """End all answers that this process is hearing."""
        for deadline in tuple(self._mine().open):
            deadline.now()

    def close(self) -> None:
        """End them and close this process's connections."""
        self.cut()
        self._own.pop(os.getpid(), self._mine()).http.close()

    def _mine(self) -> _Own:
        own = self._own.get(os.getpid())
        if own is None:
            client = httpx.Client(headers=self._headers, verify=self._verify, trust_env=False, limits=_LIMITS)
            own = self._own.setdefault(os.getpid(), _Own(http=client))
            for process in [process for process in tuple(self._own) if process != os.getpid()]:
                self._own.pop(process, None)  # inherited: let go here, they stay the parent's
        return own
