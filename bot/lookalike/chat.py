from dataclasses import dataclass
from typing import Protocol

from bot.lookalike.callbacks.contents import Audio, Content, File, Picture, Posted, RichText, Text, Video
from bot.lookalike.callbacks.payloads import Shape
from bot.lookalike.state.people import Conversation, Member
from bot.lookalike.state.records import Entry, Records, SentFile

_QUOTED_CHARACTERS = 40


class Post(Protocol):
    """The server's method for posting, as a chat uses it."""

    records: Records

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
        ...


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation to post in and to read."""

    server: Post
    conversation: Conversation

    @property
    def id(self) -> str:
        """The conversation's id, which is also its openConversationId."""
        return self.conversation.id

    @property
    def transcript(self) -> tuple[Entry, ...]:
        """All of the conversation, in order."""
        return self.server.records.transcript(self.id)

    @property
    def replies(self) -> tuple[Entry, ...]:
        """The bot's messages, in order."""
        return tuple(entry for entry in self.transcript if entry.from_bot)

    def post(
        self, sender: Member, content: Content, *, quoting: Posted | Entry | None = None, shape: Shape | None = None
    ) -> Posted:
        """Post with the @ of the bot; a picture or file in a group cannot have it and does not reach the bot."""
        return self.server.post(self.conversation, sender, content, quoting=quoting, shape=shape)

    def chatter(self, sender: Member, content: Content) -> Posted:
        """Post without the @; in a group such a message does not reach the bot."""
        return self.server.post(self.conversation, sender, content, at_bot=False)

    def say(self, sender: Member, words: str) -> Posted:
        """Post words with the @ of the bot."""
        return self.post(sender, Text(words))

    def show(self, sender: Member, *pictures: bytes, words: str = "", shape: Shape | None = None) -> Posted:
        """Post pictures so that they reach the bot: as rich text, or one alone as a picture in a single chat."""
        if not self.conversation.group and len(pictures) == 1 and not words:
            return self.post(sender, Picture(pictures[0]), shape=shape)
        spoken = (words,) if words else ()
        return self.post(sender, RichText.of(*spoken, *pictures), shape=shape)

    def quote(self, sender: Member, quoted: Posted | Entry, words: str = "", *, shape: Shape | None = None) -> Posted:
        """Quote an earlier message with the @ of the bot, the usual way to ask about a picture in a group.

        Any message can be quoted: a member's, also if it is a quote itself, and the bot's answers, files and cards.
        """
        return self.post(sender, Text(words), quoting=quoted, shape=shape)


def posted_entry(posted: Posted, quoting: Posted | Entry | None) -> Entry:
    """Return a posted message as the members of the conversation see it."""
    kind, text, pictures = _visible_parts(posted.content)
    if quoting is not None:
        text = f"「{_excerpt(quoting)}」{text}"
    return Entry(
        conversation=posted.conversation.id,
        who=posted.sender.nick,
        kind=kind,
        via="member",
        text=text,
        message_id=posted.message_id,
        pictures=pictures,
        file=SentFile(name=posted.content.name, data=posted.content.data) if isinstance(posted.content, File) else None,
        raw=posted.data or {},
    )


def _excerpt(quoted: Posted | Entry) -> str:
    """Return the beginning of a quoted message, which is shown above the message that quotes it."""
    words = quoted.text if isinstance(quoted, Entry) else _visible_parts(quoted.content)[1]
    return words.strip().split("\n")[0][:_QUOTED_CHARACTERS] or "[卡片]"


def _visible_parts(content: Content) -> tuple[str, str, tuple[bytes, ...]]:  # noqa: PLR0911 - one for each kind
    """Return the kind, the words and the pictures of a message."""
    match content:
        case Text(words):
            return "text", words, ()
        case Picture(data):
            return "picture", "[图片]", (data,)
        case RichText(items):
            words = " ".join(item if isinstance(item, str) else "[图片]" for item in items)
            return "richText", words, tuple(item.data for item in items if isinstance(item, Picture))
        case File(name, _):
            return "file", name, ()
        case Audio(_, recognition):
            return "audio", recognition or "[语音]", ()
        case Video():
            return "video", "[视频]", ()
        case _:
            return type(content).__name__.lower(), "", ()
