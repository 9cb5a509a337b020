"""Records of everything that arrived: messages, acknowledgements, answers to pings, calls."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.lookalike.state.instances import Instance

Via = Literal["member", "webhook", "proactive", "card"]
BOT = "bot"


def new_message_id() -> str:
    """Make a msgId."""
    return f"msg{secrets.token_urlsafe(18)}=="


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file in a conversation."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """An emoji that the bot put on a member's message, or removed from it."""

    message_id: str
    name: str
    gone: bool = False
    monotonic: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message of a conversation. `text` is the message as sent, or the name of a picture or file."""

    conversation: str
    who: str  # the member's nick; BOT for the bot
    kind: str  # text, picture, richText, file, markdown, actionCard, sampleFile, ...
    via: Via
    title: str = ""
    text: str = ""
    mentions: tuple[str, ...] = ()  # staff ids whose @ shows: asked for in `at` and named in the text
    lost_mentions: tuple[str, ...] = ()  # requested in `at` but not named in the text, so nobody is notified
    at_all: bool = False
    message_id: str = ""  # its msgId
    query_key: str = ""  # of the bot's: the processQueryKey that the call answered, or a card's carrierId
    answers: str = ""  # msgId of the message whose session webhook carried the reply
    pictures: tuple[bytes, ...] = field(default=(), repr=False)
    file: SentFile | None = None
    card: Instance | None = None  # as it stands, with its history
    raw: dict[str, object] = field(default_factory=dict, repr=False)
    when: float = field(default_factory=time.time)  # Unix seconds
    monotonic: float = field(default_factory=time.monotonic)

    @property
    def from_bot(self) -> bool:
        """Whether the bot sent it."""
        return self.via != "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """An acknowledgement; it `counted` when its code was 200 and it came on the socket that carried the frame."""

    frame_id: str
    message_id: str
    connection: str
    code: int
    counted: bool
    monotonic: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A frame handed to a connection; a silent connection swallows it."""

    frame_id: str
    message_id: str
    connection: str
    attempt: int
    monotonic: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True, kw_only=True)
class PingAnswer:
    """How a connection answered a SYSTEM ping; `same` when it returned the data it was sent."""

    connection: str
    code: int
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A REST call with the status of its answer."""

    method: str
    path: str
    status: int
    monotonic: float = field(default_factory=time.monotonic)


class Records:
    """Everything that arrived. Its `until` and `next_reply` are for the server's event loop."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.acks: list[Ack] = []
        self.pushes: list[Push] = []
        self.pings: list[PingAnswer] = []
        self.calls: list[Call] = []
        self.protocol_errors: list[str] = []
        self.cards: dict[str, Instance] = {}  # by outTrackId
        self.reactions: list[Reaction] = []  # all that came, in order
        self._by_conversation: defaultdict[str, list[Entry]] = defaultdict(list)
        self._unread: defaultdict[str, int] = defaultdict(int)
        self._listeners: list[Callable[[Entry], None]] = []
        self._changed: list[asyncio.Future[None]] = []

    def subscribe(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `listener` with every later entry, and return a function that ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def add(self, entry: Entry) -> None:
        """Record an entry, and notify everybody who waits or listens."""
        self.entries.append(entry)
        self._by_conversation[entry.conversation].append(entry)
        for listener in tuple(self._listeners):
            listener(entry)
        self.wake()

    def card_ended(self, card: Instance) -> None:
        """Notify the listeners of a finished card; its entry keeps its place in the conversation."""
        for entry in self.entries:
            if entry.card is card:
                for listener in tuple(self._listeners):
                    listener(replace(entry, text=card.text))

    def react(self, reaction: Reaction) -> None:
        """Record a reaction or its removal."""
        self.reactions.append(reaction)
        self.wake()

    def reactions_on(self, message_id: str) -> tuple[str, ...]:
        """Return the names of the reactions on a message."""
        borne: dict[str, bool] = {}
        for each in self.reactions:
            if each.message_id == message_id:
                borne[each.name] = not each.gone
        return tuple(name for name, there in borne.items() if there)

    def wake(self) -> None:
        """Make every `until` check its condition again."""
        changed, self._changed = self._changed, []
        for waiter in changed:
            if not waiter.done():
                waiter.set_result(None)

    def transcript(self, conversation: str) -> tuple[Entry, ...]:
        """Return all of a conversation, in order."""
        return tuple(self._by_conversation[conversation])

    async def next_reply(self, conversation: str, timeout: float) -> Entry:  # noqa: ASYNC109 - a test reads best so
        """Return the bot's first message not yet returned here; raises `TimeoutError` after `timeout` seconds."""
        found: list[Entry] = []
        await self.until(lambda: self._take_reply(conversation, found), timeout, "the bot said nothing more")
        return found[0]

    async def until(
        self,
        condition: Callable[[], bool],
        timeout: float,  # noqa: ASYNC109 - the same
        otherwise: str = "it did not come to pass",
    ) -> None:
        """Wait until `condition` holds, checked after each record; raises `TimeoutError` after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    await self._change()
        except TimeoutError:
            raise TimeoutError(f"{otherwise} within {timeout} s; {self._summary()}") from None

    def _take_reply(self, conversation: str, found: list[Entry]) -> bool:
        entries = self._by_conversation[conversation]
        while not found and self._unread[conversation] < len(entries):
            entry = entries[self._unread[conversation]]
            self._unread[conversation] += 1
            if entry.from_bot:
                found.append(entry)
        return bool(found)

    def _summary(self) -> str:
        calls = ", ".join(f"{call.path} {call.status}" for call in self.calls[-5:]) or "none"
        counts = f"{len(self.entries)} entries, {len(self.pushes)} pushes, {len(self.acks)} acks"
        return f"{counts}, last calls: {calls}, protocol errors: {self.protocol_errors[-3:]}"

    async def _change(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changed.append(waiter)
        await waiter
