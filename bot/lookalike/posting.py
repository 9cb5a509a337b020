"""What people post, and how it becomes callback data."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from bot.lookalike import payloads
from bot.lookalike.access import Clock, Sessions
from bot.lookalike.files import FileStore
from bot.lookalike.payloads import Payload, Quoted, Shape
from bot.lookalike.people import Conversation, Member


@dataclass(frozen=True, slots=True)
class Text:
    """Words, without the @ of the bot."""

    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on its own, or one among the words of a rich text."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RichText:
    """Words and pictures in the order they were written."""

    items: tuple[str | Picture, ...]

    @classmethod
    def of(cls, *items: str | bytes | Picture) -> Self:
        """Take pictures as bytes too."""
        return cls(tuple(Picture(item) if isinstance(item, bytes) else item for item in items))


@dataclass(frozen=True, slots=True)
class File:
    """A file; a picture sent as a file is one too."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Audio:
    """A voice message, with what the platform heard in it."""

    data: bytes = field(repr=False)
    recognition: str = ""


@dataclass(frozen=True, slots=True)
class Video:
    """A video."""

    data: bytes = field(repr=False)
    seconds: int = 5


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message of a kind that bots cannot get."""

    notice: str = "该消息类型暂不支持接收。"


@dataclass(frozen=True, slots=True)
class OverQuota:
    """What arrives in place of a message when the month's quota is used up."""

    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Card:
    """A card in the conversation: it can only be quoted."""


Content = Text | Picture | RichText | File | Audio | Video | Unknown | OverQuota | Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message somebody posted. `data` is the callback, None when the bot is not told of such a message."""

    message_id: str
    conversation: Conversation
    sender: Member
    content: Content
    created: int  # Unix milliseconds
    data: Payload | None = field(default=None, repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)  # its download codes, quoted ones included


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The bot as the platform knows it."""

    client_id: str
    robot_code: str
    name: str
    corp_id: str = field(default_factory=lambda: f"ding{secrets.token_hex(16)}")
    user_id: str = field(default_factory=lambda: f"$:LWCP_v1:${secrets.token_urlsafe(24)}")


class Poster:
    """Turns what a member posts into the callback that the bot gets."""

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
        quoting: Posted | None = None,
        shape: Shape | None = None,
        at_bot: bool = True,
    ) -> Posted:
        """Post `content`; in a group the bot is told only when it is mentioned, and never of a bare picture or file."""
        message_id = f"msg{secrets.token_urlsafe(18)}=="
        created = int(self._clock() * 1000)
        shape = shape or Shape()
        codes: list[str] = []
        data = None
        if _reaches_the_bot(conversation, content, at_bot=at_bot):
            body = self._body(content, codes, group=conversation.group)
            if quoting is not None:
                body = payloads.quoting(body, self._quoted(quoting, shape, codes), shape)
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

    def _quoted(self, posted: Posted, shape: Shape, codes: list[str]) -> Quoted:
        kind, content, key = self._quoted_content(posted.content, shape, codes)
        return Quoted(
            kind=kind,
            message_id=posted.message_id,
            sender_id=posted.sender.sender_id,
            created=posted.created,
            content=content,
            process_query_key=key,
        )

    def _quoted_content(  # noqa: PLR0911 - one for each kind
        self, content: Content, shape: Shape, codes: list[str]
    ) -> tuple[str, Payload | None, str]:
        """Return the quoted message's type, its content, and the key of a card."""
        match content:
            case Text(words):
                return "text", {"text": words}, ""
            case Picture(data):
                return "picture", {"downloadCode": self._code(data, codes)}, ""
            case RichText(items):
                return "richText", payloads.quoted_rich_text(self._items(items, codes), shape.reply_items), ""
            case File(name, data) if not shape.reply_without_code:
                return "file", {"fileName": name, "downloadCode": self._code(data, codes)}, ""
            case Audio(data, _) | Video(data, _):
                kind = "audio" if isinstance(content, Audio) else "video"
                return kind, {"downloadCode": self._code(data, codes)}, ""
            case Card():
                return "interactiveCard", None, secrets.token_urlsafe(16)
            case _:
                return "unknownMsgType", None, ""

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
