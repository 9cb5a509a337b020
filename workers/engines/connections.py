"""HTTP connections to the engines, never shared between a process and those forked from it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import httpx

from workers.engines.deadline import Deadline, DeadlineWatch

if TYPE_CHECKING:
    import ssl

# uvicorn closes connections that are idle for 5 s; a request sent on one at that moment would fail.
_LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ProcessConnections:
    """The client of one process, its transport, and the deadlines of the answers it is receiving."""

    http: httpx.Client
    transport: httpx.HTTPTransport
    watch: DeadlineWatch = field(default_factory=DeadlineWatch)


class Connections:
    """Connections of which each process opens its own, even if it was forked from one that had some open.

    Two processes on one connection would receive each other's answers. `secure`: at least one address is https.
    """

    def __init__(self, *, token: str, secure: bool) -> None:
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        # The certificate store is loaded only if an address needs it: that takes 20 ms.
        self._verify: ssl.SSLContext | bool = httpx.create_ssl_context(trust_env=False) if secure else False
        self._by_process: dict[int, _ProcessConnections] = {}

    @property
    def http(self) -> httpx.Client:
        """This process's client."""
        return self._of_this_process().http

    @contextmanager
    def post(
        self, url: str, content: bytes, *, headers: Mapping[str, str], timeout: httpx.Timeout
    ) -> Iterator[httpx.Response]:
        """Send a POST request and yield its answer, whose body is not read yet; raises `httpx.TransportError`.

        It goes past the client, whose cookies, redirects and log lines cost half a millisecond of CPU.
        """
        request = httpx.Request(
            "POST",
            _parsed(url),
            content=content,
            headers={**self._headers, **headers},
            extensions={"timeout": timeout.as_dict()},
        )
        response = self._of_this_process().transport.handle_request(request)
        try:
            yield response
        finally:
            response.close()

    def deadline(self, answer: httpx.Response, until: float) -> AbstractContextManager[Deadline]:
        """Cut the connection of `answer` at `until`, in seconds of `time.monotonic`, unless the block ends earlier."""
        connection = answer.extensions["network_stream"].get_extra_info("socket")
        return self._of_this_process().watch.deadline(connection, until)

    def close(self) -> None:
        """Break off every answer that this process is receiving, and close its connections."""
        mine = self._of_this_process()
        mine.watch.expire_all()
        self._by_process.pop(os.getpid(), None)
        mine.http.close()

    def _of_this_process(self) -> _ProcessConnections:
        mine = self._by_process.get(os.getpid())
        if mine is None:
            transport = httpx.HTTPTransport(verify=self._verify, trust_env=False, limits=_LIMITS)
            client = httpx.Client(headers=self._headers, transport=transport, trust_env=False)
            mine = self._by_process.setdefault(os.getpid(), _ProcessConnections(http=client, transport=transport))
            for process in [process for process in tuple(self._by_process) if process != os.getpid()]:
                self._by_process.pop(process, None)  # inherited: they stay open in the parent
        return mine


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)
