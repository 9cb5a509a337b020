"""Connections to addresses that were checked before, with one limit of time for all that happens on them.

The name in the URL stays that of TLS and of the Host header: only where it leads is no longer asked.
"""

import ssl
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

import httpcore

_CONNECT_SECONDS: Final = 5.0
_MOST_ADDRESSES: Final = 3  # of a name that are tried

SocketOptions = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the first of `addresses` that answers, whatever host is asked for; `seconds` are for everything."""

    def __init__(self, addresses: Sequence[str], *, seconds: float) -> None:
        self._addresses = addresses[:_MOST_ADDRESSES]
        self._ends = time.monotonic() + seconds
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - it was resolved and checked before
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the whole call has one
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        """Connect; raises `httpcore.ConnectError` or `httpcore.ConnectTimeout`."""
        failed: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("it has no address")
        for address in self._addresses:
            seconds = min(_CONNECT_SECONDS, seconds_until(self._ends))
            try:
                stream = self._sockets.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _LimitedStream(stream, ends=self._ends)
        raise failed


class _LimitedStream(httpcore.NetworkStream):
    """A connection on which nothing takes longer than until `ends`, in seconds of `monotonic`."""

    def __init__(self, stream: httpcore.NetworkStream, *, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - see above
        """Read what is there."""
        return self._stream.read(max_bytes, seconds_until(self._ends))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - see above
        """Write all of it."""
        self._stream.write(buffer, seconds_until(self._ends))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - see above
    ) -> httpcore.NetworkStream:
        """Speak TLS from now on, with a server of this name."""
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds_until(self._ends))
        return _LimitedStream(stream, ends=self._ends)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the connection."""
        return self._stream.get_extra_info(info)


def seconds_until(ends: float) -> float:
    """Return the seconds until a time of `monotonic`; raises `httpcore.ReadTimeout` once it is over."""
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left
