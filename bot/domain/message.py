"""A message from DingTalk, and who an answer goes to: its conversation, or a client of the API."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Tag


class ConversationKind(StrEnum):
    """DingTalk's conversationType, by name."""

    SINGLE = "single"
    GROUP = "group"


class Obstacle(StrEnum):
    """Why something in a message cannot be read."""

    UNKNOWN_TYPE = "unknown_type"
    OVER_QUOTA = "over_quota"
    QUOTE_WITHOUT_CODE = "quote_without_code"
    FORWARDED = "forwarded"  # merged messages, of which none has a file that can be fetched
    AUDIO = "audio"
    VIDEO = "video"


_NAMES_WITH_TEXT: Final = (".ofd", ".xml", ".xbrl", ".docx", ".pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something that can be downloaded: a picture or a file, posted or quoted."""

    download_code: str
    name: str = ""  # the file's name; pictures have none
    quoted: bool = False
    member: str = ""  # the path inside the archive that the code leads to, "" if the code leads to the file itself
    posted: str = ""  # the msgId of the message that posted it, not of one that quotes it; "" if unknown
    pages: int = 0  # to be read as pictures, where that is known before the file is opened
    own_text: bool = False  # its bytes look as if it were read without an engine

    @property
    def may_have_text(self) -> bool:
        """Whether its name is that of a file that may be read without an engine."""
        return self.name.lower().endswith(_NAMES_WITH_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkConversation:
    """A conversation in DingTalk and the person who wrote there: where an answer goes, and whom it mentions."""

    kind: Literal["dingtalk"] = "dingtalk"
    robot_code: str
    conversation_id: str
    conversation_kind: ConversationKind
    webhook: str = ""  # the sessionWebhook, "" if none came
    webhook_expires_at: float = 0.0  # Unix seconds
    staff_id: str = ""  # senderStaffId, "" for people outside the company
    nick: str = ""
    sender_id: str = ""  # senderId, which everybody has
    message_id: str = ""  # the msgId of the message to answer

    @property
    def person(self) -> str:
        """The most reliable id of the person who asked."""
        return self.staff_id or self.sender_id

    @property
    def reachable(self) -> bool:
        """Whether the bot may write there on its own: to a group, or to a person with a staff id."""
        return self.conversation_kind is ConversationKind.GROUP or bool(self.staff_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClient:
    """A client of the API: nothing is sent there, it comes for its answer."""

    kind: Literal["api"] = "api"
    client: str  # its name

    @property
    def person(self) -> str:
        """Whose files these are, where people take turns."""
        return f"api:{self.client}"


def _kind_of(recipient: Any) -> str:
    """Return the tag of a recipient; the first ones were written without."""
    kind = recipient.get("kind", "dingtalk") if isinstance(recipient, dict) else recipient.kind
    return str(kind)


# Everything that an answer can go to. Each member is a dataclass whose own `kind` identifies it on the wire.
Recipient = Annotated[
    Annotated[DingTalkConversation, Tag("dingtalk")] | Annotated[ApiClient, Tag("api")], Discriminator(_kind_of)
]


def conversation_id_of(recipient: Recipient) -> str:
    """Return the id of a recipient's conversation, "" for a client of the API."""
    return recipient.conversation_id if isinstance(recipient, DingTalkConversation) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """Who has posted something: a name for people, and an id, "" for people outside the company."""

    nick: str
    staff_id: str


def poster_of(recipient: Recipient) -> Poster:
    """Return who has posted what is answered to a recipient."""
    if isinstance(recipient, DingTalkConversation):
        return Poster(nick=recipient.nick, staff_id=recipient.staff_id)
    return Poster(nick=recipient.client, staff_id=recipient.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The ids that a quoting message carries; one of them may lead to what was read before."""

    message_id: str = ""  # the quoted message's msgId
    task_id: str = ""  # the number in the last line of the bot's own answer
    query_key: str = ""  # the processQueryKey of something the bot sent, such as a card
    deeper: tuple[str, ...] = ()  # the msgIds of what the quoted message quotes in turn, the nearest first
    own: bool = False  # the quoted message is the bot's
    text: str = ""  # how the quoted message begins, "" if it has files or no text


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it arrived; `id` is DingTalk's msgId, the same on redelivery, `text` does not hold the bot's @."""

    id: str
    conversation: DingTalkConversation
    created_at: float  # Unix seconds
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    obstacle: Obstacle | None = None
    quote: Quote | None = None
