"""A page with its labels, and the value that belongs to one of them: in its row, or below it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.candidates import Candidate, candidate, run_end, span_of
from workers.extraction.cell_below import value_below_row_of_labels, value_in_cell_below
from workers.extraction.continuation import code_continued, value_around, with_continuation
from workers.extraction.labels import Label
from workers.extraction.patterns import SearchText
from workers.extraction.vertical_headings import VerticalHeading
from workers.layout.text_rows import Piece, TextRow

NEXT_GAP = 1.5  # heights between two words of one value
# The widest gap between a label and its value, in heights: a value of a strict form may stand further away.
_FIRST_GAP = {FieldType.TEXT: 5.0, FieldType.MONEY: 8.0, FieldType.MONEY_WORDS: 12.0}
# The same where a label with a colon and a single value have the row to themselves, as on receipts.
_ALONE_GAP = 16.0
_ALONE_TEXT_GAP = 8.0
_TIGHT_GAP = 1.0  # heights between two words of one value that are digits: two numbers must not become one
_USUAL_FIRST_GAP = 6.0
_FAR_GAP = 12.0  # before the name of an organisation
_ORGANISATION = re.compile(r"[\u4e00-\u9fff]{2}(?:公司|厂|商行|事务所|合作社|大学|医院|分行|支行|税务局)$")
_UNKNOWN_LABEL = re.compile(r"(?<=\S) [\u4e00-\u9fff()]{2,10}:")  # a word with a colon that no prompt has as a label
# A person's number behind the name, masked or whole: a place, a birthday, four more.
_ID_BEHIND_NAME = re.compile(r" (?:\d{3,6}\*{4,}\d{3}|[1-8]\d{5}(?:19|20)\d\d[01]\d[0-3]\d{4})[\dXx]$", re.ASCII)
_CIRCLE_GAP = 3.0  # between the crossed circle and the amount behind it
_BELOW = 2.2  # heights from the middle of a label to the middle of a value below it
_LEAST_DIGITS_BELOW = 8
_MAY_STAND_BELOW = frozenset({FieldType.DIGITS, FieldType.DATE, FieldType.TAX_ID})


@dataclass(frozen=True, kw_only=True)
class LabelledPage:
    """A page as it is searched for fields; `next_starts` gives where the label behind another one in its row starts."""

    number: int
    pieces: tuple[Piece, ...]
    headings: tuple[VerticalHeading, ...]
    rows: tuple[TextRow, ...]
    labels: tuple[Label, ...]
    next_starts: Mapping[int, int]  # by the id of a label; the last label of a row has none
    remarks: tuple[Piece, ...]
    texts: tuple[SearchText, ...]
    no_values: frozenset[str]  # labels
    in_columns: frozenset[int]  # the ids of labels whose values stand in a column beside them
    prints_cents: bool = False  # of some amount


def value_beside(page: LabelledPage, label: Label, spec: FieldSpec, rank: int) -> Candidate | None:
    """Return the value behind a label in its row, or else the value below it."""
    if spec.below and not _has_value_beside(label):
        return value_in_cell_below(label, spec, page.rows, page.labels, rank)
    row = label.row
    next_start = page.next_starts.get(id(label))
    limit = len(row.chars) if next_start is None else next_start
    is_in_column = id(label) in page.in_columns
    first = float("inf") if is_in_column else _first_gap(label, spec, is_last=next_start is None)
    next_gap = _TIGHT_GAP if spec.type is FieldType.DIGITS else NEXT_GAP
    end = min(run_end(row, label.end, limit, first=first, next_=next_gap), _end_before_heading(page, label, limit))
    end = _end_before_other(_UNKNOWN_LABEL, row, label.end, end)
    end = _end_before_other(_ID_BEHIND_NAME, row, label.end, end) if spec.type is FieldType.TEXT else end
    if end == label.end:
        return _elsewhere(page, label, spec, limit, rank)
    found = candidate(spec.type, span_of(row, label.end, end), rank=rank)
    if found is None and spec.type is FieldType.MONEY_WORDS:
        found = _words_behind_circle(row, end, limit, rank)
    if found is None and spec.type is FieldType.MONEY:  # two columns of sums
        tight = run_end(row, label.end, end, first=first, next_=_TIGHT_GAP)
        found = candidate(spec.type, span_of(row, label.end, tight), rank=rank)
    if found is None:
        return value_below_row_of_labels(label, spec, page.rows, page.labels, rank)
    if spec.type is FieldType.CODE and spec.lines > 1:
        return code_continued(found, label, page.rows, page.labels)
    if spec.type is not FieldType.TEXT:
        return found
    return with_continuation(found, label, page.rows, page.labels, spec.lines)


def _has_value_beside(label: Label) -> bool:
    """Return whether a label ends with a colon and something stands right behind it."""
    return label.colon and label.end < len(label.row.chars) and label.row.gap(label.end) < NEXT_GAP


def _elsewhere(page: LabelledPage, label: Label, spec: FieldSpec, limit: int, rank: int) -> Candidate | None:
    """Return the value of a label that has nothing right behind it: far behind, around it, or below it."""
    far = _far_organisation(label, limit, rank) if spec.type is FieldType.TEXT else None
    if far is not None:
        return far
    if spec.type is FieldType.TEXT and spec.lines > 1:
        around = value_around(label, page.rows, page.labels, rank)
        if around is not None:
            return around
    below = value_below_row_of_labels(label, spec, page.rows, page.labels, rank)
    return below or (_below(page, label, spec, rank) if _is_free_behind(label.row, label) else None)


def _end_before_other(pattern: re.Pattern[str], row: TextRow, start: int, end: int) -> int:
    """Return where the value ends: before what `pattern` finds in it, which is no part of it."""
    span = span_of(row, start, end)
    other = pattern.search(span.folded)
    return end if other is None else start + sum(place is not None for place in span.places[: other.start()])


def _first_gap(label: Label, spec: FieldSpec, *, is_last: bool) -> float:
    """Return how far behind its label a value may begin, in heights; `is_last` of the labels in its row."""
    row, usual = label.row, _FIRST_GAP.get(spec.type, _USUAL_FIRST_GAP)
    behind = range(label.end + 1, len(row.chars))
    if not is_last or any(row.gap(index) > NEXT_GAP for index in behind):
        return usual
    if spec.type is FieldType.MONEY:
        return _ALONE_GAP
    if not label.colon or label.start > 0:
        return usual
    return max(usual, _ALONE_TEXT_GAP if spec.type is FieldType.TEXT else _ALONE_GAP)


def _far_organisation(label: Label, limit: int, rank: int) -> Candidate | None:
    """Return the name of an organisation far behind a label: it can be no label itself."""
    row = label.row
    end = run_end(row, label.end, limit, first=_FAR_GAP, next_=NEXT_GAP)
    found = candidate(FieldType.TEXT, span_of(row, label.end, end), rank=rank)
    return found if found is not None and _ORGANISATION.search(found.value) else None


def _words_behind_circle(row: TextRow, start: int, end: int, rank: int) -> Candidate | None:
    """Return the amount behind a crossed circle that was read as a separate character of another size."""
    stop = run_end(row, start, end, first=_CIRCLE_GAP, next_=NEXT_GAP)
    return candidate(FieldType.MONEY_WORDS, span_of(row, start, stop), rank=rank)


def _end_before_heading(page: LabelledPage, label: Label, end: int) -> int:
    """Return where the text behind a label ends: at a vertical heading right of it, otherwise at `end`."""
    lefts = [
        heading.left
        for heading in page.headings
        if heading.left > label.right and not heading.distance_to(label.row.middle)
    ]
    nearest = min(lefts, default=float("inf"))
    return next((index for index in range(label.end, end) if label.row.chars[index].left > nearest), end)


def _is_free_behind(row: TextRow, label: Label) -> bool:
    return label.end == len(row.chars) or row.gap(label.end) > _USUAL_FIRST_GAP


def _below(page: LabelledPage, label: Label, spec: FieldSpec, rank: int) -> Candidate | None:
    """Return a value alone in the line below a label; not names and sums, which may belong to another label."""
    if spec.type not in _MAY_STAND_BELOW:
        return None
    labelled = {id(other.row) for other in page.labels}
    for row in page.rows:
        near = 0 < row.middle - label.row.middle < _BELOW * label.row.height
        if not near or id(row) in labelled or row.chars[0].left > label.right or row.chars[-1].right < label.left:
            continue
        found = candidate(
            spec.type, span_of(row, 0, run_end(row, 0, len(row.chars), first=float("inf"), next_=NEXT_GAP))
        )
        if found and (spec.type is not FieldType.DIGITS or len(found.value) >= _LEAST_DIGITS_BELOW):
            return Candidate(value=found.value, chars=found.chars, rank=rank, doubts=found.doubts)
    return None
