"""What people can post, and posted messages."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from bot.lookalike.callbacks.payloads import Payload
from bot.lookalike.state.people import Conversation, Member

if TYPE_CHECKING:
    from bot.lookalike.state.records import Entry


@dataclass(frozen=True, slots=True)
class Text:
    """Words, without the @ of the bot."""

    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, on its own or in a rich text."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RichText:
    """Words and pictures in the order in which they were written."""

    items: tuple[str | Picture, ...]

    @classmethod
    def of(cls, *items: str | bytes | Picture) -> Self:
        """Return a rich text of words and pictures; bytes are pictures."""
        return cls(tuple(Picture(item) if isinstance(item, bytes) else item for item in items))


@dataclass(frozen=True, slots=True)
class File:
    """A file; a picture may be sent as a file too."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Audio:
    """A voice message, with the platform's transcription."""

    data: bytes = field(repr=False)
    recognition: str = ""


@dataclass(frozen=True, slots=True)
class Video:
    """A video."""

    data: bytes = field(repr=False)
    seconds: int = 5


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message of a kind that bots do not receive."""

    notice: str = "该消息类型暂不支持接收。"


@dataclass(frozen=True, slots=True)
class OverQuota:
    """What the bot gets instead of a message once the month's quota is used up."""

    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Card:
    """A card in the conversation, which can only be quoted."""


Content = Text | Picture | RichText | File | Audio | Video | Unknown | OverQuota | Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A posted message. `data` is the callback; None if the bot gets none for such a message."""

    message_id: str
    conversation: Conversation
    sender: Member
    content: Content
    created: int  # Unix milliseconds
    data: Payload | None = field(default=None, repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)  # its download codes, quoted ones included
    quoting: "Posted | Entry | None" = field(default=None, repr=False)  # the message that it quotes
