"""Values in the cell below their label, in forms whose labels stand side by side with the values in the next row."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from bot.domain.prompt import FieldSpec
from workers.extraction.candidates import Candidate, CharSpan, candidate, span_of
from workers.extraction.form_words import CURRENCIES
from workers.extraction.labels import Label
from workers.layout.text_rows import TextRow

_FARTHEST = 3.2  # heights from the middle of a label down to the middle of its value
_GAP = 1.0  # heights; a wider one separates two cells
_LEAST_CELLS = 3  # of a row of labels
_SECOND_ROW = 1.7  # times the distance to the values: how far below them a second row of values would stand
_PIECE_GAP = 0.4  # the same between what was read as two pieces

_CENTS = 4  # characters of an amount's end: 0.00
_AMOUNT_BEFORE = re.compile(r"\d\.\d\d$", re.ASCII)


def value_in_cell_below(
    label: Label, spec: FieldSpec, rows: Sequence[TextRow], labels: Sequence[Label], rank: int
) -> Candidate | None:
    """Return the value in the nearest row below `label` that has one in its column, None if there is none.

    A column reaches from its heading to the next one in the row, and belongs to the heading that a value overlaps most.
    """
    headings = _headings(label.row, {other.start for other in labels if other.row is label.row})
    own = _own_heading(label, headings)
    if own is None:
        return None
    height = label.row.height
    below = (row for row in rows if 0.5 * height < row.middle - label.row.middle < _FARTHEST * height)
    for row in sorted(below, key=lambda row: row.middle):
        spans = [span for span in _cells(row) if _column_of(span, headings) == own]
        right_below = [span for span in spans if _overlap(span, headings[own]) > 0] if len(spans) > 1 else spans
        if len(right_below) == 1:
            return candidate(spec.type, right_below[0], rank=rank)
        if spans:
            return None
    return None


def value_below_row_of_labels(
    label: Label, spec: FieldSpec, rows: Sequence[TextRow], labels: Sequence[Label], rank: int
) -> Candidate | None:
    """Return the value in the cell below, where a row holds nothing but labels and only one row of values follows.

    Below the head of a table there may be several, of which none is a value of the whole paper.
    """
    if not _is_row_of_labels(label.row, labels):
        return None
    found = value_in_cell_below(label, spec, rows, labels, rank)
    if found is None:
        return None
    labelled = {id(other.row) for other in labels}
    level = next(row.middle for row in rows if any(char is found.chars[0] for char in row.chars))
    next_labels = min((other.row.middle for other in labels if other.row.middle > level), default=float("inf"))
    end = min(level + _SECOND_ROW * (level - label.row.middle), next_labels)
    left, right = found.chars[0].left, found.chars[-1].right
    others = (row for row in rows if level < row.middle < end and id(row) not in labelled)
    is_table = any(char.left < right and left < char.right for row in others for char in row.chars)
    return None if is_table else found


def _is_row_of_labels(row: TextRow, labels: Sequence[Label]) -> bool:
    """Return whether a row has three cells or more, none with a digit, and at least half of them are labels."""
    known = {(other.start, other.end) for other in labels if other.row is row}
    starts = [at for at in range(len(row.chars)) if row.gap(at) > _GAP]
    cells = list(pairwise([*starts, len(row.chars)]))
    whole = sum(cell in known for cell in cells)
    has_digits = any(char.folded.isdigit() for char in row.chars)
    return len(cells) >= _LEAST_CELLS and 2 * whole >= len(cells) and not has_digits


def _headings(row: TextRow, starts: Collection[int]) -> list[CharSpan]:
    """Return the headings in a row: what stands apart, and each label, however near to the one before it."""
    begins = [at for at in range(len(row.chars)) if at in starts or row.gap(at) > _GAP]
    return [span_of(row, start, end) for start, end in pairwise([*begins, len(row.chars)])]


def _own_heading(label: Label, headings: Sequence[CharSpan]) -> int | None:
    """Return the heading that begins with a label, else the one that holds it: the boxes of two may overlap."""
    first = label.row.chars[label.start]
    begins = (at for at, heading in enumerate(headings) if heading.chars[0] is first)
    holds = (at for at, heading in enumerate(headings) if _left(heading) <= label.left < _right(heading))
    return next(begins, next(holds, None))


def _cells(row: TextRow) -> list[CharSpan]:
    """Return what stands apart in a row of values."""
    begins = [at for at in range(len(row.chars)) if _begins_cell(row, at)]
    return [span_of(row, start, end) for start, end in pairwise([*begins, len(row.chars)])]


def _begins_cell(row: TextRow, at: int) -> bool:
    """Return whether a character begins a cell: behind a gap, or a piece with a currency or behind an amount."""
    if row.chars[at].spaced and row.text.startswith(CURRENCIES, at):
        return True
    is_within_piece = at > 0 and row.chars[at].piece is row.chars[at - 1].piece
    if not is_within_piece and _AMOUNT_BEFORE.search(row.text, max(0, at - _CENTS), at):
        return True
    return row.gap(at) > (_GAP if is_within_piece else _PIECE_GAP)


def _left(span: CharSpan) -> float:
    return span.chars[0].left


def _right(span: CharSpan) -> float:
    return span.chars[-1].right


def _overlap(span: CharSpan, other: CharSpan) -> float:
    """Return by how much two spans stand below each other, in pixels; negative for what stands apart."""
    return min(_right(span), _right(other)) - max(_left(span), _left(other))


def _column_of(span: CharSpan, headings: Sequence[CharSpan]) -> int | None:
    overlaps = [_overlap(span, one) for one in headings]
    if max(overlaps) > 0:
        return overlaps.index(max(overlaps))
    center = (_left(span) + _right(span)) / 2
    return next((at for at in reversed(range(len(headings))) if _left(headings[at]) <= center), None)
