from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an answer goes and whom it mentions. Times are Unix seconds."""

    robot_code: str
    conversation_id: str
    conversation_kind: ConversationKind
    webhook: str = ""  # the sessionWebhook, "" where none came
    webhook_expires_at: float = 0.0
    staff_id: str = ""  # senderStaffId, "" for people outside the company
    nick: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What arrived. `id` is DingTalk's msgId, the same on every redelivery; `text` has the @ of the bot stripped."""

    id: str
    address: Address
    created_at: float  # Unix seconds
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    obstacle: Obstacle | None = None
