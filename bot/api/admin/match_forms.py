"""The JSON of a match: which kind a file is taken for, and by which words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.asking.call_words import words_seen
from bot.domain.document import Document, Outcome
from bot.domain.prompt import ENOUGH_WORDS, Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsSeenForm:
    """The words of a kind that stand in the file, of so many that it has; `enough` of them decide."""

    name: str
    title: str
    words: list[str]
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKindForm:
    """What a paper in the file was taken for; `by_words`: its words decided, else a code, or nothing did."""

    name: str
    title: str
    by_words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchForm:
    """Which kind a file is taken for where nobody names one: how far it has come, then the papers in it."""

    id: str
    status: str
    file: str
    default: str  # the title of the kind for what no kind's words are found in
    enough: int  # words that decide
    papers: list[PaperKindForm]
    words: list[WordsSeenForm]  # the kinds with most words first; none of those without any
    failure: str  # why it was not read


def papers_form(outcome: Outcome | None, candidates: Sequence[Prompt]) -> list[PaperKindForm]:
    """Return what the papers in a file were taken for."""
    papers = outcome.papers if isinstance(outcome, Document) else ()
    by_name = {candidate.name: candidate for candidate in candidates}
    return [
        PaperKindForm(
            name=paper.prompt,
            title=paper.title,
            by_words=paper.prompt in by_name and len(words_seen(by_name[paper.prompt], paper.text)) >= ENOUGH_WORDS,
        )
        for paper in papers
    ]


def words_form(outcome: Outcome | None, candidates: Sequence[Prompt]) -> list[WordsSeenForm]:
    """Return the words of each kind that stand in a file, the kinds with most of them first."""
    text = "\n".join(paper.text for paper in outcome.papers) if isinstance(outcome, Document) else ""
    seen = [(candidate, words_seen(candidate, text)) for candidate in candidates]
    return [
        WordsSeenForm(name=candidate.name, title=candidate.title, words=list(words), of=len(candidate.detect))
        for candidate, words in sorted(seen, key=lambda one: -len(one[1]))
        if words
    ]
