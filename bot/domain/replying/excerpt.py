"""The excerpt of a long document, its beginning and its headings, shown when a file holds the whole."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import texts
from bot.domain.page_text.blocks import Block, Heading, Paragraph
from bot.domain.page_text.tables import Table
from bot.domain.replying.chat_text import chat_text
from bot.domain.replying.document_view import DocumentView
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.formatting import short
from bot.domain.replying.join_markdown import bold, item, paragraphs

LONG = 2000  # characters of one document that a chat shows; a longer text goes into a file
_BEGINNING = 600  # characters
_ROWS = 6  # of a table that is too long, including its header
_HEADINGS = 12
_HEADING_CHARACTERS = 40
_SENTENCE_ENDS = "。！？；.!?;\n"


def excerpt(view: DocumentView) -> str:
    """Return the excerpt as Markdown: how long the text is, its beginning, and the headings that follow."""
    beginning = _beginning(view.blocks)
    later = [neutralise_line(block.text) for block in view.blocks[len(beginning) :] if isinstance(block, Heading)]
    outline = [item(short(text, _HEADING_CHARACTERS)) for text in later[:_HEADINGS]]
    head = bold(texts.attachments.whole_in_file(view.title, view.document.pages, view.characters))
    more = texts.attachments.goes_on(named_more=len(later) > _HEADINGS) if outline else "……"
    return paragraphs([head, chat_text(beginning), more, "\n".join(outline)])


def _beginning(blocks: Sequence[Block]) -> list[Block]:
    """Return the first blocks, up to some 600 characters; a longer one that makes up most of them is cut."""
    taken: list[Block] = []
    used = 0
    for block in blocks:
        needed = len(chat_text([block]))
        if used + needed > _BEGINNING:
            break
        taken.append(block)
        used += needed
    following = blocks[len(taken)] if len(taken) < len(blocks) else None
    if isinstance(following, Paragraph) and used < _BEGINNING // 2:
        taken.append(_cut_paragraph(following, _BEGINNING - used))
    elif isinstance(following, Table) and used < _BEGINNING // 2:
        taken.append(replace(following, rows=following.rows[:_ROWS]))
    while len(taken) > 1 and isinstance(taken[-1], Heading):  # its text is not shown
        taken.pop()
    return taken


def _cut_paragraph(paragraph: Paragraph, most: int) -> Paragraph:
    text = "\n".join(paragraph.lines)[:most]
    end = max(text.rfind(sign) for sign in _SENTENCE_ENDS) + 1
    return Paragraph(lines=tuple((text[:end].rstrip() if end > most // 2 else text + "…").split("\n")))
