"""An event loop in a thread of its own, which sends and receives all that one process asks engines over the network.

A thread for each answer costs several times what the rest of a request does: each piece that arrives wakes one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aiohttp

from bot.domain.errors import Unavailable

if TYPE_CHECKING:
    import ssl

# uvicorn closes connections that are idle for 5 s; a request sent on one at that moment would fail.
_KEEP_ALIVE_SECONDS: Final = 2.0
_PIECE_BYTES: Final = 256 * 1024  # of a body: what is sent at once is copied while it waits for the network

T = TypeVar("T")
Exchange = Callable[[aiohttp.ClientSession], Coroutine[Any, Any, T]]
"""A request and its answer, as the loop runs it."""


class NetworkLoop:
    """A running loop and its connections. `headers` go with each request; `tls` is for addresses with https."""

    def __init__(self, *, headers: Mapping[str, str], tls: "ssl.SSLContext | None") -> None:
        self._headers = headers
        self._tls = tls
        self._lock = Lock()
        self._closed = False
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._session: Future[aiohttp.ClientSession] = Future()
        self._thread = Thread(target=self._run, name="engines' network", daemon=True)
        self._thread.start()

    def begin(self, exchange: Exchange[T]) -> "Future[T]":
        """Begin an exchange and return what it will come to; to cancel that cuts its connection.

        Raises `Unavailable` after `close`.
        """
        with self._lock:
            if self._closed:
                raise Unavailable("the client was closed")
            return asyncio.run_coroutine_threadsafe(exchange(self._session.result()), self._loop)

    def close(self) -> None:
        """Cancel all exchanges, close the connections and end the thread."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS, ssl=self._tls or True)
        async with aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(),
        ) as session:
            self._session.set_result(session)
            await self._over.wait()
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)


def outcome(exchange: "Future[T]", url: str) -> Generator["Future[T]", None, T]:
    """Yield `exchange` to be resumed when it has ended, and return its outcome; cancel it if nobody resumes.

    Raises `Unavailable` if the network failed or the client was closed, else what the exchange raised.
    """
    try:
        yield exchange
        return exchange.result()
    except CancelledError as error:
        raise Unavailable(f"{url}: the client was closed") from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unavailable(f"{url}: {type(error).__name__} {error}") from error
    finally:
        exchange.cancel()


async def pieces(body: bytes) -> AsyncIterator[memoryview]:
    """Yield a request's body in pieces, the next one when the last is sent; its header must say the length."""
    view = memoryview(body)
    for start in range(0, len(body), _PIECE_BYTES):
        yield view[start : start + _PIECE_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """A whole answer."""

    url: str
    status: int
    retry_after: str  # the header; "" without one
    body: bytes


async def post(
    session: aiohttp.ClientSession, url: str, body: bytes, *, headers: Mapping[str, str], limits: aiohttp.ClientTimeout
) -> HttpAnswer:
    """Return the answer to a POST request; raises `aiohttp.ClientError` and kinds of `OSError`."""
    sized = {"Content-Length": str(len(body)), **headers}
    async with session.post(url, data=pieces(body), headers=sized, timeout=limits, allow_redirects=False) as answer:
        return HttpAnswer(
            url=url,
            status=answer.status,
            retry_after=answer.headers.get("Retry-After", ""),
            body=await answer.read(),
        )
