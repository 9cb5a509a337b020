"""Characters in a row that may be the value of a field."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain import texts
from bot.domain.document import Box, Field, Line, Source, box_around
from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.form_words import HEADING_CHARACTERS
from workers.extraction.values.field_values import FoundValue, find_value
from workers.layout.text_rows import TextChar, TextRow

_SPACE = 0.25  # heights; a wider gap is a space
_LEAST_CONFIDENCE = 0.8
_OTHER_SIZE = 1.4  # times the height of the other line


_LIKE_DIGITS = re.compile(r"[oli]")  # 0 and 1 in the eyes of an engine; hardly any code has them


@dataclass(frozen=True, kw_only=True)
class CharSpan:
    """Adjacent characters. `places` has, for each character of the texts, its index in `chars`, None for a space."""

    chars: tuple[TextChar, ...]
    folded: str
    shown: str
    places: tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A possible value of a field and the characters it was read from; a lower rank means a better label."""

    value: str
    chars: tuple[TextChar, ...]
    rank: int = 0
    doubts: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that the value was read from."""
        return tuple({id(char.piece.line): char.piece.line for char in self.chars}.values())

    @property
    def box(self) -> Box:
        """The box around these lines."""
        return box_around(self.lines)

    @property
    def unclear(self) -> tuple[str, ...]:
        """A doubt if the engine was not confident of one of the lines, else none."""
        is_confident = all(line.confidence is None or line.confidence >= _LEAST_CONFIDENCE for line in self.lines)
        return () if is_confident else (texts.warnings.doubt_unclear(),)


def field_of(spec: FieldSpec, one: Candidate, page: int) -> Field:
    """Return the field with this value; it is DOUBTFUL if the value has doubts or the engine was not confident."""
    unclear = one.unclear or ((texts.warnings.doubt_unclear(),) if _may_be_digits(spec, one) else ())
    doubts = tuple(dict.fromkeys((*one.doubts, *unclear)))
    return spec.field(one.value, Source.CPU, page=page, box=one.box, doubts=doubts)


def span_of(row: TextRow, start: int, end: int) -> CharSpan:
    """Return the characters [start, end) of a row, with a space for each gap and each space that was read."""
    folded, shown, places = "", "", list[int | None]()
    for index in range(start, end):
        char = row.chars[index]
        if index > start and char.spaced and (not row.touches(index) or row.gap(index) > _SPACE):
            folded, shown, places = folded + " ", shown + " ", [*places, None]
        folded, shown, places = folded + char.folded, shown + char.shown, [*places, index - start]
    return CharSpan(chars=row.chars[start:end], folded=folded, shown=shown, places=tuple(places))


def run_end(row: TextRow, start: int, end: int, *, first: float, next_: float) -> int:
    """Return where the run from `start` ends: at `end`, or before the first character that stands apart.

    A character stands apart if the gap before it is wider than `first` (at the start) or `next_` heights, if it is of
    another size, or if it belongs to a vertical heading.
    """
    for index in range(start, end):
        if row.gap(index) > (first if index == start else next_):
            return index
        if index > start and row.chars[index].piece is not row.chars[index - 1].piece and _is_apart(row, index):
            return index
    return end


def _is_apart(row: TextRow, index: int) -> bool:
    one, other = row.chars[index - 1].piece, row.chars[index].piece
    resized = max(one.height, other.height) > _OTHER_SIZE * min(one.height, other.height)
    return resized or (other.text in HEADING_CHARACTERS and row.gap(index) > _SPACE)


def segments(row: TextRow, start: int, gap: float) -> Iterator[CharSpan]:
    """Yield the parts of a row from `start` on, split at gaps wider than `gap` heights."""
    while start < len(row.chars):
        end = start + 1
        while end < len(row.chars) and row.gap(end) <= gap:
            end += 1
        yield span_of(row, start, end)
        start = end


def candidate(kind: FieldType, span: CharSpan, *, rank: int = 0) -> Candidate | None:
    """Return the value of type `kind` that a span holds, None if it holds none."""
    found = find_value(kind, span.folded, span.shown) if span.chars else None
    return _candidate(found, span, rank) if found else None


def _candidate(found: FoundValue, span: CharSpan, rank: int) -> Candidate:
    places = [place for place in span.places[found.start : found.end] if place is not None]
    chars = tuple(span.chars[place] for place in places)
    return Candidate(value=found.value, chars=chars, rank=rank, doubts=found.doubts)


def _may_be_digits(spec: FieldSpec, one: Candidate) -> bool:
    """Return whether a code that an engine read has letters beside its digits that look like digits."""
    is_code = spec.type is FieldType.CODE and any(char.isdigit() for char in one.value)
    is_read = any(line.confidence is not None for line in one.lines)
    return is_code and is_read and _LIKE_DIGITS.search(one.value) is not None


def joined(value: str, parts: Sequence[Candidate], doubts: Iterable[str] = ()) -> Candidate:
    """Return one candidate for `value`, with the characters and doubts of all `parts` and the rank of the first."""
    return Candidate(
        value=value,
        chars=tuple(char for part in parts for char in part.chars),
        rank=parts[0].rank,
        doubts=(*(doubt for part in parts for doubt in part.doubts), *doubts),
    )
