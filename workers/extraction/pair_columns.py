"""Values that stand far behind their labels, in a column of their own, as apps and the forms of banks print them.

How far a label is from its value says little there; that other rows have a label and a value at the same places does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from workers.extraction.labels import Label, normal_label
from workers.layout.text_rows import TextRow

_GAP: Final = 1.5  # heights; a wider one separates two cells
_ALIKE: Final = 1.0  # heights that the edges of one column are apart at the most
_LEAST_ROWS: Final = 3  # that make a column
_LEAST_LETTERS: Final = 3  # of a label that touches its value
_LEAST_FLUSH: Final = 4  # the same where only the right edges of values show their column
_MOST_LATIN: Final = 24  # the same, without spaces, in English
_MOST_LETTERS: Final = 12  # of what may be a label
_MOST_HEIGHTS: Final = 40.0  # between a label and its value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two cells beside each other: the edges of both, in pixels, and where the second one starts in its row."""

    row: TextRow
    start: int
    end: int
    value: int
    right: float
    is_whole_row: bool

    @property
    def left(self) -> float:
        return self.row.chars[self.start].left

    @property
    def value_left(self) -> float:
        return self.row.chars[self.value].left


def labels_of_columns(rows: Sequence[TextRow], labels: Sequence[Label]) -> frozenset[int]:
    """Return the ids of labels that fill a cell and have their value in the column beside it, however far that is."""
    pairs = [pair for row in rows for pair in _pairs_in(row)]
    found = (_pair_of(label, pairs) for label in labels)
    return frozenset(
        id(label) for label, pair in zip(labels, found, strict=True) if pair is not None and _is_in_column(pair, pairs)
    )


def touching_labels(rows: Sequence[TextRow], labels: Sequence[Label], words: Collection[str]) -> tuple[Label, ...]:
    """Return labels that were read in one piece with their values, where label and value stand in columns.

    Such a row begins where the labels of others begin, and its value begins, or ends, where theirs do.
    """
    forms = sorted({form for word in words if len(form := normal_label(word)) >= _LEAST_LETTERS}, key=len, reverse=True)
    begun = {id(label.row) for label in labels if label.start == 0}
    split = [label for label in labels if label.start == 0 and label.end < len(label.row.chars)]
    glued = [
        Label(word=form, row=row, start=0, end=len(form), colon=False)
        for row in rows
        if id(row) not in begun
        and (form := next((form for form in forms if row.text.startswith(form)), "")) not in {"", row.text}
    ]
    return tuple(label for label in glued if _stands_in_columns(label, split, glued))


def _stands_in_columns(label: Label, split: Sequence[Label], glued: Sequence[Label]) -> bool:
    slack = _ALIKE * label.row.height
    below = [other for other in split if abs(other.left - label.left) < slack]
    at_right = [other for other in below if abs(other.row.chars[-1].right - label.row.chars[-1].right) < slack]
    beside = [
        other
        for other in (*below, *glued)
        if abs(other.left - label.left) < slack and abs(_value_left(other) - _value_left(label)) < slack
    ]
    is_left = len(beside) > _LEAST_ROWS and any(other in below for other in beside)
    return is_left or (len(label.word) >= _LEAST_FLUSH and len(at_right) >= _LEAST_ROWS)


def _value_left(label: Label) -> float:
    return label.row.chars[label.end].left


def _pairs_in(row: TextRow) -> list[_Pair]:
    starts = [at for at in range(len(row.chars)) if at == 0 or row.gap(at) > _GAP]
    ends = [*starts[1:], len(row.chars)]
    return [
        _Pair(
            row=row,
            start=start,
            end=end,
            value=end,
            right=row.chars[value_end - 1].right,
            is_whole_row=len(starts) == 2,  # noqa: PLR2004 - a label and a value
        )
        for start, end, value_end in zip(starts, ends, ends[1:], strict=False)
        if _may_be_label(row.text[start:end]) and row.gap(end) < _MOST_HEIGHTS
    ]


def _may_be_label(text: str) -> bool:
    most = _MOST_LATIN if text.isascii() else _MOST_LETTERS
    return len(text) <= most and not any(char.isdigit() for char in text)


def _pair_of(label: Label, pairs: Sequence[_Pair]) -> _Pair | None:
    return next(
        (pair for pair in pairs if pair.row is label.row and (pair.start, pair.end) == (label.start, label.end)), None
    )


def _is_in_column(pair: _Pair, pairs: Sequence[_Pair]) -> bool:
    """Return whether enough rows have a pair at the same places, and few have a value nearer to that left edge."""
    beside = [other for other in pairs if _alike(other.left, pair.left, pair)]
    at_left = [other for other in beside if _alike(other.value_left, pair.value_left, pair)]
    at_right = [other for other in beside if other.is_whole_row and _alike(other.right, pair.right, pair)]
    nearer = [other for other in beside if other.value_left < pair.value_left - _ALIKE * pair.row.height]
    is_at_left = len(at_left) >= _LEAST_ROWS and len(nearer) < _LEAST_ROWS
    return is_at_left or (pair.is_whole_row and len(at_right) >= _LEAST_ROWS)


def _alike(one: float, other: float, pair: _Pair) -> bool:
    return abs(one - other) < _ALIKE * pair.row.height
