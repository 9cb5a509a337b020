"""The lines of a table in a model's answer, HTML or Markdown, by the labels in its head.

A cell of several printed lines is parted where all numbers beside it are parted alike; what is not clear stays empty.
"""

import re
from collections.abc import Mapping, Sequence

from bot.domain import texts
from bot.domain.document import Field, Row, Source
from bot.domain.page_text.tables import Table, is_rule, parse_html_table, parse_markdown_table, placed_cells
from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.field_values import find_value
from workers.extraction.labels import normal_label
from workers.extraction.table_header import is_table_end, match_head
from workers.layout.text_rows import fold

_HTML = re.compile(r"<table\b[^<>]*>(.*?)</table>", re.IGNORECASE | re.DOTALL)

Cells = Mapping[str, str]  # the texts of a line by column key


def rows_in(answer: str, specs: Sequence[FieldSpec], page: int) -> tuple[Row, ...]:
    """Return the lines of the table in a complete, cleaned answer; none unless exactly one table has the head.

    A value that does not fit its type is DOUBTFUL and stays as the model wrote it.
    """
    found = [
        lines for table in _tables_in(answer) if (lines := _lines_below_head(_cell_grid(table), specs)) is not None
    ]
    if len(found) != 1:
        return ()
    whole = _merged_lines([part for line in found[0] for part in _split_lines(line, specs)], specs)
    return tuple(
        Row(cells=tuple(_field_of_text(spec, line.get(spec.key, ""), page) for spec in specs)) for line in whole
    )


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
    found = placed_cells(table)
    width = max((place.column + place.cell.columns for place in found), default=0)
    grid = [[""] * width for _ in table.rows]
    for place in found:
        grid[place.row][place.column] = place.cell.text
    return grid


def _lines_below_head(grid: Sequence[Sequence[str]], specs: Sequence[FieldSpec]) -> list[Cells] | None:
    """Return the lines between the head and the sums, None without a sound head."""
    for at, row in enumerate(grid):
        match = match_head([normal_label(cell) for cell in row], specs)
        if not match.is_head:
            continue
        if not match.is_sound:
            return None
        found = [(x, column.key) for x, column in enumerate(match.columns) if column is not None]
        below = grid[at + 1 :]
        end = next((y for y, cells in enumerate(below) if is_table_end(normal_label("".join(cells)))), len(below))
        return [{key: cells[x].strip() for x, key in found if cells[x].strip()} for cells in below[:end]]
    return None


def _split_lines(line: Cells, specs: Sequence[FieldSpec]) -> list[Cells]:
    """Return the lines in one row of a table: forms have no rule between their goods.

    There are as many as parts of the required numbers. A number with more or fewer parts is left out as ambiguous.
    """
    parts = {key: [part.strip() for part in text.split("\n") if part.strip()] for key, text in line.items()}
    numbers = [spec for spec in specs if spec.type is not FieldType.TEXT and spec.key in parts]
    musts = [spec for spec in numbers if spec.required]
    most = max((len(parts[spec.key]) for spec in musts or numbers), default=1)
    if most == 1:
        unclear = {spec.key for spec in numbers if len(parts[spec.key]) > 1}
        return [{key: "".join(own) for key, own in parts.items() if key not in unclear}]
    clear = {key: own for key, own in parts.items() if len(own) == most}
    return [{key: own[at] for key, own in clear.items()} for at in range(most)]


def _merged_lines(lines: Sequence[Cells], specs: Sequence[FieldSpec]) -> list[Cells]:
    """Return the lines with names merged that continue in the next, without what is not a line."""
    numbers = {spec.key for spec in specs if spec.type is not FieldType.TEXT}
    whole: list[dict[str, str]] = []
    for line in lines:
        if line.keys() & numbers:
            whole.append(dict(line))
        elif whole and line.keys() <= whole[-1].keys():
            whole[-1] |= {key: whole[-1][key] + more for key, more in line.items()}
    return list(whole)


def _field_of_text(spec: FieldSpec, text: str, page: int) -> Field:
    if not text:
        return spec.missing
    shown = " ".join(text.split())
    found = find_value(spec.type, fold(shown), shown)
    doubts = found.doubts if found is not None else (texts.warnings.doubt_form(shown),)
    return spec.field(found.value if found is not None else shown, Source.MODEL, page=page, doubts=doubts)
