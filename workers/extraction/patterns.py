"""Values without a label, found by regular expressions of the prompt: the seat on a train ticket, a card number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.prompt import FieldSpec, FieldType, value_pattern
from workers.extraction.candidates import Candidate, CharSpan, candidate, span_of
from workers.layout.text_rows import TextChar, TextRow

_FIRST_RANK = 100  # any label is better than the best pattern
_MOST_VALUES = 200  # on a page: more than any field has
_FULL_LINE = 2.5  # heights: a line that wraps leaves no more than this free at its end


@dataclass(frozen=True, kw_only=True)
class SearchText:
    """The text of a page in half width, a space for each gap and a line for each row; `chars` are its characters."""

    text: str
    chars: tuple[TextChar | None, ...]


def search_texts(rows: Sequence[TextRow]) -> tuple[SearchText, ...]:
    """Return a page's text twice: row by row, and with each full row joined to the next, as prose wraps."""
    edge = max((row.chars[-1].right for row in rows), default=0.0)
    is_full = [edge - row.chars[-1].right < _FULL_LINE * row.height for row in rows]
    return _search_text(rows, [False] * len(rows)), _search_text(rows, is_full)


def _search_text(rows: Sequence[TextRow], joins: Sequence[bool]) -> SearchText:
    text, chars = "", list[TextChar | None]()
    for row, join in zip(rows, joins, strict=True):
        span = span_of(row, 0, len(row.chars))
        end = "" if join else "\n"
        text += span.folded + end
        chars += [None if place is None else span.chars[place] for place in span.places] + [None] * len(end)
    return SearchText(text=text, chars=tuple(chars))


def matching_patterns(spec: FieldSpec, texts: Sequence[SearchText]) -> tuple[Candidate, ...]:
    """Return the values of the field's type in the first group of the first pattern that matches any."""
    for rank, pattern in enumerate(spec.patterns, _FIRST_RANK):
        for text in texts:
            matches = tuple(_matches(pattern, text, spec, rank))
            if matches:
                return matches
    return ()


def is_pattern(one: Candidate) -> bool:
    """Return whether a value was found by a pattern and not by a label."""
    return one.rank >= _FIRST_RANK


def _matches(pattern: str, page: SearchText, spec: FieldSpec, rank: int) -> Iterator[Candidate]:
    for start, end in _values(pattern, page.text):
        found = candidate(spec.type, _span(page, start, end), rank=rank) if end > start else None
        if found is None and end > start and spec.type is FieldType.CODE and page.text[start:end].isalnum():
            found = candidate(FieldType.TEXT, _span(page, start, end), rank=rank)  # a code of letters alone
        if found is not None:
            yield found


def _values(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where the first group matches; what stands behind a value may stand before the next one too."""
    finder, begin = value_pattern(pattern), 0
    for _ in range(_MOST_VALUES):
        match = finder.search(text, begin)
        if match is None:
            return
        start, end = match.span(1)
        yield start, end
        begin = max(end, begin + 1) if start >= 0 else max(match.end(), begin + 1)


def _span(page: SearchText, start: int, end: int) -> CharSpan:
    part = page.chars[start:end]
    places = [sum(char is not None for char in part[:at]) if part[at] is not None else None for at in range(len(part))]
    shown = "".join(char.shown if char else " " for char in part)
    folded = page.text[start:end].replace("\n", " ")
    return CharSpan(chars=tuple(char for char in part if char), folded=folded, shown=shown, places=tuple(places))
