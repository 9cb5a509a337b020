"""The lines of a table in a model's answer, HTML or Markdown, found by the labels in its head.

A row of several printed lines is split if its numbers have equally many parts; ambiguous cells stay empty.
"""

import re
from collections.abc import Mapping, Sequence

from bot.domain import texts
from bot.domain.document import Field, Row, Source
from bot.domain.page_text.tables import Table, is_rule, parse_html_table, parse_markdown_table, placed_cells
from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.labels import normal_label
from workers.extraction.table_header import in_own_form, is_table_end, match_head
from workers.extraction.values.field_values import find_value
from workers.layout.text_rows import fold

_HTML = re.compile(r"<table\b[^<>]*>(.*?)</table>", re.IGNORECASE | re.DOTALL)

Cells = Mapping[str, str]
"""The texts of a line by column key."""


def rows_in(answer: str, specs: Sequence[FieldSpec], page: int, ends: Sequence[str] = ()) -> tuple[Row, ...]:
    """Return the lines of the table in a complete, cleaned answer; none unless exactly one table has a sound head.

    `page` is the page's number; `ends` are the words that may stand below a table without a row of sums. A value that
    does not fit its type is DOUBTFUL and stays as the model wrote it.
    """
    tables = [
        lines
        for table in _tables_in(answer)
        if (lines := _lines_below_head(_cell_grid(table), specs, ends)) is not None
    ]
    if len(tables) != 1:
        return ()
    merged = _merged_lines([part for line in tables[0] for part in _split_lines(line, specs)], specs)
    rows = [Row(cells=tuple(_field_of_text(spec, line.get(spec.key, ""), page) for spec in specs)) for line in merged]
    return in_own_form(rows, specs)


def _tables_in(answer: str) -> list[Table]:
    html = [parse_html_table(match[1]) for match in _HTML.finditer(answer)]
    if html:
        return html
    lines = answer.splitlines()
    rules = [at for at, line in enumerate(lines) if at and is_rule(line)]
    ends = [next((end for end in range(at, len(lines)) if "|" not in lines[end]), len(lines)) for at in rules]
    return [parse_markdown_table(lines[at - 1 : end]) for at, end in zip(rules, ends, strict=True)]


def _cell_grid(table: Table) -> list[list[str]]:
    """Return the table as a grid; a spanning cell fills its first place, the others are empty."""
    cells = placed_cells(table)
    width = max((placed.column + placed.cell.columns for placed in cells), default=0)
    grid = [[""] * width for _ in table.rows]
    for placed in cells:
        grid[placed.row][placed.column] = placed.cell.text
    return grid


def _lines_below_head(
    grid: Sequence[Sequence[str]], specs: Sequence[FieldSpec], ends: Sequence[str]
) -> list[Cells] | None:
    """Return the lines between the head and the sums, None without a sound head."""
    for at, row in enumerate(grid):
        match = match_head([normal_label(cell) for cell in row], specs)
        if not match.is_head:
            continue
        if not match.is_sound:
            return None
        columns = [(x, column.key) for x, column in enumerate(match.columns) if column is not None]
        below = grid[at + 1 :]
        end = next((y for y, cells in enumerate(below) if is_table_end(normal_label("".join(cells)), ends)), len(below))
        return [{key: cells[x].strip() for x, key in columns if cells[x].strip()} for cells in below[:end]]
    return None


def _split_lines(line: Cells, specs: Sequence[FieldSpec]) -> list[Cells]:
    """Return the printed lines in one row of a table: forms have no rules between lines, so a model may merge them.

    The required numbers decide how many lines there are. Cells with another number of parts are left out as ambiguous.
    """
    parts = {key: [part.strip() for part in text.split("\n") if part.strip()] for key, text in line.items()}
    numbers = [spec for spec in specs if spec.type is not FieldType.TEXT and spec.key in parts]
    required = [spec for spec in numbers if spec.required]
    most = max((len(parts[spec.key]) for spec in required or numbers), default=1)
    if most == 1:
        unclear = {spec.key for spec in numbers if len(parts[spec.key]) > 1}
        return [{key: "".join(of_cell) for key, of_cell in parts.items() if key not in unclear}]
    clear = {key: of_cell for key, of_cell in parts.items() if len(of_cell) == most}
    return [{key: of_cell[at] for key, of_cell in clear.items()} for at in range(most)]


def _merged_lines(lines: Sequence[Cells], specs: Sequence[FieldSpec]) -> list[Cells]:
    """Return the lines, each merged with the texts that continue it, without those that are no lines of the table."""
    numbers = {spec.key for spec in specs if spec.type is not FieldType.TEXT}
    merged: list[dict[str, str]] = []
    for line in lines:
        if line.keys() & numbers:
            merged.append(dict(line))
        elif merged and line.keys() <= merged[-1].keys():
            merged[-1] |= {key: merged[-1][key] + more for key, more in line.items()}
    return list(merged)


def _field_of_text(spec: FieldSpec, text: str, page: int) -> Field:
    if not text:
        return spec.missing
    shown = " ".join(text.split())
    found = find_value(spec.type, fold(shown), shown)
    doubts = found.doubts if found is not None else (texts.warnings.doubt_form(shown),)
    return spec.field(found.value if found is not None else shown, Source.MODEL, page=page, doubts=doubts)
