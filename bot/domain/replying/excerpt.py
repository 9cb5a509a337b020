"""A long document shown by its beginning and its headings, where the whole goes along as a file."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.document import Document
from bot.domain.page_text.blocks import Block, Heading, Paragraph
from bot.domain.page_text.tables import Table
from bot.domain.replying.chat_text import chat_text
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.formatting import short
from bot.domain.texts import chat as texts

LONG = 2000  # characters that a chat shows of one document; more is for a file
_BEGINNING = 600
_ROWS = 6  # of a table that is too long, with its head
_HEADINGS = 12
_HEADING_CHARACTERS = 40
_SENTENCE_ENDS = "。！？；.!?;\n"


def length(document: Document) -> int:
    """Return how many characters stand on a document's pages, spaces not counted."""
    return sum(not char.isspace() for char in document.text)


def shortened(document: Document, parts: Sequence[Block]) -> str:
    """Return what stands in place of a long text: how long it is, how it begins, and its headings."""
    begun = _begun(parts)
    outline = [neutralise_line(part.text) for part in parts[len(begun) :] if isinstance(part, Heading)]
    named = [f"- {short(text, _HEADING_CHARACTERS)}" for text in outline[:_HEADINGS]]
    head = f"**{texts.whole_in_file(neutralise_line(document.title), document.pages, length(document))}**"
    more = texts.goes_on(named_more=len(outline) > _HEADINGS) if named else "……"
    return "\n\n".join(filter(None, [head, chat_text(begun), more, "\n".join(named)]))


def _begun(parts: Sequence[Block]) -> list[Block]:
    """Return the first passages, up to some 600 characters; a first one that is longer is cut after a sentence."""
    taken: list[Block] = []
    used = 0
    for part in parts:
        needed = len(chat_text([part]))
        if used + needed > _BEGINNING:
            break
        taken.append(part)
        used += needed
    following = parts[len(taken)] if len(taken) < len(parts) else None
    if isinstance(following, Paragraph) and used < _BEGINNING // 2:
        taken.append(_cut(following, _BEGINNING - used))
    elif isinstance(following, Table) and used < _BEGINNING // 2:
        taken.append(replace(following, rows=following.rows[:_ROWS]))
    while len(taken) > 1 and isinstance(taken[-1], Heading):  # of what is not shown any more
        taken.pop()
    return taken


def _cut(paragraph: Paragraph, most: int) -> Paragraph:
    text = "\n".join(paragraph.lines)[:most]
    end = max(text.rfind(sign) for sign in _SENTENCE_ENDS) + 1
    return Paragraph(lines=tuple((text[:end].rstrip() if end > most // 2 else text + "…").split("\n")))
