"""What a message is about: references to earlier tasks, which `bot.storage.earlier_tasks` resolves."""

from bot.domain.message import DingTalkConversation, Message, Quote
from bot.domain.task import task_id

NAMELESS = "nameless:"  # stands for a quoted message of the bot's that names no task, such as 已收到


def references(message: Message, *, remembered: bool) -> tuple[str, ...]:
    """Return references to what a message is about, the surest first; `bot.storage.earlier_tasks` resolves them.

    They lead to what the message quotes. If it quotes nothing, or a message of the bot's that names no task, they lead
    to what the person posted last, as long as that is `remembered`.
    """
    last, quote = last_of(message.conversation) if remembered else "", message.quote
    if quote is None:
        return (last,) if last else ()
    quoted = [task_id(message_id) for message_id in (quote.message_id, *quote.deeper) if message_id]
    quoted_first = [
        *([f"posted:{quote.task_id}"] if quote.task_id else []),
        *([f"sent:{quote.query_key}"] if quote.query_key else []),
        *(f"{kind}:{quoted_id}" for quoted_id in quoted for kind in ("posted", "about")),
    ]
    return (*quoted_first, last) if is_nameless(quote) and last else tuple(quoted_first)


def is_nameless(quote: Quote) -> bool:
    """Return whether the quoted message is the bot's own and leads to no task."""
    return quote.own and not quote.task_id and not quote.query_key


def last_of(recipient: DingTalkConversation) -> str:
    """Return the reference to what this person posted last in this conversation, "" for a person without an id."""
    return f"last:{recipient.conversation_id}:{recipient.person}" if recipient.person else ""
