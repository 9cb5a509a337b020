"""The stream: tickets, sockets, and deliveries that are repeated until they are acknowledged."""

import asyncio
import itertools
import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.lookalike.rest.access import Clock
from bot.lookalike.rules import Timing
from bot.lookalike.state.records import Ack, PingAnswer, Push, Records

BOT_TOPIC = "/v1.0/im/bot/messages/get"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticket:
    expires: float
    topics: frozenset[str]


class Tickets:
    """Tickets. Each opens one socket, once, and expires."""

    def __init__(self, clock: Clock, life: float) -> None:
        self._clock = clock
        self._life = life
        self._open: dict[str, _Ticket] = {}

    def issue(self, topics: frozenset[str]) -> str:
        """Issue a ticket for a socket that subscribes to `topics`."""
        ticket = secrets.token_hex(16)
        self._open[ticket] = _Ticket(expires=self._clock() + self._life, topics=topics)
        return ticket

    def redeem(self, ticket: str) -> frozenset[str] | None:
        """Consume the ticket and return its topics; None for a ticket that is unknown, used or expired."""
        known = self._open.pop(ticket, None)
        return known.topics if known is not None and known.expires > self._clock() else None


class Connection:
    """One socket of the app. A `silent` one delivers nothing but still answers websocket pings."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, topics: frozenset[str]) -> None:
        self.id = secrets.token_hex(8)
        self.topics = topics
        self.silent = False
        self.leaving = False
        self._request = request
        self._socket = socket
        self._outbox: asyncio.Queue[str] = asyncio.Queue()

    def takes(self, topic: str) -> bool:
        """Return whether a push of `topic` may use this socket."""
        return not self.leaving and topic in self.topics

    def send(self, frame: str) -> None:
        """Queue a frame."""
        self._outbox.put_nowait(frame)

    def stop_reading(self) -> None:
        """Stop reading what the client sends: no acks, no answers to pings of any kind."""
        self.silent = True
        if self._request.transport is not None:
            self._request.transport.pause_reading()

    def abort(self) -> None:
        """Cut the connection without a closing handshake."""
        self.leaving = True
        if self._request.transport is not None:
            self._request.transport.abort()

    async def close(self) -> None:
        """Close with the closing handshake."""
        self.leaving = True
        with suppress(ConnectionError):
            await self._socket.close()

    async def write(self) -> None:
        """Send the queued frames until the socket is closed."""
        while True:
            frame = await self._outbox.get()
            if self.silent:
                continue
            try:
                await self._socket.send_str(frame)
            except ConnectionError:
                return

    async def read(self, received: Callable[[str], None]) -> None:
        """Pass on the client's texts until the socket is closed."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT and not self.silent:
                received(message.data)


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """Callback data to push. A redelivery has the same `message_id`, but another frame id."""

    message_id: str
    topic: str
    data: str
    attempts: int = 0
    acked: bool = False
    timer: asyncio.TimerHandle | None = field(default=None, repr=False)


class Hub:
    """All sockets of the app, and the deliveries that are not yet acknowledged."""

    def __init__(self, app_id: str, timing: Timing, records: Records) -> None:
        self.connections: list[Connection] = []
        self._app_id = app_id
        self._timing = timing
        self._records = records
        self._waiting: deque[Delivery] = deque()
        self._unacked: set[Delivery] = set()
        self._frames: dict[str, tuple[Delivery, Connection]] = {}
        self._pings: dict[str, object] = {}
        self._notices: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._frame_prefix = secrets.token_hex(6)
        self._frame_number = itertools.count(1)
        self._open = True

    @property
    def unacked(self) -> int:
        """The number of messages that were pushed or wait for a socket, and are not acknowledged."""
        return len(self._unacked)

    async def serve(self, request: web.Request, topics: frozenset[str]) -> web.WebSocketResponse:
        """Serve one socket from its handshake to its end."""
        socket = web.WebSocketResponse(compress=False, autoclose=True)
        await socket.prepare(request)
        connection = Connection(request, socket, topics)
        tasks = [self._start(connection.write())]
        if self._timing.ping_every is not None:
            tasks.append(self._start(self._ping_regularly(connection, self._timing.ping_every)))
        self._join(connection)
        try:
            await connection.read(lambda raw: self._received(connection, raw))
        finally:
            connection.leaving = True
            self.connections.remove(connection)
            for task in tasks:
                task.cancel()
            self._records.wake()
        return socket

    def push(self, delivery: Delivery) -> None:
        """Push a delivery to a random one of the connections, or keep it until there is one."""
        if delivery.acked:
            return
        self._unacked.add(delivery)
        takers = [connection for connection in self.connections if connection.takes(delivery.topic)]
        if not takers:
            self._waiting.append(delivery)
            return
        connection = takers[0] if len(takers) == 1 else secrets.choice(takers)
        delivery.attempts += 1
        frame_id = self._next_frame_id()
        self._frames[frame_id] = delivery, connection
        connection.send(self._frame("CALLBACK", delivery.topic, frame_id, delivery.data, connection))
        self._records.pushes.append(
            Push(
                frame_id=frame_id,
                message_id=delivery.message_id,
                connection=connection.id,
                attempt=delivery.attempts,
            )
        )
        self._plan_redelivery(delivery)

    def system(self, connection: Connection, topic: str, data: dict[str, object]) -> str:
        """Send a SYSTEM frame (ping, disconnect, KEEPALIVE, CONNECTED, REGISTERED) and return its id."""
        frame_id = self._next_frame_id()
        self._notices.add(frame_id)
        connection.send(self._frame("SYSTEM", topic, frame_id, json.dumps(data), connection))
        return frame_id

    def ping(self, connection: Connection) -> None:
        """Send a SYSTEM ping; its answer is recorded."""
        data: dict[str, object] = {"opaque": secrets.token_hex(8)}
        self._pings[self.system(connection, "ping", data)] = data

    def disconnect(self, connections: Sequence[Connection]) -> None:
        """Ask the sockets to disconnect: they get no more deliveries and are closed after the grace period."""
        for connection in connections:
            self.system(connection, "disconnect", {"reason": "connection is expired"})
            connection.leaving = True
            self._start(self._close_later(connection))

    async def close(self) -> None:
        """Stop delivering and cut every socket."""
        self._open = False
        for delivery in self._unacked:
            if delivery.timer is not None:
                delivery.timer.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in tuple(self.connections):
            connection.abort()

    def _join(self, connection: Connection) -> None:
        self.connections.append(connection)
        waiting, self._waiting = self._waiting, deque()
        for delivery in waiting:
            self.push(delivery)
        self._records.wake()

    def _plan_redelivery(self, delivery: Delivery) -> None:
        if delivery.timer is not None:
            delivery.timer.cancel()
        if delivery.acked or delivery.attempts > len(self._timing.redelivery) or not self._open:
            return
        delay = self._timing.redelivery[delivery.attempts - 1]
        delivery.timer = asyncio.get_running_loop().call_later(delay, self.push, delivery)

    def _received(self, connection: Connection, raw: str) -> None:
        try:
            answer = json.loads(raw)
            frame_id = answer["headers"]["messageId"]
            code = answer["code"]
        except (ValueError, TypeError, KeyError):
            self._records.protocol_errors.append(f"not an ack: {raw[:200]}")
            return
        if frame_id in self._pings:
            same = _decoded(answer.get("data")) == self._pings.pop(frame_id)
            self._records.pings.append(PingAnswer(connection=connection.id, code=code, same=same))
        elif frame_id in self._frames:
            self._acknowledge(connection, frame_id, code)
        elif frame_id not in self._notices:  # the SDK answers a disconnect too, although nothing requires that
            self._records.protocol_errors.append(f"an answer to no frame: {raw[:200]}")
        self._records.wake()

    def _acknowledge(self, connection: Connection, frame_id: str, code: int) -> None:
        delivery, carrier = self._frames[frame_id]
        counted = code == 200 and carrier is connection  # noqa: PLR2004 - the code of a success
        if counted:
            del self._frames[frame_id]
            delivery.acked = True
            self._unacked.discard(delivery)
            if delivery.timer is not None:
                delivery.timer.cancel()
        self._records.acks.append(
            Ack(
                frame_id=frame_id,
                message_id=delivery.message_id,
                connection=connection.id,
                code=code,
                counted=counted,
            )
        )

    def _frame(self, kind: str, topic: str, frame_id: str, data: str, connection: Connection) -> str:
        headers = {
            "appId": self._app_id,
            "connectionId": connection.id,
            "contentType": "application/json",
            "messageId": frame_id,
            "time": str(int(time.time() * 1000)),
            "topic": topic,
        }
        frame = {"specVersion": "1.0", "type": kind, "headers": headers, "data": data}
        return json.dumps(frame, ensure_ascii=False)

    def _next_frame_id(self) -> str:
        return f"{self._frame_prefix}_{next(self._frame_number):x}"

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _ping_regularly(self, connection: Connection, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            self.ping(connection)

    async def _close_later(self, connection: Connection) -> None:
        await asyncio.sleep(self._timing.disconnect_grace)
        await connection.close()


def _decoded(data: object) -> object:
    """Return the decoded data of an answer: the SDK re-encodes it, so its JSON may look different."""
    with suppress(ValueError, TypeError):
        return json.loads(data)  # type: ignore[arg-type]  # a TypeError means that it is not a string
    return None
