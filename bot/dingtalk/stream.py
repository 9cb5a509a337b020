"""The bot's connection to DingTalk: the official SDK's protocol on sockets that this module opens and closes itself.

From the SDK come the types and topics of frames, the answers to SYSTEM frames (ping) and events, and the code of an
ack. This module asks for sockets (the SDK blocks the loop and fixes its address at import); opens, replaces, drains and
watches them; limits how many messages are handled at once; and sends no ack for a message whose handler failed. Bot
callbacks bypass the SDK's frame objects, which cost more than all other work on a frame: the frame is decoded once, its
`data` is passed on unchanged, and the ack is written from a template.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
import websockets
from websockets.asyncio.client import ClientConnection

from bot.dingtalk.gateway import socket_address
from bot.dingtalk.json_object import json_object
from bot.dingtalk.sdk import AGENT, BOT_TOPIC, CALLBACK, DISCONNECT, EVENT, SYSTEM, ack, quieten_libraries, sdk_client
from bot.dingtalk.timing import Timing
from bot.dingtalk.waiting import cancel, wait_for_first
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable
from bot.logs import safe_trace

_MAX_FRAME = 8 << 20  # bytes; a long rich text with its quote may exceed the library's default of 1 MiB

Handle = Callable[[object], Awaitable[None]]

_log = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class _Connection:
    """One socket and its state; times are those of the loop's clock."""

    socket: ClientConnection
    opened_at: float
    last_frame_at: float
    unusable: asyncio.Event = field(default_factory=asyncio.Event)  # set on a disconnect frame, silence or loss
    planned: bool = False  # replaced on purpose: the next one is opened at once


class Stream:
    """Passes the data of each bot callback, a JSON string, to `handle`, and acks the callback when that returns.

    If the handler raises an error, the frame gets no ack and DingTalk delivers it again. A handler continues after its
    socket is lost, but its ack is not sent. `on_state` is called with "connecting", "connected" and "stopped",
    `on_frame` for each frame of any kind.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        *,
        client_id: str,
        client_secret: str,
        api_url: str,
        handle: Handle,
        on_state: Callable[[str], None] | None = None,
        timing: Timing | None = None,
        proxy: str | None = None,
        on_frame: Callable[[], None] | None = None,
    ) -> None:
        self._on_frame = on_frame or (lambda: None)
        self._proxy = proxy or None  # an HTTP proxy, http://[user:password@]host:port
        self._handle = handle
        self._on_state = on_state or (lambda _state: None)
        self._timing = timing or Timing()
        self._sdk = sdk_client(client_id, client_secret)
        self._socket_address = partial(
            socket_address,
            api_url=api_url.rstrip("/"),
            client_id=client_id,
            client_secret=client_secret,
            subscriptions=[{"type": CALLBACK, "topic": BOT_TOPIC}],
            agent=AGENT,
        )
        self._stopping = asyncio.Event()
        self._free_slots = asyncio.Semaphore(self._timing.max_in_progress)
        self._handlers: set[asyncio.Task[None]] = set()
        self._readers: set[asyncio.Task[None]] = set()
        self._unconnected_since: float | None = time.monotonic()
        self._message_times: deque[float] = deque(maxlen=self._timing.busy_messages)

    @property
    def seconds_unconnected(self) -> float:
        """For how long there has been no connection to DingTalk, 0.0 while there is one."""
        since = self._unconnected_since
        return 0.0 if since is None else time.monotonic() - since

    def stop(self) -> None:
        """Make `run` return: it takes no more frames, gives handlers at work some time, and closes the sockets."""
        self._stopping.set()

    async def check(self) -> None:
        """Ask DingTalk for a socket without opening it; raises `Misconfigured` if it refuses, or `Unavailable`."""
        async with self._http() as http:
            await self._socket_address(http)

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=self._timing.open_timeout, trust_env=False, proxy=self._proxy)

    async def run(self) -> None:
        """Stay connected until `stop` or cancellation.

        Raises `Misconfigured` if DingTalk refuses the credentials or the app before the first connection. After that
        `run` keeps trying, because an admin may be changing the app.
        """
        quieten_libraries()
        try:
            async with self._http() as http:
                await self._keep_connected(http)
            if self._handlers:
                await asyncio.wait(self._handlers, timeout=self._timing.grace)
        finally:
            await cancel(*self._readers, *self._handlers)
            self._on_state("stopped")

    async def _keep_connected(self, http: httpx.AsyncClient) -> None:
        failures = 0  # in a row; a connection that did not last counts
        connection: _Connection | None = None
        while not self._stopping.is_set():
            self._on_state("connecting")
            try:
                connection = await self._open(http)
            except Misconfigured as error:
                if connection is None:
                    raise
                failures = await self._back_off(failures, error)
                continue
            except Unavailable as error:
                failures = await self._back_off(failures, error)
                continue
            self._on_state("connected")
            self._unconnected_since = None
            await self._wait_until_unusable(connection)
            self._unconnected_since = time.monotonic()
            lasted = self._now() - connection.opened_at >= self._timing.steady_after
            if connection.planned and (lasted or failures == 0):
                failures = 0 if lasted else 1
            else:
                failures = await self._back_off(0 if lasted else failures)

    async def _back_off(self, failures: int, error: OcrbotError | None = None) -> int:
        """Wait for a random part of the delay that follows `failures` failures; return `failures` plus one.

        An `error` is logged, with how long the next try is waited for.
        """
        longest = min(self._timing.longest_delay, self._timing.first_delay * 2 ** min(failures, 16))
        delay = random.uniform(0, longest)  # noqa: S311 - it only keeps bots from all reconnecting at once
        if error is not None:
            log = _log.error if isinstance(error, Misconfigured) else _log.warning
            log("no connection to dingtalk", error=str(error), failures=failures + 1, next_try_in=round(delay, 1))
        await wait_for_first(self._stopping, seconds=delay)
        return failures + 1

    async def _open(self, http: httpx.AsyncClient) -> _Connection:
        uri = await self._socket_address(http)
        try:
            socket = await websockets.connect(
                uri,
                proxy=self._proxy,
                compression=None,
                max_size=_MAX_FRAME,
                max_queue=(512, 128),
                open_timeout=self._timing.open_timeout,
                ping_interval=self._timing.ping_interval,
                ping_timeout=self._timing.ping_timeout,
                close_timeout=self._timing.close_timeout,
            )
        except websockets.ProxyError as error:
            raise Unavailable(
                f"the socket did not open: the proxy of OCRBOT_DINGTALK__PROXY refuses: {error}"
            ) from error
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            raise Unavailable(f"the socket did not open: {type(error).__name__}") from error
        now = self._now()
        connection = _Connection(socket=socket, opened_at=now, last_frame_at=now)
        reader = asyncio.create_task(self._read(connection))
        self._readers.add(reader)
        reader.add_done_callback(partial(self._reading_done, connection))
        _log.info("connected to dingtalk", host=urlsplit(uri).hostname)
        return connection

    async def _wait_until_unusable(self, connection: _Connection) -> None:
        """Return when DingTalk disconnects, the connection is silent or lost, or `stop` is called."""
        while not connection.unusable.is_set() and not self._stopping.is_set():
            silence = self._longest_silence(connection)
            left = connection.last_frame_at + silence - self._now()
            if left > 0:
                # A message that comes meanwhile may make the limit shorter.
                longest = min(left, self._timing.busy_silence)
                await wait_for_first(connection.unusable, self._stopping, seconds=longest)
            else:
                _log.warning("no frame for too long, the socket is replaced", seconds=silence)
                self._replace(connection)

    def _longest_silence(self, connection: _Connection) -> float:
        """Return after how many seconds without a frame a socket is replaced: sooner where people write often."""
        times = self._message_times
        is_busy = len(times) == times.maxlen and connection.last_frame_at - times[0] < self._timing.silence
        return self._timing.busy_silence if is_busy else self._timing.silence

    def _replace(self, connection: _Connection) -> None:
        """Have a new connection opened; this one is read until it closes or its time for draining is over."""
        connection.planned = True
        connection.unusable.set()
        asyncio.get_running_loop().call_later(self._timing.drain, connection.socket.transport.abort)

    async def _read(self, connection: _Connection) -> None:
        try:
            async for raw in connection.socket:
                connection.last_frame_at = self._now()
                self._on_frame()
                if not self._stopping.is_set():
                    await self._start_handler(connection, raw)
        except websockets.ConnectionClosed as error:
            _log.info("the socket was lost", error=type(error).__name__)
        finally:
            await connection.socket.close()

    def _reading_done(self, connection: _Connection, reader: asyncio.Task[None]) -> None:
        self._readers.discard(reader)
        connection.unusable.set()
        _log_failure(reader, "reading a socket failed")

    async def _start_handler(self, connection: _Connection, raw: str | bytes) -> None:
        """Start handling a frame, as soon as fewer than `max_in_progress` are being handled."""
        frame = json_object(raw)
        kind, headers = frame.get("type"), frame.get("headers")
        topic = headers.get("topic") if isinstance(headers, dict) else None
        handler: Callable[[], Coroutine[Any, Any, None]]
        if kind == CALLBACK and topic == BOT_TOPIC and isinstance(headers, dict):
            self._message_times.append(self._now())
            handler = partial(self._callback, connection.socket, headers.get("messageId"), frame.get("data"))
        elif kind == SYSTEM and topic == DISCONNECT:
            _log.info("dingtalk asks to connect anew")
            self._replace(connection)
            return
        elif kind in (SYSTEM, EVENT):
            handler = partial(self._answer_by_sdk, connection.socket, frame)
        else:
            _log.warning("a frame that nobody asked for", type=str(kind)[:40], topic=str(topic)[:80])
            return
        await self._free_slots.acquire()
        task = asyncio.create_task(handler())
        self._handlers.add(task)
        task.add_done_callback(self._handler_done)

    async def _callback(self, socket: ClientConnection, message_id: object, data: object) -> None:
        await self._handle(data)
        try:
            await socket.send(ack(message_id))
        except websockets.ConnectionClosed:
            _log.info("an ack came too late for its socket")

    async def _answer_by_sdk(self, socket: ClientConnection, frame: Mapping[str, Any]) -> None:
        try:
            await self._sdk.route_message(frame, socket)
        except websockets.ConnectionClosed:
            return
        except (ValueError, TypeError, AttributeError) as error:
            _log.warning("a frame that the SDK cannot take", error=type(error).__name__)

    def _handler_done(self, task: asyncio.Task[None]) -> None:
        self._handlers.discard(task)
        self._free_slots.release()
        _log_failure(task, "a message was not taken and gets no ack")

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _log_failure(task: asyncio.Task[None], event: str) -> None:
    """Log why a task failed, without the texts of libraries' errors, which may quote the message."""
    error = None if task.cancelled() else task.exception()
    if isinstance(error, OcrbotError):
        _log.warning(event, error=type(error).__name__, detail=str(error))
    elif error is not None:
        _log.error(event, trace=safe_trace(error))
