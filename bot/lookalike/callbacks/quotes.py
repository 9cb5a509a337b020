"""What a callback contains of the message that is quoted."""

from collections.abc import Callable, Sequence

from bot.lookalike.callbacks import payloads
from bot.lookalike.callbacks.contents import Audio, Card, File, Picture, Posted, RichText, Text, Video
from bot.lookalike.callbacks.payloads import Payload, Quoted, Shape
from bot.lookalike.state.records import Entry

_KindAndContent = tuple[str, Payload | None]


class Quoter:
    """Describes quoted messages in one `shape`; `code` makes a download code for bytes, `bot` is its sender id."""

    def __init__(self, bot: str, shape: Shape, code: Callable[[bytes], str]) -> None:
        self._bot = bot
        self._shape = shape
        self._code = code

    def quoted(self, message: Posted | Entry) -> Quoted:
        """Return the description of `message` and of the message that it quotes itself."""
        if isinstance(message, Entry):
            return self._bot_message(message) if message.from_bot else self._member_message(message)
        kind, content = self._content(message)
        return Quoted(
            kind=kind,
            message_id=message.message_id,
            sender_id=message.sender.sender_id,
            created=message.created,
            content=content,
            process_query_key=f"key-{message.message_id}" if isinstance(message.content, Card) else "",
            card=isinstance(message.content, Card),
            quoted=self.quoted(message.quoting) if message.quoting is not None else None,
        )

    def _member_message(self, entry: Entry) -> Quoted:
        """Return the description of a member's message, made from its entry in the conversation."""
        kind, content = self._member_content(entry)
        return Quoted(
            kind=kind,
            message_id=entry.message_id,
            sender_id=str(entry.raw.get("senderId", "")),
            created=int(entry.when * 1000),
            content=content,
        )

    def _member_content(self, entry: Entry) -> _KindAndContent:
        if entry.file is not None:
            return self._file(entry.file.name, entry.file.data)
        if entry.kind == "picture":
            return "picture", {"downloadCode": self._code(entry.pictures[0])}
        if entry.pictures:
            items = self._items([entry.text, *map(Picture, entry.pictures)])
            return "richText", payloads.quoted_rich_text(items, self._shape.reply_items)
        return "text", {"text": entry.text}

    def _bot_message(self, entry: Entry) -> Quoted:
        """Return the description of a message of the bot: its words in the shape's spelling, or a card's key."""
        kind, content = self._bot_content(entry)
        return Quoted(
            kind=kind,
            message_id=entry.message_id,
            sender_id=self._bot,
            created=int(entry.when * 1000),
            content=content,
            process_query_key=entry.query_key,
            card=entry.card is not None,
        )

    def _bot_content(self, entry: Entry) -> _KindAndContent:
        if entry.card is not None:
            return "interactiveCard", None
        if entry.file is not None:
            return self._file(entry.file.name, entry.file.data)
        if self._shape.reply_bot == "bare":
            return "unknownMsgType", None
        return "markdown", {self._shape.reply_bot: entry.text, "title": entry.title}

    def _content(self, message: Posted) -> _KindAndContent:  # noqa: PLR0911 - one for each kind
        """Return the quoted message's type and content."""
        match message.content:
            case Text(words):
                return "text", {"text": words}
            case Picture(data):
                return "picture", {"downloadCode": self._code(data)}
            case RichText(items):
                return "richText", payloads.quoted_rich_text(self._items(items), self._shape.reply_items)
            case File(name, data):
                return self._file(name, data)
            case Audio(data, _) | Video(data, _) as spoken:
                return "audio" if isinstance(spoken, Audio) else "video", {"downloadCode": self._code(data)}
            case Card():
                return "interactiveCard", None
            case _:
                return "unknownMsgType", None

    def _file(self, name: str, data: bytes) -> _KindAndContent:
        if self._shape.reply_without_code:
            return "unknownMsgType", None
        return "file", {"fileName": name, "downloadCode": self._code(data)}

    def _items(self, items: Sequence[str | Picture]) -> list[Payload]:
        return [
            payloads.rich_words(item) if isinstance(item, str) else payloads.rich_picture(self._code(item.data))
            for item in items
        ]
