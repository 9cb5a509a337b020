"""The messages that the bot gets for what people post."""

from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message
from tests.simulation.plan import Post


def message_of(post: Post, message_id: str, *, created_at: float) -> Message:
    """Return the message of a post, created at a time in Unix seconds."""
    in_group = post.conversation.startswith("g")
    return Message(
        id=message_id,
        conversation=DingTalkConversation(
            robot_code="r",
            conversation_id=post.conversation,
            conversation_kind=ConversationKind.GROUP if in_group else ConversationKind.SINGLE,
            staff_id=post.person,
            nick=post.person,
        ),
        created_at=created_at,
        text="提取文字" if post.files else "帮助",
        attachments=tuple(Attachment(download_code=code, posted=message_id) for code in post.files),
    )
