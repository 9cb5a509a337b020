"""What arrives from DingTalk, and whom an answer goes to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ConversationKind(StrEnum):
    """DingTalk's conversationType, by name."""

    SINGLE = "single"
    GROUP = "group"


class Obstacle(StrEnum):
    """Why a message holds something that cannot be read."""

    UNKNOWN_TYPE = "unknown_type"
    OVER_QUOTA = "over_quota"
    QUOTE_WITHOUT_CODE = "quote_without_code"
    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something that can be downloaded: a picture or a file, posted or quoted."""

    download_code: str
    name: str = ""  # the file's name; pictures have none
    quoted: bool = False
    member: str = ""  # the path inside the archive that the code leads to, "" if it leads to the file itself
    posted: str = ""  # the msgId of the message it was posted in, not of one that quotes it; "" if unknown


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
    message_id: str = ""  # the msgId of what is answered

    @property
    def person(self) -> str:
        """Who asked, by the surest id there is."""
        return self.staff_id or self.sender_id

    @property
    def reachable(self) -> bool:
        """Whether the bot may write there unasked: to a group, or to a person with a staff id."""
        return self.conversation_kind is ConversationKind.GROUP or bool(self.staff_id)


# All that an answer can go to. Each member is a dataclass with a `kind` of its own, which tells them apart on the wire.
Recipient = DingTalkConversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The ids of what a message quotes: one of them may lead to what was read before."""

    message_id: str = ""  # the quoted message's msgId
    task_id: str = ""  # the number in the last line of the bot's own answer
    query_key: str = ""  # the processQueryKey of what the bot sent, a card for one
    deeper: tuple[str, ...] = ()  # the msgIds of what that one quotes in turn, the nearest first
    own: bool = False  # the bot sent it


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What arrived. `id` is DingTalk's msgId, the same on every redelivery; `text` has the @ of the bot stripped."""

    id: str
    conversation: DingTalkConversation
    created_at: float  # Unix seconds
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    obstacle: Obstacle | None = None
    quote: Quote | None = None
