"""The answer to a question about something that the kind of a paper has no field for: what the paper says there."""

from collections.abc import Sequence

from bot.domain import texts
from bot.domain.asking.rows_with_words import rows_with_words
from bot.domain.document import Document
from bot.domain.prompt import Prompt
from bot.domain.replying.disclosure import disclosed
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.join_markdown import paragraphs
from bot.domain.task import WordsToFind

_MOST_ROWS = 8


def printed_answer(
    papers: Sequence[tuple[Document, Prompt | None]], words: Sequence[WordsToFind], *, masked: bool
) -> str:
    """Return the rows of papers, each with its prompt, that have any of the words, as Markdown; "" if none has.

    With `masked`, what a reply to several people hides is hidden here too.
    """
    shown = [disclosed(paper, prompt) if masked else paper for paper, prompt in papers]
    rows = [row for paper in shown for row in printed_rows(paper, words)][:_MOST_ROWS]
    if not rows:
        return ""
    return paragraphs([texts.answers.printed(rows), texts.answers.legend(checked=False, unchecked=True)])


def printed_rows(paper: Document, words: Sequence[WordsToFind]) -> list[str]:
    """Return the rows of a paper as its readers may see it that have any of the words, as Markdown."""
    return [*map(neutralise_line, rows_with_words(paper.text, words))]
