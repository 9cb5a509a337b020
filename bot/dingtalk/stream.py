"""The bot's connection to DingTalk: the official SDK's protocol on sockets whose life is ours.

The SDK's: the frames' types and topics, the answers to SYSTEM frames (ping) and events, the code of an ack.
Ours: asking for a connection (the SDK blocks the loop and fixes its address at import), opening, replacing, draining
and watching sockets, how many messages are in hand at once, and that a message whose handler failed gets no ack. Bot
callbacks skip the SDK's frame objects, which cost more than the rest of a frame's way: the frame is decoded once, its
`data` is handed on as it came, and the ack is written from a template.
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
import websockets
from dingtalk_stream.chatbot import ChatbotMessage
from dingtalk_stream.credential import Credential
from dingtalk_stream.frames import AckMessage, CallbackMessage, EventMessage, SystemMessage
from dingtalk_stream.stream import DingTalkStreamClient
from dingtalk_stream.version import VERSION_STRING
from websockets.asyncio.client import ClientConnection

from bot.dingtalk.gateway import json_object, ticket
from bot.dingtalk.timing import Timing, cancelled, first_of
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable
from bot.logs import without_words

_CALLBACK: str = CallbackMessage.TYPE
_SYSTEM: str = SystemMessage.TYPE
_EVENT: str = EventMessage.TYPE
_DISCONNECT: str = SystemMessage.TOPIC_DISCONNECT
_BOT_TOPIC: str = ChatbotMessage.TOPIC
_ACK_HEAD = f'{{"code":{AckMessage.STATUS_OK},"headers":{{"messageId":'
_ACK_TAIL = ',"contentType":"application/json"},"message":"OK","data":"{\\"response\\": null}"}'
_MAX_FRAME = 8 << 20  # bytes; the library's own 1 MiB is less than a long rich text with its quote may take

Handle = Callable[[object], Awaitable[None]]

_log = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class _Socket:
    """One socket and what is known of it; times are on the loop's clock."""

    socket: ClientConnection
    opened_at: float
    heard_at: float
    leaving: asyncio.Event = field(default_factory=asyncio.Event)  # not the one to rely on any more
    on_purpose: bool = False  # it leaves because somebody decided so: the next one is opened at once


class Stream:
    """Hands every bot callback's data, a JSON string, to `handle`, and acks the callback when that returns.

    A handler that raises an `OcrbotError` leaves its frame without an ack, so that DingTalk delivers it again. One
    that is at work when its socket is lost goes on; only its ack is not sent. `on_state` hears "connecting",
    "connected" and "stopped".
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
    ) -> None:
        self._handle = handle
        self._on_state = on_state or (lambda _state: None)
        self._timing = timing or Timing()
        self._sdk = _sdk(client_id, client_secret)
        self._ticket = partial(
            ticket,
            api_url=api_url.rstrip("/"),
            client_id=client_id,
            client_secret=client_secret,
            subscriptions=[{"type": _CALLBACK, "topic": _BOT_TOPIC}],
            agent=f"dingtalk-sdk-python/v{VERSION_STRING}-union",
        )
        self._stopping = asyncio.Event()
        self._room = asyncio.Semaphore(self._timing.in_hand)
        self._working: set[asyncio.Task[None]] = set()
        self._readers: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Let `run` return: no more frames are taken, handlers in flight get a little time, sockets are closed."""
        self._stopping.set()

    async def ask(self) -> None:
        """Ask DingTalk for a connection and open none; raises `Misconfigured` where it refuses, `Unavailable`."""
        async with httpx.AsyncClient(timeout=self._timing.open_timeout, trust_env=False) as http:
            await self._ticket(http)

    async def run(self) -> None:
        """Keep connected until `stop` or cancellation.

        Raises `Misconfigured` when DingTalk refuses the credentials or the app before the first connection; later it
        tries on, for an admin may be at work on the app.
        """
        _quiet_libraries()
        try:
            async with httpx.AsyncClient(timeout=self._timing.open_timeout, trust_env=False) as http:
                await self._keep_connected(http)
            if self._working:
                await asyncio.wait(self._working, timeout=self._timing.grace)
        finally:
            await cancelled(*self._readers, *self._working)
            self._on_state("stopped")

    async def _keep_connected(self, http: httpx.AsyncClient) -> None:
        failures = 0  # in a row; a connection that did not last is one
        line: _Socket | None = None
        while not self._stopping.is_set():
            self._on_state("connecting")
            try:
                line = await self._open(http)
            except Misconfigured as error:
                if line is None:
                    raise
                _log.error("dingtalk refuses the connection", error=str(error))
                failures = await self._back_off(failures)
                continue
            except Unavailable as error:
                _log.warning("no connection to dingtalk", error=str(error))
                failures = await self._back_off(failures)
                continue
            self._on_state("connected")
            await self._until_leaving(line)
            lasted = self._now() - line.opened_at >= self._timing.steady_after
            if line.on_purpose and (lasted or failures == 0):
                failures = 0 if lasted else 1
            else:
                failures = await self._back_off(0 if lasted else failures)

    async def _back_off(self, failures: int) -> int:
        """Wait a random part of the delay that so many failures ask for; return their number with this one."""
        longest = min(self._timing.longest_delay, self._timing.first_delay * 2 ** min(failures, 16))
        delay = random.uniform(0, longest)  # noqa: S311 - it only keeps bots from coming back all at once
        await first_of(self._stopping, seconds=delay)
        return failures + 1

    async def _open(self, http: httpx.AsyncClient) -> _Socket:
        uri = await self._ticket(http)
        try:
            socket = await websockets.connect(
                uri,
                proxy=None,
                compression=None,
                max_size=_MAX_FRAME,
                max_queue=(512, 128),
                open_timeout=self._timing.open_timeout,
                ping_interval=self._timing.ping_interval,
                ping_timeout=self._timing.ping_timeout,
                close_timeout=self._timing.close_timeout,
            )
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            raise Unavailable(f"the socket did not open: {type(error).__name__}") from error
        now = self._now()
        line = _Socket(socket=socket, opened_at=now, heard_at=now)
        reader = asyncio.create_task(self._read(line))
        self._readers.add(reader)
        reader.add_done_callback(partial(self._closed, line))
        _log.info("connected to dingtalk", host=urlsplit(uri).hostname)
        return line

    async def _until_leaving(self, line: _Socket) -> None:
        """Return when the line cannot be relied on any more: told to leave, silent or lost; or at a stop."""
        while not line.leaving.is_set() and not self._stopping.is_set():
            left = line.heard_at + self._timing.silence - self._now()
            if left > 0:
                await first_of(line.leaving, self._stopping, seconds=left)
            else:
                _log.warning("no frame for too long, the socket is replaced", seconds=self._timing.silence)
                self._replace(line)

    def _replace(self, line: _Socket) -> None:
        """Have another line opened; what still arrives on this one is taken until it closes or its time is up."""
        line.on_purpose = True
        line.leaving.set()
        asyncio.get_running_loop().call_later(self._timing.drain, line.socket.transport.abort)

    async def _read(self, line: _Socket) -> None:
        try:
            async for raw in line.socket:
                line.heard_at = self._now()
                if not self._stopping.is_set():
                    await self._take(line, raw)
        except websockets.ConnectionClosed as error:
            _log.info("the socket was lost", error=type(error).__name__)
        finally:
            await line.socket.close()

    def _closed(self, line: _Socket, reader: asyncio.Task[None]) -> None:
        self._readers.discard(reader)
        line.leaving.set()
        _log_failure(reader, "reading a socket failed")

    async def _take(self, line: _Socket, raw: str | bytes) -> None:
        """Start the work that a frame asks for, as soon as there is room for it."""
        frame = json_object(raw)
        kind, headers = frame.get("type"), frame.get("headers")
        topic = headers.get("topic") if isinstance(headers, dict) else None
        work: Callable[[], Coroutine[Any, Any, None]]
        if kind == _CALLBACK and topic == _BOT_TOPIC and isinstance(headers, dict):
            work = partial(self._callback, line.socket, headers.get("messageId"), frame.get("data"))
        elif kind == _SYSTEM and topic == _DISCONNECT:
            _log.info("dingtalk asks to connect anew")
            self._replace(line)
            return
        elif kind in (_SYSTEM, _EVENT):
            work = partial(self._as_the_sdk_does, line.socket, frame)
        else:
            _log.warning("a frame that nobody asked for", type=str(kind)[:40], topic=str(topic)[:80])
            return
        await self._room.acquire()
        task = asyncio.create_task(work())
        self._working.add(task)
        task.add_done_callback(self._worked)

    async def _callback(self, socket: ClientConnection, message_id: object, data: object) -> None:
        await self._handle(data)
        try:
            await socket.send(f"{_ACK_HEAD}{json.dumps(message_id)}{_ACK_TAIL}")
        except websockets.ConnectionClosed:
            _log.info("an ack came too late for its socket")

    async def _as_the_sdk_does(self, socket: ClientConnection, frame: Mapping[str, Any]) -> None:
        try:
            await self._sdk.route_message(frame, socket)
        except websockets.ConnectionClosed:
            return
        except (ValueError, TypeError, AttributeError) as error:
            _log.warning("a frame that the SDK cannot take", error=type(error).__name__)

    def _worked(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._room.release()
        _log_failure(task, "a message was not taken and gets no ack")

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _log_failure(task: asyncio.Task[None], event: str) -> None:
    """Log why a task failed, without the text of an error that is not ours: it may quote the message."""
    error = None if task.cancelled() else task.exception()
    if isinstance(error, OcrbotError):
        _log.warning(event, error=type(error).__name__, detail=str(error))
    elif error is not None:
        _log.error(event, trace=without_words(error))


def _sdk(client_id: str, client_secret: str) -> Any:
    """Return the SDK's client; a logger that has a handler already gets none from it."""
    logging.getLogger("dingtalk_stream.handler").addHandler(logging.NullHandler())
    client: Any = DingTalkStreamClient
    credential: Any = Credential
    return client(credential(client_id, client_secret), logger=logging.getLogger(__name__))


def _quiet_libraries() -> None:
    """Keep frames, and addresses that hold a ticket or a token, out of the log."""
    for name in ("httpx", "httpcore", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
