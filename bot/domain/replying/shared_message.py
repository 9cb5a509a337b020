"""One message that several answers of a conversation share."""

from collections.abc import Iterator, Sequence

from bot.domain import texts
from bot.domain.message import ConversationKind
from bot.domain.message_limits import MessageLimits
from bot.domain.outbox import Section
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.join_markdown import paragraphs
from bot.domain.replying.split_message import size


def shared_text(sections: Sequence[Section], *, mention: bool) -> str:
    """Return the answers one below the other, each under its number and the person's name.

    With `mention` each has an @ that DingTalk applies, otherwise one in words.
    """
    return paragraphs(_blocks(sections, mention=mention))


def people_mentioned(sections: Sequence[Section]) -> list[str]:
    """Return the ids of the people that `shared_text` mentions, each once."""
    return list(dict.fromkeys(filter(None, map(_staff_id, sections))))


def fits_message(sections: Sequence[Section], limits: MessageLimits) -> bool:
    """Return whether the answers fit one message with their headings and mentions."""
    text = shared_text(sections, mention=True)
    return size(texts.answers.shared_title(len(sections))) + size(text) <= limits.text_bytes


def _blocks(sections: Sequence[Section], *, mention: bool) -> Iterator[str]:
    for number, section in enumerate(sections, 1):
        group = section.recipient.conversation_kind is ConversationKind.GROUP
        name = neutralise_line(section.recipient.nick) if group else ""
        person = _staff_id(section)
        applied = mention and bool(person)
        yield f"### {texts.answers.shared_heading(number, len(sections), name if applied else in_words(name))}"
        yield f"@{person}" if applied else ""
        yield section.text


def in_words(name: str) -> str:
    """Return the @ of a person where DingTalk applies none; full-width, so that a name such as "all" calls nobody."""
    return f"＠{name}" if name else ""


def _staff_id(section: Section) -> str:
    """Return the id to mention, "" for people outside the company and where nobody needs an @."""
    group = section.recipient.conversation_kind is ConversationKind.GROUP
    return section.recipient.staff_id if group else ""
