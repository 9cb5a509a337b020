"""Turns people's messages into callback data."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.lookalike.callbacks import payloads
from bot.lookalike.callbacks.contents import (
    Audio,
    Card,
    Content,
    File,
    OverQuota,
    Picture,
    Posted,
    RichText,
    Text,
    Unknown,
    Video,
)
from bot.lookalike.callbacks.payloads import Payload, Shape
from bot.lookalike.callbacks.quotes import Quoter
from bot.lookalike.rest.access import Clock, Sessions
from bot.lookalike.rest.files import FileStore
from bot.lookalike.state.people import Conversation, Member
from bot.lookalike.state.records import Entry, new_message_id

__all__ = ["App", "Content", "Poster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The bot as the platform knows it."""

    client_id: str
    robot_code: str
    name: str
    corp_id: str = field(default_factory=lambda: f"ding{secrets.token_hex(16)}")
    user_id: str = field(default_factory=lambda: f"$:LWCP_v1:${secrets.token_urlsafe(24)}")


class Poster:
    """Turns a member's message into the callback that the bot gets."""

    def __init__(self, app: App, files: FileStore, sessions: Sessions, clock: Clock, url: Callable[[], str]) -> None:
        self._app = app
        self._files = files
        self._sessions = sessions
        self._clock = clock
        self._url = url

    def compose(  # noqa: PLR0913 - a message has this many independent sides
        self,
        conversation: Conversation,
        sender: Member,
        content: Content,
        *,
        quoting: Posted | Entry | None = None,
        shape: Shape | None = None,
        at_bot: bool = True,
    ) -> Posted:
        """Return a message with `content`, and the callback if the bot gets one.

        In a group it gets one only for a message with a mention, and never for a picture or file on its own.
        """
        message_id = new_message_id()
        created = int(self._clock() * 1000)
        shape = shape or Shape()
        codes: list[str] = []
        data = None
        if _reaches_the_bot(conversation, content, at_bot=at_bot):
            body = self._body(content, codes, group=conversation.group)
            if quoting is not None:
                quoter = Quoter(self._app.user_id, shape, lambda found: self._code(found, codes))
                body = payloads.quoting(body, quoter.quoted(quoting), shape)
            envelope = self._envelope(message_id, conversation, sender, created)
            data = {**payloads.common(envelope), **payloads.spelt(body, shape)}
        return Posted(
            message_id=message_id,
            conversation=conversation,
            sender=sender,
            content=content,
            created=created,
            data=data,
            codes=tuple(codes),
            quoting=quoting,
        )

    def _body(self, content: Content, codes: list[str], *, group: bool) -> Payload:  # noqa: PLR0911 - one for each kind
        match content:
            case Text(words):
                return payloads.text(f" {words}" if group else words)
            case Picture(data):
                return payloads.picture(self._code(data, codes))
            case RichText(items):
                mention = [payloads.rich_words(f"@{self._app.name}")] if group else []
                return payloads.rich_text([*mention, *self._items(items, codes)])
            case File(name, data):
                return payloads.file(self._code(data, codes), name)
            case Audio(data, recognition):
                return payloads.audio(self._code(data, codes), recognition)
            case Video(data, seconds):
                return payloads.video(self._code(data, codes), seconds)
            case Unknown(notice):
                return payloads.unknown(notice)
            case OverQuota(kind):
                return payloads.over_quota(kind)
            case Card():
                raise ValueError("nobody posts a card to the bot; quote it")

    def _items(self, items: tuple[str | Picture, ...], codes: list[str]) -> list[Payload]:
        return [
            payloads.rich_words(item) if isinstance(item, str) else payloads.rich_picture(self._code(item.data, codes))
            for item in items
        ]

    def _code(self, data: bytes, codes: list[str]) -> str:
        codes.append(self._files.issue(data, self._app.robot_code))
        return codes[-1]

    def _envelope(self, message_id: str, conversation: Conversation, sender: Member, created: int) -> payloads.Envelope:
        session, expires = self._sessions.open(conversation.id, message_id)
        return payloads.Envelope(
            message_id=message_id,
            conversation_id=conversation.id,
            conversation_title=conversation.title,
            group=conversation.group,
            sender_id=sender.sender_id,
            sender_staff_id=sender.staff_id,
            sender_nick=sender.nick,
            corp_id=self._app.corp_id,
            robot_code=self._app.robot_code,
            bot_user_id=self._app.user_id,
            webhook=f"{self._url()}/robot/sendBySession?session={session}",
            webhook_expires=int(expires * 1000),
            created=created,
        )


def _reaches_the_bot(conversation: Conversation, content: Content, *, at_bot: bool) -> bool:
    if isinstance(content, Card):
        return False
    return not conversation.group or (at_bot and isinstance(content, Text | RichText | Unknown | OverQuota))
