"""Values without a label, found by the form in which they are printed: a train ticket's seat, a card's number."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.prompt import FieldSpec
from workers.extraction.candidates import Candidate, CharSpan, candidate, span_of
from workers.layout.text_rows import TextChar, TextRow

_BEHIND_LABELS = 100  # the rank of the first pattern: any label is better
_FULL_LINE = 2.5  # heights that a line which wraps leaves free at most


@dataclass(frozen=True, kw_only=True)
class SearchText:
    """A page as patterns search it: half width, one space for a gap, one line for a row; `chars` are its characters."""

    text: str
    chars: tuple[TextChar | None, ...]


def search_texts(rows: Sequence[TextRow]) -> tuple[SearchText, ...]:
    """Return a page's text twice: row by row, and with each full row joined to the next, as sentences continue."""
    edge = max((row.chars[-1].right for row in rows), default=0.0)
    full = [edge - row.chars[-1].right < _FULL_LINE * row.height for row in rows]
    return _print(rows, [False] * len(rows)), _print(rows, full)


def _print(rows: Sequence[TextRow], joins: Sequence[bool]) -> SearchText:
    text, chars = "", list[TextChar | None]()
    for row, join in zip(rows, joins, strict=True):
        span = span_of(row, 0, len(row.chars))
        end = "" if join else "\n"
        text += span.folded + end
        chars += [None if place is None else span.chars[place] for place in span.places] + [None] * len(end)
    return SearchText(text=text, chars=tuple(chars))


def matching_patterns(spec: FieldSpec, prints: Sequence[SearchText]) -> tuple[Candidate, ...]:
    """Return what the first group of the first matching pattern matches, where it is a value of the field's type."""
    for rank, pattern in enumerate(spec.patterns, _BEHIND_LABELS):
        for page in prints:
            found = tuple(_matches(re.compile(pattern, re.MULTILINE), page, spec, rank))
            if found:
                return found
    return ()


def _matches(pattern: re.Pattern[str], page: SearchText, spec: FieldSpec, rank: int) -> Iterator[Candidate]:
    for match in pattern.finditer(page.text):
        start, end = match.span(1)
        found = candidate(spec.type, _span(page, start, end), rank=rank) if end > start else None
        if found is not None:
            yield found


def _span(page: SearchText, start: int, end: int) -> CharSpan:
    own = page.chars[start:end]
    places = [sum(char is not None for char in own[:at]) if own[at] is not None else None for at in range(len(own))]
    shown = "".join(char.shown if char else " " for char in own)
    folded = page.text[start:end].replace("\n", " ")
    return CharSpan(chars=tuple(char for char in own if char), folded=folded, shown=shown, places=tuple(places))
