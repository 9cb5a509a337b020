"""The lines of a printed table, found by the positions of its words below the labels of the head.

A cell whose column is ambiguous is left empty, and a line without its main cells does not count as one.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from bot.domain import texts
from bot.domain.checking.registry import CheckContext, apply_checks
from bot.domain.document import Field, Line, Status
from bot.domain.document import Row as TableRow
from bot.domain.prompt import FieldSpec, FieldType, Prompt
from bot.domain.roles import Role
from workers.extraction.candidates import Candidate, field_of, joined
from workers.extraction.continuation import sign_behind
from workers.extraction.itinerary import split_stop, with_stops
from workers.extraction.printed_lines import PrintedLine, printed_line, without_sums
from workers.extraction.table_header import Head, find_head, in_own_form
from workers.extraction.tables.columns_by_form import head_by_form
from workers.extraction.values.goods_names import with_asterisks
from workers.layout.rows import join_wrapped
from workers.layout.text_rows import TextRow, rows_of, straighten

_NEXT_LINE = 2.0  # heights down to the line that continues a long name
_ALIGNED = 1.0  # heights between the left edges, or the centers, of the two lines

_FindHead = Callable[[Sequence[TextRow], Sequence[FieldSpec], Sequence[str]], Head | None]


def find_rows(lines: Sequence[Line], specs: Sequence[FieldSpec], ends: Sequence[str] = ()) -> tuple[TableRow, ...]:
    """Return the table's lines, page by page, a cell for each spec of its form.

    A cell is UNCHECKED or DOUBTFUL with a box, else MISSING. Input lines without a box are ignored. Pages without the
    table's labels or its row of sums have no lines; `ends` are the words that may stand below one without such a row.
    """
    return in_own_form(
        [row for number, page in _pages(lines) for row in _page_rows(page, number, specs, ends, find_head)], specs
    )


def find_table(lines: Sequence[Line], kind: Prompt) -> tuple[TableRow, ...]:
    """Return the lines of the table of a paper of a kind, also where its head is hardly legible.

    As `find_rows`, but on a page without such a head the form of what stands below it says what is in which column.
    Then each cell is DOUBTFUL that no check of the kind confirms, and texts that the engine is unsure of are left out.
    """
    specs, ends = kind.columns, kind.table_ends
    rows = list[TableRow]()
    for number, page in _pages(lines) if specs else ():
        found = _page_rows(page, number, specs, ends, find_head)
        rows += found or _by_form(page, number, kind)
    return in_own_form(rows, specs)


def _pages(lines: Sequence[Line]) -> list[tuple[int, list[Line]]]:
    numbers = sorted({line.page for line in lines})
    return [(number, [line for line in lines if line.page == number]) for number in numbers]


def _by_form(page: Sequence[Line], number: int, kind: Prompt) -> list[TableRow]:
    """Return the lines of a page's table with a hardly legible head; a single value is no line but a sum, or a note."""
    texts_of = {spec.key for spec in kind.columns if spec.type is FieldType.TEXT}
    rows = _page_rows(page, number, kind.columns, kind.table_ends, head_by_form)
    rows = [TableRow(cells=tuple(map(partial(_without_unclear, keys=texts_of), row.cells))) for row in rows]
    return _doubted([row for row in rows if sum(bool(cell.value) for cell in row.cells) > 1], kind)


def _without_unclear(cell: Field, keys: Collection[str]) -> Field:
    return cell.emptied if cell.key in keys and texts.warnings.doubt_unclear() in cell.doubts else cell


def _doubted(rows: Sequence[TableRow], kind: Prompt) -> list[TableRow]:
    checked = apply_checks((), in_own_form(rows, kind.columns), kind.checks, CheckContext()).rows
    confirmed = [{cell.key for cell in row.cells if cell.status is Status.CHECKED} for row in checked]
    return [
        TableRow(
            cells=tuple(
                _with_doubt_of_head(cell) if cell.value and cell.key not in keys else cell for cell in row.cells
            )
        )
        for row, keys in zip(rows, confirmed, strict=True)
    ]


def _with_doubt_of_head(cell: Field) -> Field:
    return replace(cell, status=Status.DOUBTFUL, doubts=(*cell.doubts, texts.warnings.doubt_head_unread()))


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


def _page_rows(
    lines: Sequence[Line], number: int, specs: Sequence[FieldSpec], ends: Sequence[str], find: _FindHead
) -> list[TableRow]:
    head = find(rows_of(straighten(lines)), [spec for spec in specs if spec.stop is None], ends)
    if head is None:
        return []
    parts = [split_stop(row, specs, head.columns[0].left) for row in head.rows]
    lines_read = [(printed_line(row, head) if row is not None else None, place) for row, place in parts]
    printed = [line for line in with_stops(lines_read, specs) if line.cells or line.unclear]
    merged = without_sums(_merged_lines(printed, specs), specs)
    return [
        TableRow(cells=tuple(_field_of_cell(spec, line.cells.get(spec.key), number) for spec in specs))
        for line in merged
    ]


def _merged_lines(lines: Sequence[PrintedLine], specs: Sequence[FieldSpec]) -> list[PrintedLine]:
    """Return the lines merged with their continuations; a line that fits nowhere makes its neighbours doubtful."""
    text_keys = {spec.key for spec in specs if spec.type is FieldType.TEXT}
    merged: list[PrintedLine] = []
    loose: PrintedLine | None = None  # continues no line above it
    for before, line in zip((None, *lines), lines, strict=False):
        if _begins_line(line, specs):
            merged.append(line if loose is None else _with_doubt(line, loose))
            loose = None
        elif (
            merged and before is not None and loose is None and _continues_line(merged[-1], line, before.row, text_keys)
        ):
            merged[-1] = _with_continuation(merged[-1], line, before.row)
        else:
            loose = line
            merged[-1:] = [_with_doubt(above, line) for above in merged[-1:]]
    return merged


def _begins_line(line: PrintedLine, specs: Sequence[FieldSpec]) -> bool:
    """Return whether a printed line begins a table line: it has a required number, or a number and a required text."""
    numbers = {spec.key for spec in specs if spec.type is not FieldType.TEXT}
    required = {spec.key for spec in specs if spec.required}
    present = line.cells.keys() | line.unclear
    return bool(present & numbers & required) or bool(present & numbers and present & required)


def _continues_line(above: PrintedLine, line: PrintedLine, before: TextRow, text_keys: set[str]) -> bool:
    """Return whether `line`, printed right below the row `before`, continues texts of the table line `above`."""
    is_near = line.row.middle - before.middle < _NEXT_LINE * before.height
    present = line.cells.keys()
    has_texts_only = not line.unclear and present <= text_keys and present <= above.cells.keys()
    is_aligned = all(
        _are_aligned(line.cells[key], above.cells[key], within=_ALIGNED * before.height)
        for key in present & above.cells.keys()
    )
    return is_near and has_texts_only and is_aligned


def _are_aligned(one: Candidate, other: Candidate, *, within: float) -> bool:
    edges = [(cell.chars[0].left, cell.chars[-1].right) for cell in (one, other)]
    (left, right), (other_left, other_right) = edges
    return abs(left - other_left) < within or abs(left + right - other_left - other_right) < 2 * within


def _with_continuation(above: PrintedLine, line: PrintedLine, before: TextRow) -> PrintedLine:
    cells = {key: _continued(cell, line.cells.get(key), before) for key, cell in above.cells.items()}
    return replace(above, cells=cells)


def _continued(cell: Candidate, below: Candidate | None, before: TextRow) -> Candidate:
    if below is None:
        return cell
    return joined(join_wrapped(cell.value + sign_behind(cell, before), below.value), [cell, below])


def _with_doubt(line: PrintedLine, loose: PrintedLine) -> PrintedLine:
    """Return `line` with a doubt on each cell that the loose line next to it may continue."""
    affected = loose.cells.keys() | loose.unclear
    cells = {
        key: joined(cell.value, [cell], [texts.warnings.doubt_may_continue()]) if key in affected else cell
        for key, cell in line.cells.items()
    }
    return replace(line, cells=cells)


def _field_of_cell(spec: FieldSpec, cell: Candidate | None, page: int) -> Field:
    if cell is None:
        return spec.missing
    found = field_of(spec, cell, page)
    return replace(found, value=with_asterisks(found.value)) if spec.role is Role.ITEM_NAME else found
