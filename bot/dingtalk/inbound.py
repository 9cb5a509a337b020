"""A bot callback's JSON as a `Message`.

The shapes are those that were met in the field, and the same thing comes in several: an object may be a JSON string
of it at any level, a quote stands under `text` or under `content`, and items of a rich text name their parts in two
ways. Everything here takes a missing or odd part as absent; only a callback that cannot be answered at all fails.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import Undecodable
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message, Obstacle, Quote

_QUOTA_CODE = "20001"
_GROUP = "2"
_QUOTES = ("repliedMsg", "quoteMessage")
_UNHEARD = {"audio": Obstacle.AUDIO, "video": Obstacle.VIDEO}
_TEXTS = ("text", "markdown", "reply", "richtext")  # no attachment in them is no obstacle

_DEEPEST_QUOTE = 5
_NUMBER = re.compile(r"编号\s?([0-9a-f]{20})(?![0-9a-z])")

_Json = Mapping[str, object]

# A mail address is matched first so that it survives; it may begin only where its run of letters does, which also
# keeps the search linear. The other branch is a mention: DingTalk puts a space or the end of the text after it.
_MAIL_OR_MENTION = re.compile(
    r"(?P<mail>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)|@[^\s@\u200b]+"
)
_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What one message, posted or quoted, holds."""

    texts: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    obstacle: Obstacle | None = None


def parse(data: object) -> Message:
    """Return the message in a bot callback's `data`, a dict or the JSON of one.

    Raises `Undecodable` when it is neither, or has no msgId or no conversationId.
    """
    callback = _mapping(data)
    message_id, conversation_id = _text(callback.get("msgId")), _text(callback.get("conversationId"))
    if not message_id or not conversation_id:
        raise Undecodable("a callback without a msgId or a conversationId")
    kind = ConversationKind.GROUP if _text(callback.get("conversationType")) == _GROUP else ConversationKind.SINGLE
    own, (quoted, quote) = _own(callback), _quote(callback)
    attachments = tuple({one.download_code: one for one in (*quoted.attachments, *own.attachments)}.values())
    text = _BLANKS.sub(" ", " ".join(own.texts)).strip()
    return Message(
        id=message_id,
        conversation=_conversation(callback, conversation_id, kind),
        created_at=_seconds(callback.get("createAt")),
        text=without_mentions(text) if kind is ConversationKind.GROUP else text,
        # The person's own pictures come first; one that is also quoted counts as their own.
        attachments=tuple(sorted(attachments, key=lambda one: one.quoted)),
        obstacle=(None if attachments else own.obstacle) or quoted.obstacle,
        quote=quote,
    )


def without_mentions(text: str) -> str:
    """Return `text` without its @mentions, wherever they stand; mail addresses stay.

    The callback does not tell the bot's name, so every mention goes: nothing that is asked for begins with an @.
    """
    bare = _MAIL_OR_MENTION.sub(lambda match: match["mail"] or " ", text)
    return text if bare == text else _BLANKS.sub(" ", bare).strip()


def _conversation(callback: _Json, conversation_id: str, kind: ConversationKind) -> DingTalkConversation:
    return DingTalkConversation(
        robot_code=_text(callback.get("robotCode")),
        conversation_id=conversation_id,
        conversation_kind=kind,
        webhook=_text(callback.get("sessionWebhook")),
        webhook_expires_at=_seconds(callback.get("sessionWebhookExpiredTime")),
        staff_id=_text(callback.get("senderStaffId")),
        nick=_text(callback.get("senderNick")),
        sender_id=_text(callback.get("senderId")),
        message_id=_text(callback.get("msgId")),
    )


def _own(callback: _Json) -> _Content:
    bodies = [callback[name] for name in ("text", "content") if callback.get(name) is not None]
    if not bodies and (callback.get("errorMessage") is not None or _text(callback.get("code")) == _QUOTA_CODE):
        return _Content(obstacle=Obstacle.OVER_QUOTA)
    return _content(_text(callback.get("msgtype")), bodies, posted=_text(callback.get("msgId")))


def _quote(callback: _Json) -> tuple[_Content, Quote | None]:
    """Return what the quoted message holds and its names; a quote that came without its content is an obstacle.

    Of a chain of quotes the nearest message that has pictures or files counts.
    """
    levels = list(_levels(callback))
    original = _text(callback.get("originalMsgId"))
    original = "" if original == _text(callback.get("msgId")) else original
    names = [_text(level.get("msgId")) or (original if at == 0 else "") for at, level in enumerate(levels)]
    found = [_quoted_content(level, name) for level, name in zip(levels, names, strict=True)]
    if levels:
        quote = Quote(
            message_id=names[0],
            task_id=next(filter(None, (_task_number(content.texts) for content in found)), ""),
            query_key=_query_key(callback, levels[0]),
            deeper=tuple(filter(None, names[1:])),
            own=_is_own(callback, levels[0]),
        )
        with_files = next((content for content in found if content.attachments), None)
        return with_files or replace(found[0], texts=()), quote
    replies = any(holder.get("isReplyMsg") is True for holder in _holders(callback))
    if replies or original:
        lost = _Content(obstacle=Obstacle.QUOTE_WITHOUT_CODE)
        return lost, Quote(message_id=original, query_key=_query_key(callback))
    return _Content(), None


def _levels(message: _Json) -> Iterator[_Json]:
    """Yield what a message quotes, what that quotes, and so on."""
    for _ in range(_DEEPEST_QUOTE):
        quotes = (_mapping(holder.get(name)) for holder in _holders(message) for name in _QUOTES)
        message = next((quote for quote in quotes if quote), {})
        if not message:
            return
        yield message


def _holders(message: _Json) -> tuple[_Json, ...]:
    """Return where a quote may stand in a message."""
    return _mapping(message.get("text")), _mapping(message.get("content")), message


def _quoted_content(quote: _Json, posted: str) -> _Content:
    bodies = [quote[name] for name in ("content", "text", "picture") if quote.get(name) is not None]
    found = _content(_text(quote.get("msgType") or quote.get("msgtype")), bodies, posted=posted, quoted=True)
    lost = found.obstacle is Obstacle.UNKNOWN_TYPE
    return replace(found, obstacle=Obstacle.QUOTE_WITHOUT_CODE) if lost else found


def _task_number(said: Sequence[str]) -> str:
    """Return the number in the last line of one of the bot's answers, "" where there is none."""
    numbers = [number for text in said for number in _NUMBER.findall(text)]
    return numbers[-1] if numbers else ""


def _query_key(*holders: _Json) -> str:
    names = ("originalProcessQueryKey", "processQueryKey")
    return next(filter(None, (_text(holder.get(name)) for holder in holders for name in names)), "")


def _is_own(callback: _Json, quote: _Json) -> bool:
    sender = _text(quote.get("senderId"))
    return bool(sender) and sender == _text(callback.get("chatbotUserId"))


def _content(kind: str, bodies: Sequence[object], *, posted: str, quoted: bool = False) -> _Content:
    """Return what the bodies of the message `posted`, of DingTalk's type `kind`, hold."""
    texts: list[str] = []
    attachments: list[Attachment] = []
    for part in (part for body in bodies for part in _parts(body)):
        heard = _text(part.get("recognition"))
        texts.append(heard or _text(part.get("text")) or _text(part.get("content")))
        # A recording is no file to read, whatever code it carries.
        code = "" if kind in _UNHEARD else _text(part.get("downloadCode")) or _text(part.get("pictureDownloadCode"))
        if code:
            name = _text(part.get("fileName"))
            attachments.append(Attachment(download_code=code, name=name, quoted=quoted, posted=posted))
    texts = [text for text in texts if text.strip()]
    return _Content(
        texts=tuple(texts), attachments=tuple(attachments), obstacle=_obstacle(kind, texts=texts, got=attachments)
    )


def _obstacle(kind: str, *, texts: Sequence[str], got: Sequence[Attachment]) -> Obstacle | None:
    if got or kind.lower() in _TEXTS or (texts and kind in ("", "audio")):
        return None
    return _UNHEARD.get(kind, Obstacle.UNKNOWN_TYPE)


def _parts(body: object) -> Iterator[_Json]:
    """Yield the parts of a body: itself, then the items of its rich text; a bare string is a part of its own."""
    value = _decoded(body)
    if isinstance(value, Mapping):
        yield {name: value[name] for name in value if name != "richText"}
        value = _decoded(value.get("richText"))
    elif isinstance(body, str):
        yield {"text": body}
    if isinstance(value, list):
        yield from (item for item in map(_mapping, value) if item)


def _decoded(value: object) -> object:
    """Return `value`, or the object or list that it is the JSON of."""
    if isinstance(value, str | bytes) and value[:1] not in ("", b""):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _mapping(value: object) -> _Json:
    decoded = _decoded(value)
    return decoded if isinstance(decoded, dict) else {}


def _text(value: object) -> str:
    """Return a string or a whole number as text that UTF-8 can hold; anything else is ""."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 1 << 64 else ""
    if not isinstance(value, str):
        return ""
    # JSON may hold half a surrogate pair, which no store and no answer takes.
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _seconds(value: object) -> float:
    """Return milliseconds since 1970, a number or its text, as seconds; 0.0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0.0
    try:
        seconds = float(value) / 1000
    except (ValueError, OverflowError):
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
