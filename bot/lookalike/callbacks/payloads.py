"""The shapes of the data that a bot receives, as pure functions from values to callback data.

Sources: the open platform's documentation, its SDKs, and payloads that people published in bug reports.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Payload = dict[str, object]
OVER_QUOTA_CODE = 20001


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which of the spellings seen in the field a message uses."""

    content_as_string: bool = False  # `content` as a JSON string
    reply_content_as_string: bool = False  # `repliedMsg.content` as a JSON string
    reply_under: Literal["own", "text", "content"] = "own"  # own: text for a text, content for rich text
    reply_items: Literal["quoted", "message"] = "quoted"  # the items of a quoted rich text
    reply_without_code: bool = False  # a file comes as unknownMsgType, with nothing to download
    reply_missing: bool = False  # only originalMsgId says that something was quoted
    reply_gone: bool = False  # not even that
    reply_legacy: Literal["", "quoteMessage", "reply"] = ""  # the older spellings: a field, or a msgtype, of that name
    # Where a quoted message has the message that it quotes itself: in its content, beside it, only as a msgId, nowhere.
    reply_chain: Literal["inside", "beside", "bare", "none"] = "inside"
    reply_card: Literal["key", "replied"] = "key"  # a quoted card: its key alone, or a repliedMsg with it
    reply_bot: Literal["text", "content", "bare"] = "text"  # a quoted message of the bot: its words' key, or no words


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The fields that every message has. Times are Unix milliseconds."""

    message_id: str
    conversation_id: str
    conversation_title: str
    group: bool
    sender_id: str
    sender_staff_id: str
    sender_nick: str
    corp_id: str
    robot_code: str
    bot_user_id: str
    webhook: str
    webhook_expires: int
    created: int


def common(envelope: Envelope) -> Payload:
    """Build the fields that every message has."""
    fields: Payload = {
        "msgId": envelope.message_id,
        "conversationId": envelope.conversation_id,
        "conversationType": "2" if envelope.group else "1",
        "senderId": envelope.sender_id,
        "senderNick": envelope.sender_nick,
        "senderCorpId": envelope.corp_id if envelope.sender_staff_id else "",
        "chatbotCorpId": envelope.corp_id,
        "chatbotUserId": envelope.bot_user_id,
        "robotCode": envelope.robot_code,
        "isAdmin": False,
        "sessionWebhook": envelope.webhook,
        "sessionWebhookExpiredTime": envelope.webhook_expires,
        "createAt": envelope.created,
    }
    if envelope.sender_staff_id:
        fields["senderStaffId"] = envelope.sender_staff_id
    if envelope.group:
        fields["conversationTitle"] = envelope.conversation_title
        fields["isInAtList"] = True
        fields["atUsers"] = [{"dingtalkId": envelope.bot_user_id}]
    return fields


def text(words: str) -> Payload:
    """Build a text; in a group DingTalk strips the @ of the bot and leaves the space after it."""
    return {"msgtype": "text", "text": {"content": words}}


def picture(code: str) -> Payload:
    """Build a picture on its own."""
    return {"msgtype": "picture", "content": {"pictureDownloadCode": _preview_code(), "downloadCode": code}}


def rich_text(items: Sequence[Payload]) -> Payload:
    """Build a rich text of rich_words and rich_picture items."""
    return {"msgtype": "richText", "content": {"richText": list(items)}}


def rich_words(words: str) -> Payload:
    """Build an item of words, which has no type; the @ of the bot is such an item."""
    return {"text": words}


def rich_picture(code: str) -> Payload:
    """Build a picture in a rich text."""
    return {"pictureDownloadCode": _preview_code(), "downloadCode": code, "type": "picture"}


def file(code: str, name: str) -> Payload:
    """Build a file, which only single chats deliver."""
    content = {"spaceId": _digits(), "fileName": name, "downloadCode": code, "fileId": _digits()}
    return {"msgtype": "file", "content": content}


def audio(code: str, recognition: str) -> Payload:
    """Build a voice message with the platform's transcription."""
    content = {"duration": 4000, "downloadCode": code, "recognition": recognition}
    return {"msgtype": "audio", "content": content}


def video(code: str, seconds: int) -> Payload:
    """Build a video."""
    return {"msgtype": "video", "content": {"duration": str(seconds), "videoType": "mp4", "downloadCode": code}}


def unknown(notice: str) -> Payload:
    """Build what bots get instead of a message that they cannot receive."""
    return {"msgtype": "unknownMsgType", "content": {"unknownMsgType": notice}}


def over_quota(kind: str) -> Payload:
    """Build what comes once the quota is used up: it has no `text` and no `content`, and the SDK cannot parse it."""
    message = "the monthly quota of stream messages is used up"
    return {"msgtype": kind, "errorCode": OVER_QUOTA_CODE, "code": OVER_QUOTA_CODE, "errorMessage": message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The message that another one quotes; `content` is None if the platform passes none on."""

    kind: str
    message_id: str
    sender_id: str
    created: int
    content: Payload | None = None
    process_query_key: str = ""  # of a card or other message of the bot's own
    card: bool = False
    quoted: "Quoted | None" = None  # the message that this one quotes itself


def quoted_rich_text(items: Sequence[Payload], spelling: Literal["quoted", "message"]) -> Payload:
    """Build the content of a quoted rich text from the message's items, usually with other keys than in a message."""
    if spelling == "message":
        return {"richText": list(items)}
    return {"richText": [_quoted_item(item) for item in items]}


def quoting(message: Payload, quoted: Quoted, shape: Shape) -> Payload:
    """Turn `message`, a text or rich text payload, into one that quotes `quoted`."""
    if shape.reply_gone:
        return message
    if shape.reply_legacy == "quoteMessage":
        return {**message, "quoteMessage": _legacy(quoted)}
    answer = {**message, "originalMsgId": quoted.message_id}
    if quoted.process_query_key:
        answer["originalProcessQueryKey"] = quoted.process_query_key
    if shape.reply_missing or (quoted.card and shape.reply_card == "key"):
        return answer
    own = "text" if message["msgtype"] == "text" else "content"
    key = own if shape.reply_under == "own" else shape.reply_under
    holder = message.get(key)
    reply = {"isReplyMsg": True, "repliedMsg": _replied(quoted, shape)}
    answer[key] = {**holder, **reply} if isinstance(holder, dict) else reply
    return {**answer, "msgtype": "reply"} if shape.reply_legacy == "reply" else answer


def spelt(message: Payload, shape: Shape) -> Payload:
    """Return `message` with its `content` spelt as `shape` says."""
    if shape.content_as_string and "content" in message:
        return {**message, "content": json.dumps(message["content"], ensure_ascii=False)}
    return message


def _replied(quoted: Quoted, shape: Shape) -> Payload:
    replied: Payload = {
        "msgType": quoted.kind,
        "msgId": quoted.message_id,
        "senderId": quoted.sender_id,
        "createdAt": quoted.created,
    }
    content, beside = _chained(quoted, shape)
    if content is not None:
        encoded = json.dumps(content, ensure_ascii=False)
        replied["content"] = encoded if shape.reply_content_as_string else content
    return {**replied, **beside}


def _chained(quoted: Quoted, shape: Shape) -> tuple[Payload | None, Payload]:
    """Return the content of a quoted message and the fields beside it, including the message that it quotes itself."""
    deeper = quoted.quoted
    if deeper is None or shape.reply_chain == "none":
        return quoted.content, {}
    if shape.reply_chain == "bare":
        return quoted.content, {"isReplyMsg": True, "repliedMsg": {"msgId": deeper.message_id}}
    link: Payload = {"isReplyMsg": True, "repliedMsg": _replied(deeper, shape)}
    if shape.reply_chain == "beside":
        return quoted.content, link
    return {**(quoted.content or {}), **link}, {}


def _legacy(quoted: Quoted) -> Payload:
    """Build a quote in the shape of the field quoteMessage: the content under the name of its type."""
    ids = {"msgId": quoted.message_id, "msgtype": quoted.kind, "senderId": quoted.sender_id}
    content = quoted.content or {}
    if quoted.kind == "text":
        return {**ids, "text": {"content": content.get("text", "")}}
    return {**ids, **({quoted.kind if quoted.kind == "picture" else "content": content} if content else {})}


def _quoted_item(item: Payload) -> Payload:
    if "downloadCode" in item:
        return {"msgType": "picture", "downloadCode": item["downloadCode"]}
    return {"msgType": "text", "content": item["text"]}


def _preview_code() -> str:
    """Return a code that downloads nothing: the bot must not use it, since previews may differ from the originals."""
    return secrets.token_urlsafe(24)


def _digits() -> str:
    return str(secrets.randbelow(10**12))
