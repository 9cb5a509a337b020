"""Turns the JSON of a bot callback into a `Message`.

The shapes are those seen in the field, several for the same thing: an object may come as a JSON string at any level, a
quote may be under `text` or `content`, and the items of a rich text name their parts in two ways. A missing or odd part
counts as absent; only a callback that cannot be answered at all is an error.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import Undecodable
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message, Obstacle, Quote
from bot.domain.texts.answers import SHARED_MARK

_QUOTA_CODE = "20001"
_GROUP = "2"
_QUOTE_FIELDS = ("repliedMsg", "quoteMessage")
_RECORDINGS = {"audio": Obstacle.AUDIO, "video": Obstacle.VIDEO}
_TEXTS = ("text", "markdown", "reply", "richtext")  # types of messages that need no attachment

_RECORDS = ("chatRecord", "records", "messages")  # where forwarded messages stand, seen in public reports
_FORWARDED = "chatrecord"
_DEEPEST_QUOTE = 5
_SHARED = re.compile(f"{SHARED_MARK} ?")
_DEEPEST_CARD = 12
_MOST_IN_CARD = 200  # texts
_EXCERPT = 40  # characters of a quoted text
_TASK_ID = re.compile(r"编号\s?([0-9a-f]{20})(?![0-9a-z])")

_Json = Mapping[str, object]

# Mail addresses are matched first so that they survive. An address may begin only at the start of a run of its letters,
# which also keeps the search linear. The other branch is a mention, which ends at a space or at the end of the text.
_MAIL_OR_MENTION = re.compile(
    r"(?P<mail>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)|@[^\s@\u200b]+"
)
_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What a posted or quoted message contains."""

    texts: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    obstacle: Obstacle | None = None


def parse(data: object) -> Message:
    """Return the message in the `data` of a bot callback, a dict or its JSON.

    Raises `Undecodable` if it is neither or lacks a msgId or conversationId.
    """
    callback = _as_mapping(data)
    message_id, conversation_id = _as_text(callback.get("msgId")), _as_text(callback.get("conversationId"))
    if not message_id or not conversation_id:
        raise Undecodable("a callback without a msgId or a conversationId")
    kind = ConversationKind.GROUP if _as_text(callback.get("conversationType")) == _GROUP else ConversationKind.SINGLE
    own, (quoted, quote) = _own_content(callback), _quoted(callback)
    by_code = {attachment.download_code: attachment for attachment in (*quoted.attachments, *own.attachments)}
    attachments = sorted(by_code.values(), key=lambda attachment: attachment.quoted)
    text = _BLANKS.sub(" ", " ".join(own.texts)).strip()
    return Message(
        id=message_id,
        conversation=_conversation(callback, conversation_id, kind),
        created_at=_as_seconds(callback.get("createAt")),
        text=without_mentions(text) if kind is ConversationKind.GROUP else text,
        attachments=tuple(attachments),  # the person's own first; those that are quoted too count as own
        obstacle=(None if attachments else own.obstacle) or quoted.obstacle,
        quote=quote,
    )


def without_mentions(text: str) -> str:
    """Return `text` without its @mentions; mail addresses stay.

    The callback does not contain the bot's name, so every mention is removed: no request needs one.
    """
    bare = _MAIL_OR_MENTION.sub(lambda match: match["mail"] or " ", text)
    return text if bare == text else _BLANKS.sub(" ", bare).strip()


def _conversation(callback: _Json, conversation_id: str, kind: ConversationKind) -> DingTalkConversation:
    return DingTalkConversation(
        robot_code=_as_text(callback.get("robotCode")),
        conversation_id=conversation_id,
        conversation_kind=kind,
        webhook=_as_text(callback.get("sessionWebhook")),
        webhook_expires_at=_as_seconds(callback.get("sessionWebhookExpiredTime")),
        staff_id=_as_text(callback.get("senderStaffId")),
        nick=_as_text(callback.get("senderNick")),
        sender_id=_as_text(callback.get("senderId")),
        message_id=_as_text(callback.get("msgId")),
    )


def _own_content(callback: _Json) -> _Content:
    bodies = [callback[name] for name in ("text", "content") if callback.get(name) is not None]
    if not bodies and (callback.get("errorMessage") is not None or _as_text(callback.get("code")) == _QUOTA_CODE):
        return _Content(obstacle=Obstacle.OVER_QUOTA)
    return _content_of(_as_text(callback.get("msgtype")), bodies, posted=_as_text(callback.get("msgId")))


def _quoted(callback: _Json) -> tuple[_Content, Quote | None]:
    """Return the content of the quoted message, and its ids; a quote whose content is missing is an obstacle.

    In a chain of quotes the nearest message with pictures or files counts.
    """
    chain = list(_quote_chain(callback))
    original = _as_text(callback.get("originalMsgId"))
    original = "" if original == _as_text(callback.get("msgId")) else original
    ids = [_as_text(level.get("msgId")) or (original if depth == 0 else "") for depth, level in enumerate(chain)]
    contents = [_quoted_content(level, id_) for level, id_ in zip(chain, ids, strict=True)]
    if chain:
        with_files = next((content for content in contents if content.attachments), None)
        own = _is_by_bot(callback, chain[0])
        quote = Quote(
            message_id=ids[0],
            text="" if own or with_files or ids[1:] else " ".join(contents[0].texts)[:_EXCERPT],
            task_id=next(filter(None, (_task_id(content.texts, callback) for content in contents)), ""),
            query_key=_query_key(callback, chain[0]),
            deeper=tuple(filter(None, ids[1:])),
            own=own,
        )
        return with_files or replace(contents[0], texts=()), quote
    replies = any(holder.get("isReplyMsg") is True for holder in _quote_holders(callback))
    if replies or original:
        lost = _Content(obstacle=Obstacle.QUOTE_WITHOUT_CODE)
        return lost, Quote(message_id=original, query_key=_query_key(callback))
    return _Content(), None


def _quote_chain(message: _Json) -> Iterator[_Json]:
    """Yield the quoted message, the message that it quotes itself, and so on."""
    for _ in range(_DEEPEST_QUOTE):
        quotes = (_as_mapping(holder.get(name)) for holder in _quote_holders(message) for name in _QUOTE_FIELDS)
        message = next((quote for quote in quotes if quote), {})
        if not message:
            return
        yield message


def _quote_holders(message: _Json) -> tuple[_Json, ...]:
    """Return the objects in a message that may hold a quote."""
    return _as_mapping(message.get("text")), _as_mapping(message.get("content")), message


def _quoted_content(quote: _Json, posted: str) -> _Content:
    bodies = [quote[name] for name in ("content", "text", "picture") if quote.get(name) is not None]
    content = _content_of(_as_text(quote.get("msgType") or quote.get("msgtype")), bodies, posted=posted, quoted=True)
    content = replace(content, texts=(*content.texts, *_card_texts(quote)))
    lost = content.obstacle is Obstacle.UNKNOWN_TYPE
    return replace(content, obstacle=Obstacle.QUOTE_WITHOUT_CODE) if lost else content


def _card_texts(quote: _Json) -> tuple[str, ...]:
    """Return the texts in the tree of a quoted card, of which the last line names the task."""
    texts: list[str] = []
    below = [(_json_decoded(quote.get("cardContent")), 0)]
    while below and len(texts) < _MOST_IN_CARD:
        node, depth = below.pop(0)
        if isinstance(node, str):
            texts.append(_as_text(node))
        elif depth < _DEEPEST_CARD:
            children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
            below += [(_json_decoded(child), depth + 1) for child in children]
    return tuple(text for text in texts if text.strip())


def _task_id(texts: Sequence[str], callback: _Json) -> str:
    """Return the task id that an answer of the bot has in its last line, "" if there is none.

    Where several answers share the message, it is the last one to the person who quotes it, else the last.
    """
    answers = [answer for text in texts for answer in _SHARED.split(text)]
    own = [answer for answer in answers[1:] if _is_to_sender(answer, callback)]
    numbers = [number for answer in own or answers for number in _TASK_ID.findall(answer)]
    return numbers[-1] if numbers else ""


def _is_to_sender(answer: str, callback: _Json) -> bool:
    """Return whether an answer in a shared message, from the name in its heading on, is to the one who quotes it."""
    staff_id, nick = _as_text(callback.get("senderStaffId")), _as_text(callback.get("senderNick"))
    return (bool(staff_id) and f"@{staff_id}\n" in answer) or (bool(nick) and answer.startswith(f"{nick}（"))


def _query_key(*holders: _Json) -> str:
    names = ("originalProcessQueryKey", "processQueryKey")
    return next(filter(None, (_as_text(holder.get(name)) for holder in holders for name in names)), "")


def _is_by_bot(callback: _Json, quote: _Json) -> bool:
    sender = _as_text(quote.get("senderId"))
    return bool(sender) and sender == _as_text(callback.get("chatbotUserId"))


def _content_of(kind: str, bodies: Sequence[object], *, posted: str, quoted: bool = False) -> _Content:
    """Return what the bodies of a message contain; `posted` is its msgId and `kind` DingTalk's type for it."""
    texts: list[str] = []
    attachments: list[Attachment] = []
    for part in (part for body in bodies for part in _body_parts(body)):
        recognised = _as_text(part.get("recognition"))
        texts.append(recognised or _as_text(part.get("text")) or _as_text(part.get("content")))
        code = _as_text(part.get("downloadCode")) or _as_text(part.get("pictureDownloadCode"))
        if code and kind not in _RECORDINGS:  # a recording cannot be read, even if it has a code
            name = _as_text(part.get("fileName"))
            attachments.append(Attachment(download_code=code, name=name, quoted=quoted, posted=posted))
    # What others wrote is not what this person says.
    texts = [] if kind.lower() == _FORWARDED else [text for text in texts if text.strip()]
    obstacle = _obstacle_in(kind, texts, attachments)
    return _Content(texts=tuple(texts), attachments=tuple(attachments), obstacle=obstacle)


def _obstacle_in(kind: str, texts: Sequence[str], attachments: Sequence[Attachment]) -> Obstacle | None:
    if attachments or kind.lower() in _TEXTS or (texts and kind in ("", "audio")):
        return None
    if kind.lower() == _FORWARDED:
        return Obstacle.FORWARDED
    return _RECORDINGS.get(kind, Obstacle.UNKNOWN_TYPE)


def _body_parts(body: object) -> Iterator[_Json]:
    """Yield the parts of a body: the body itself, then the items of its rich text and the messages it forwards.

    A plain string is one part.
    """
    value = _json_decoded(body)
    if isinstance(value, Mapping):
        yield from _forwarded_parts(value)
        yield {name: value[name] for name in value if name != "richText"}
        value = _json_decoded(value.get("richText"))
    elif isinstance(body, str):
        yield {"text": body}
    if isinstance(value, list):
        yield from (item for item in map(_as_mapping, value) if item)


def _forwarded_parts(body: _Json) -> Iterator[_Json]:
    for name in _RECORDS:
        records = _json_decoded(body.get(name))
        for record in map(_as_mapping, records if isinstance(records, list) else ()):
            yield record
            contents = (_as_mapping(record.get(part)) for part in ("content", "text", "picture", "file"))
            yield from (content for content in contents if content)


def _json_decoded(value: object) -> object:
    """Return what `value` encodes if it is JSON, otherwise `value` itself."""
    if isinstance(value, str | bytes) and value[:1] not in ("", b""):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _as_mapping(value: object) -> _Json:
    decoded = _json_decoded(value)
    return decoded if isinstance(decoded, dict) else {}


def _as_text(value: object) -> str:
    """Return a string or an integer as text that UTF-8 can encode, "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 1 << 64 else ""
    if not isinstance(value, str):
        return ""
    # JSON may contain half a surrogate pair, which cannot be stored or sent.
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _as_seconds(value: object) -> float:
    """Return a number of milliseconds since 1970, or its text, in seconds; 0.0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0.0
    try:
        seconds = float(value) / 1000
    except (ValueError, OverflowError):
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
