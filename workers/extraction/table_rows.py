"""The lines of a printed table by the places of its words: each belongs under one label of the head.

A cell whose place is not clear is left empty, and a line without its main cells is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.document import Field, Line
from bot.domain.document import Row as TableRow
from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.candidates import Candidate, candidate, field_of, joined, span_of
from workers.extraction.column_assignment import assign_columns
from workers.extraction.table_header import Column, Head, find_head
from workers.layout.rows import join_wrapped
from workers.layout.text_rows import TextRow, rows_of, straighten

_NEXT_LINE = 2.0  # heights down to where a long name goes on
_ALIGNED = 1.0  # heights between the beginnings of its lines


@dataclass(frozen=True, kw_only=True)
class _PrintedLine:
    """One printed line of a table: the values by column key, and the keys of the columns that are ambiguous."""

    row: TextRow
    cells: dict[str, Candidate]
    unclear: frozenset[str]


def find_rows(lines: Sequence[Line], specs: Sequence[FieldSpec]) -> tuple[TableRow, ...]:
    """Return the table's lines, page by page, a cell for each spec: UNCHECKED or DOUBTFUL with its place, else MISSING.

    Lines without a box are ignored. A page without the table's labels or without its sums gives none.
    """
    if not specs:
        return ()
    numbers = sorted({line.page for line in lines})
    pages = ((number, [line for line in lines if line.page == number]) for number in numbers)
    return tuple(row for number, page in pages for row in _page_rows(page, number, specs))


def by_page(rows: Sequence[TableRow]) -> tuple[TableRow, ...]:
    """Return the lines in the order of their pages."""
    return tuple(sorted(rows, key=page_of))


def page_of(row: TableRow) -> int:
    """Return the page that a line was found on, 0 if unknown."""
    return next((cell.page for cell in row.cells if cell.page is not None), 0)


def incomplete_lines(rows: Sequence[TableRow], specs: Sequence[FieldSpec]) -> tuple[str, ...]:
    """Return one doubt that names the lines without a required cell, none if all are complete."""
    musts = {spec.key for spec in specs if spec.required}
    lost = [[cell.name for cell in row.cells if cell.key in musts and not cell.value] for row in rows]
    numbers = [number for number, names in enumerate(lost, 1) if names]
    names = tuple(dict.fromkeys(name for line in lost for name in line))
    return (texts.answers.lines_incomplete(numbers, names),) if numbers else ()


def _page_rows(lines: Sequence[Line], number: int, specs: Sequence[FieldSpec]) -> list[TableRow]:
    head = find_head(rows_of(straighten(lines)), specs)
    if head is None:
        return []
    printed = (_printed_line(row, head) for row in head.rows)
    whole = _merged_lines([line for line in printed if line.cells or line.unclear], specs)
    return [
        TableRow(cells=tuple(_field_of_cell(spec, line.cells.get(spec.key), number) for spec in specs))
        for line in whole
    ]


def _printed_line(row: TextRow, head: Head) -> _PrintedLine:
    placement = assign_columns(row, head.columns, strict=not head.complete)
    cells, unclear = {}, set(_unclear_keys(head.columns, placement.unclear))
    for at, (start, end) in placement.spans.items():
        spec = head.columns[at].spec
        if spec is None or at in placement.unclear:
            continue
        found = candidate(spec.type, span_of(row, start, end))
        if found is None:
            unclear.add(spec.key)
        else:
            cells[spec.key] = found
    return _PrintedLine(row=row, cells=cells, unclear=frozenset(unclear))


def _unclear_keys(columns: Sequence[Column], places: frozenset[int]) -> list[str]:
    return [spec.key for at in places if (spec := columns[at].spec) is not None]


def _merged_lines(lines: Sequence[_PrintedLine], specs: Sequence[FieldSpec]) -> list[_PrintedLine]:
    """Return the lines with their continuations merged; a line that belongs nowhere makes its neighbours doubtful."""
    text = {spec.key for spec in specs if spec.type is FieldType.TEXT}
    whole: list[_PrintedLine] = []
    loose: _PrintedLine | None = None  # belongs to no line above it
    for before, line in zip((None, *lines), lines, strict=False):
        if _begins_line(line, specs):
            whole.append(line if loose is None else _with_doubt(line, loose))
            loose = None
        elif whole and before is not None and loose is None and _continues_line(whole[-1], line, before.row, text):
            whole[-1] = _with_continuation(whole[-1], line)
        else:
            loose = line
            whole[-1:] = [_with_doubt(one, line) for one in whole[-1:]]
    return whole


def _begins_line(line: _PrintedLine, specs: Sequence[FieldSpec]) -> bool:
    """Return whether a printed line begins a table line: it has a required number, or a number and a required name."""
    numbers = {spec.key for spec in specs if spec.type is not FieldType.TEXT}
    musts = {spec.key for spec in specs if spec.required}
    there = line.cells.keys() | line.unclear
    return bool(there & numbers & musts) or bool(there & numbers and there & musts)


def _continues_line(above: _PrintedLine, line: _PrintedLine, last: TextRow, text: set[str]) -> bool:
    near = line.row.middle - last.middle < _NEXT_LINE * last.height
    there = line.cells.keys()
    known = not line.unclear and there <= text and there <= above.cells.keys()
    aligned = all(
        abs(line.cells[key].chars[0].left - above.cells[key].chars[0].left) < _ALIGNED * last.height
        for key in there & above.cells.keys()
    )
    return near and known and aligned


def _with_continuation(above: _PrintedLine, line: _PrintedLine) -> _PrintedLine:
    cells = {key: _continued(one, line.cells.get(key)) for key, one in above.cells.items()}
    return replace(above, cells=cells)


def _continued(one: Candidate, other: Candidate | None) -> Candidate:
    return one if other is None else joined(join_wrapped(one.value, other.value), [one, other])


def _with_doubt(line: _PrintedLine, loose: _PrintedLine) -> _PrintedLine:
    """Return a line whose cells are doubtful where the loose line next to it may continue them."""
    touched = loose.cells.keys() | loose.unclear
    cells = {
        key: joined(one.value, [one], [texts.warnings.doubt_may_continue()]) if key in touched else one
        for key, one in line.cells.items()
    }
    return replace(line, cells=cells)


def _field_of_cell(spec: FieldSpec, one: Candidate | None, page: int) -> Field:
    return spec.missing if one is None else field_of(spec, one, page)
