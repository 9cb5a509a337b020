"""The lines of a printed table, found by the positions of its words below the labels of the head.

A cell whose column is ambiguous is left empty, and a line without its main cells does not count as one.
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

_NEXT_LINE = 2.0  # heights down to the line that continues a long name
_ALIGNED = 1.0  # heights between the left edges of the two lines


@dataclass(frozen=True, kw_only=True)
class _PrintedLine:
    """One printed line of a table: its values by column key, and the keys of the ambiguous columns."""

    row: TextRow
    cells: dict[str, Candidate]
    unclear: frozenset[str]


def find_rows(lines: Sequence[Line], specs: Sequence[FieldSpec]) -> tuple[TableRow, ...]:
    """Return the table's lines, page by page, a cell for each spec: UNCHECKED or DOUBTFUL with a box, else MISSING.

    Input lines without a box are ignored. Pages without the table's labels or its row of sums have no lines.
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
    """Return the number of the page that a line is on, 0 if unknown."""
    return next((cell.page for cell in row.cells if cell.page is not None), 0)


def incomplete_lines(rows: Sequence[TableRow], specs: Sequence[FieldSpec]) -> tuple[str, ...]:
    """Return one doubt that names the lines that lack a required cell, none if all lines are complete."""
    required = {spec.key for spec in specs if spec.required}
    missing = [[cell.name for cell in row.cells if cell.key in required and not cell.value] for row in rows]
    numbers = [number for number, names in enumerate(missing, 1) if names]
    names = tuple(dict.fromkeys(name for line in missing for name in line))
    return (texts.answers.lines_incomplete(numbers, names),) if numbers else ()


def _page_rows(lines: Sequence[Line], number: int, specs: Sequence[FieldSpec]) -> list[TableRow]:
    head = find_head(rows_of(straighten(lines)), specs)
    if head is None:
        return []
    printed = (_printed_line(row, head) for row in head.rows)
    merged = _merged_lines([line for line in printed if line.cells or line.unclear], specs)
    return [
        TableRow(cells=tuple(_field_of_cell(spec, line.cells.get(spec.key), number) for spec in specs))
        for line in merged
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
    """Return the lines merged with their continuations; a line that fits nowhere makes its neighbours doubtful."""
    text_keys = {spec.key for spec in specs if spec.type is FieldType.TEXT}
    merged: list[_PrintedLine] = []
    loose: _PrintedLine | None = None  # continues no line above it
    for before, line in zip((None, *lines), lines, strict=False):
        if _begins_line(line, specs):
            merged.append(line if loose is None else _with_doubt(line, loose))
            loose = None
        elif (
            merged and before is not None and loose is None and _continues_line(merged[-1], line, before.row, text_keys)
        ):
            merged[-1] = _with_continuation(merged[-1], line)
        else:
            loose = line
            merged[-1:] = [_with_doubt(above, line) for above in merged[-1:]]
    return merged


def _begins_line(line: _PrintedLine, specs: Sequence[FieldSpec]) -> bool:
    """Return whether a printed line begins a table line: it has a required number, or a number and a required text."""
    numbers = {spec.key for spec in specs if spec.type is not FieldType.TEXT}
    required = {spec.key for spec in specs if spec.required}
    present = line.cells.keys() | line.unclear
    return bool(present & numbers & required) or bool(present & numbers and present & required)


def _continues_line(above: _PrintedLine, line: _PrintedLine, before: TextRow, text_keys: set[str]) -> bool:
    """Return whether `line`, printed right below the row `before`, continues texts of the table line `above`."""
    is_near = line.row.middle - before.middle < _NEXT_LINE * before.height
    present = line.cells.keys()
    has_texts_only = not line.unclear and present <= text_keys and present <= above.cells.keys()
    is_aligned = all(
        abs(line.cells[key].chars[0].left - above.cells[key].chars[0].left) < _ALIGNED * before.height
        for key in present & above.cells.keys()
    )
    return is_near and has_texts_only and is_aligned


def _with_continuation(above: _PrintedLine, line: _PrintedLine) -> _PrintedLine:
    cells = {key: _continued(cell, line.cells.get(key)) for key, cell in above.cells.items()}
    return replace(above, cells=cells)


def _continued(cell: Candidate, below: Candidate | None) -> Candidate:
    return cell if below is None else joined(join_wrapped(cell.value, below.value), [cell, below])


def _with_doubt(line: _PrintedLine, loose: _PrintedLine) -> _PrintedLine:
    """Return `line` with a doubt on each cell that the loose line next to it may continue."""
    affected = loose.cells.keys() | loose.unclear
    cells = {
        key: joined(cell.value, [cell], [texts.warnings.doubt_may_continue()]) if key in affected else cell
        for key, cell in line.cells.items()
    }
    return replace(line, cells=cells)


def _field_of_cell(spec: FieldSpec, cell: Candidate | None, page: int) -> Field:
    return spec.missing if cell is None else field_of(spec, cell, page)
