"""The look-alike as one object: start it, post messages, make it fail, read what arrived."""

import json
import secrets
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.lookalike.callbacks.contents import Content, Posted
from bot.lookalike.callbacks.payloads import Payload, Shape
from bot.lookalike.callbacks.posting import App, Poster
from bot.lookalike.chat import Chat, posted_entry
from bot.lookalike.faults import Body, Fault, Faults, suffer
from bot.lookalike.rest.access import CallRate, Clock, Refusal, Sessions, Tokens, WebhookRate
from bot.lookalike.rest.cards import Cards
from bot.lookalike.rest.files import FileStore
from bot.lookalike.rest.open_platform import Platform, routes
from bot.lookalike.rest.reactions import Reactions
from bot.lookalike.rest.sending import Sending
from bot.lookalike.rest.sign_in import SignIn
from bot.lookalike.rules import Limits, Timing
from bot.lookalike.state.people import Conversation, Directory, Member
from bot.lookalike.state.records import Call, Entry, Records
from bot.lookalike.stream import BOT_TOPIC, Connection, Delivery, Hub, Tickets

CONNECTIONS_OPEN = "/v1.0/gateway/connections/open"
CONTROL = "/_lookalike/"


class Lookalike:
    """A DingTalk for one app, in the caller's event loop: `async with Lookalike(...) as dingtalk`."""

    def __init__(  # noqa: PLR0913 - all but two have defaults
        self,
        *,
        client_id: str,
        client_secret: str,
        robot_code: str = "",
        bot_name: str = "小票",
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str = "",
        limits: Limits | None = None,
        timing: Timing | None = None,
        clock: Clock = time.time,
    ) -> None:
        limits, self.timing = limits or Limits(), timing or Timing()
        self.app = App(client_id=client_id, robot_code=robot_code or client_id, name=bot_name)
        self.records = Records()
        self.directory = Directory()
        self.faults = Faults()
        self.tokens = Tokens(clock, self.timing.token_life, limits)
        self.tickets = Tickets(clock, self.timing.ticket_life)
        self.sessions = Sessions(clock, self.timing.session_life)
        self.files = FileStore(clock, self.timing.code_life, self.timing.address_life)
        self.hub = Hub(client_id, self.timing, self.records)
        self._address = host, port
        self._url = public_url
        self._more_routes: list[web.RouteDef] = []
        self._runner: web.AppRunner | None = None
        self._poster = Poster(self.app, self.files, self.sessions, clock, lambda: self.url)
        self._platform = Platform(
            client_id=client_id,
            client_secret=client_secret,
            robot_code=self.app.robot_code,
            limits=limits,
            tokens=self.tokens,
            tickets=self.tickets,
            files=self.files,
            hub=self.hub,
            rate=CallRate(clock, limits.api_calls_per_second, limits.api_calls_per_month),
            url=lambda: self.url,
        )
        self.sign_in = SignIn(platform=self._platform, directory=self.directory, clock=clock)
        self._webhook_rate = WebhookRate(clock, limits, self.timing)
        self._cards = Cards(platform=self._platform, directory=self.directory, records=self.records)
        self.templates = self._cards.templates  # the key of the Markdown by published card template

    @property
    def url(self) -> str:
        """The address of api.dingtalk.com, oapi.dingtalk.com and the object store here, without a final slash."""
        if not self._url:
            raise RuntimeError("the look-alike is not running")
        return self._url

    def serve(self, more: Sequence[web.RouteDef]) -> None:
        """Add routes to DingTalk's; to be called before `start`."""
        self._more_routes.extend(more)

    async def start(self) -> None:
        """Serve until `stop`."""
        app = web.Application(middlewares=[self._answer], client_max_size=64 * 1024 * 1024)
        app.add_routes(routes(self._platform))
        app.add_routes(self._sending().routes())
        app.add_routes(self._cards.routes())
        app.add_routes(self.sign_in.routes())
        app.add_routes(Reactions(platform=self._platform, records=self.records).routes())
        app.add_routes(self._more_routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._address).start()
        host, port = self._runner.addresses[0][:2]
        self._url = self._url or f"http://{host}:{port}"

    async def stop(self) -> None:
        """Cut every socket and stop serving."""
        await self.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # People and their messages

    def member(self, nick: str, *, outsider: bool = False) -> Member:
        """Find or add the person of this name; an outsider has no staff id."""
        return self.directory.member(nick, outsider=outsider)

    def group(self, title: str) -> Chat:
        """Find or open the group of this title."""
        return Chat(self, self.directory.group(title))

    def single(self, member: Member) -> Chat:
        """Find or open the member's own chat with the bot."""
        return Chat(self, self.directory.single(member))

    def post(  # noqa: PLR0913 - a message has this many independent sides
        self,
        conversation: Conversation,
        sender: Member,
        content: Content,
        *,
        quoting: Posted | Entry | None = None,
        shape: Shape | None = None,
        at_bot: bool = True,
    ) -> Posted:
        """Post as a member, and deliver it to the bot if DingTalk would."""
        posted = self._poster.compose(conversation, sender, content, quoting=quoting, shape=shape, at_bot=at_bot)
        self.records.add(posted_entry(posted, quoting))
        if posted.data is not None:
            self.push(posted.data)
        return posted

    def push(self, data: Payload, *, topic: str = BOT_TOPIC) -> None:
        """Push any callback data; if it has no `msgId`, the delivery gets a random one."""
        message_id = str(data.get("msgId") or secrets.token_hex(8))
        encoded = json.dumps(data, ensure_ascii=False)
        self.hub.push(Delivery(message_id=message_id, topic=topic, data=encoded))

    def duplicate(self, posted: Posted) -> None:
        """Deliver the same message again at once, in a frame of its own."""
        if posted.data is None:
            raise ValueError("this message was never delivered to the bot")
        self.push(posted.data)

    # The bot's messages

    async def next_reply(self, chat: "Chat | Conversation", timeout: float = 10) -> Entry:  # noqa: ASYNC109 - reads best
        """Return the bot's next message in the conversation, each once; raises `TimeoutError` after `timeout` s."""
        return await self.records.next_reply(chat.id, timeout)

    async def until(self, condition: Callable[[], bool], timeout: float = 10) -> None:  # noqa: ASYNC109 - reads best
        """Wait for `condition`, checked whenever something arrives; raises `TimeoutError` after `timeout` seconds."""
        await self.records.until(condition, timeout)

    async def connected(self, count: int = 1, timeout: float = 10) -> None:  # noqa: ASYNC109 - reads best
        """Wait until at least `count` sockets accept messages."""
        await self.until(lambda: len(self._live()) >= count, timeout)

    # Faults

    def fail(  # noqa: PLR0913 - the sides of a fault
        self,
        path: str,
        *,
        status: int | None = None,
        body: Body | None = None,
        delay: float = 0.0,
        times: int | None = 1,
        drop: bool = False,
        late: bool = False,
    ) -> Callable[[], None]:
        """Set a fault on a REST path, see `Fault`, and return a function that removes it."""
        fault = Fault(path=path, status=status, body=body, delay=delay, times=times, drop=drop, late=late)
        return self.faults.add(fault)

    def refuse_connections(
        self, status: int = 503, times: int | None = None, code: str = "ServiceUnavailable"
    ) -> Callable[[], None]:
        """Refuse connections/open the next `times` times, or until the returned function is called."""
        return self.fail(CONNECTIONS_OPEN, status=status, body={"code": code} if code else {}, times=times)

    def disconnect(self) -> None:
        """Tell every socket to disconnect, as DingTalk does before it closes them."""
        self.hub.disconnect(self._live())

    def notify(self, topic: str) -> None:
        """Send every socket a SYSTEM frame that needs no answer: KEEPALIVE, CONNECTED or REGISTERED."""
        for connection in self._live():
            self.hub.system(connection, topic, {})

    def silence(self, *, stop_reading: bool = False) -> Sequence[Connection]:
        """Make the open sockets silent: they deliver nothing, and with `stop_reading` answer no ping either."""
        sockets = self._live()
        for connection in sockets:
            connection.silent = True
            if stop_reading:
                connection.stop_reading()
        return sockets

    def cut(self) -> None:
        """End every socket without a closing handshake."""
        for connection in tuple(self.hub.connections):
            connection.abort()

    def _live(self) -> list[Connection]:
        return [connection for connection in self.hub.connections if not connection.leaving]

    def _sending(self) -> Sending:
        return Sending(
            platform=self._platform,
            sessions=self.sessions,
            webhook_rate=self._webhook_rate,
            directory=self.directory,
            records=self.records,
        )

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Apply faults, turn refusals into DingTalk's answers, and record every call."""
        fault = self.faults.take(request.path)
        usual = partial(_translated, handler)
        answer = await suffer(fault, request, usual) if fault is not None else None
        if answer is None:
            answer = await usual(request)
        if not request.path.startswith(CONTROL):
            self.records.calls.append(Call(method=request.method, path=request.path, status=answer.status))
            self.records.wake()
        return answer


async def _translated(handler: Handler, request: web.Request) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return _refused(refusal.status, refusal.code, refusal.message)
    except web.HTTPNotFound:
        return _refused(404, "InvalidAction.NotFound", "Specified api is not found, please check your url.")


def _refused(status: int, code: str, message: str) -> web.Response:
    requestid = str(secrets.token_hex(16)).upper()
    return web.json_response({"code": code, "requestid": requestid, "message": message}, status=status)
