"""Papers with the corrections that people made: for sums and exports. What was read stays as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain import texts
from bot.domain.document import Document, Field, Row, Status
from bot.domain.requests.correction import FieldCorrection

Place = tuple[int, int | None, str]  # of a value: the paper, from 1, the row, from 0, and the field's key


def with_corrections(document: Document, corrections: Sequence[FieldCorrection], *, file: int) -> Document:
    """Return the document of a request's `file`, from 0, with the last correction of each value in its place.

    A corrected value is unchecked, and its doubt says what was read.
    """
    last = last_of_each(one for one in corrections if one.file == file)
    if not last:
        return document
    papers = [_corrected(paper, number, last) for number, paper in enumerate(document.papers, 1)]
    return replace(papers[0], others=tuple(papers[1:]))


def last_of_each(corrections: Iterable[FieldCorrection]) -> dict[Place, FieldCorrection]:
    """Return the last correction of each value."""
    return {(one.paper, one.row, one.field): one for one in corrections}


def _corrected(paper: Document, number: int, last: dict[Place, FieldCorrection]) -> Document:
    def value(field: Field, row: int | None = None) -> Field:
        correction = last.get((number, row, field.key))
        return field if correction is None else _with_value(field, correction.after)

    return replace(
        paper,
        fields=tuple(map(value, paper.fields)),
        rows=tuple(Row(cells=tuple(value(cell, index) for cell in row.cells)) for index, row in enumerate(paper.rows)),
    )


def _with_value(field: Field, given: str) -> Field:
    if given == field.value:
        return field
    return replace(field, value=given, status=Status.UNCHECKED, doubts=(texts.talk.corrected(field.value),))
