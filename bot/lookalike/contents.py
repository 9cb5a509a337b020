"""What can be posted, and a message as it was posted."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from bot.lookalike.payloads import Payload
from bot.lookalike.people import Conversation, Member

if TYPE_CHECKING:
    from bot.lookalike.records import Entry


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
    quoting: "Posted | Entry | None" = field(default=None, repr=False)  # what it answers itself
