"""The lines of a table from a model's answer to the prompt for tables: its HTML or Markdown, by the labels in its head.

A cell of several printed lines is parted where all numbers beside it are parted alike; what is not clear stays empty.
"""

import re
from collections.abc import Mapping, Sequence

from bot.domain.document import Field, Row, Source
from bot.domain.page_text.tables import Table, is_rule, parse_html_table, parse_markdown_table, places
from bot.domain.prompt import FieldSpec, FieldType
from bot.domain.texts import chat as texts
from workers.extraction.field_values import find_value
from workers.extraction.form_words import SUM_SIGN, TABLE_ENDS
from workers.extraction.labels import normal_label
from workers.layout.text_rows import fold

_HTML = re.compile(r"<table\b[^<>]*>(.*?)</table>", re.IGNORECASE | re.DOTALL)
_LEAST_SHARE = 0.5  # of the columns that must stand in a head
_LEAST = 2

Cells = Mapping[str, str]  # what stands in a line, by the columns' keys


def rows_in(answer: str, specs: Sequence[FieldSpec], page: int) -> tuple[Row, ...]:
    """Return the lines of the table in a whole, cleaned answer; nothing where no table or more than one has the head.

    A value that is nothing of its type is DOUBTFUL and stands as the model wrote it.
    """
    found = [lines for table in _tables(answer) if (lines := _lines(_grid(table), specs)) is not None]
    if len(found) != 1:
        return ()
    whole = _whole([part for line in found[0] for part in _parted(line, specs)], specs)
    return tuple(Row(cells=tuple(_cell(spec, line.get(spec.key, ""), page) for spec in specs)) for line in whole)


def _tables(answer: str) -> list[Table]:
    html = [parse_html_table(match[1]) for match in _HTML.finditer(answer)]
    if html:
        return html
    lines = answer.splitlines()
    rules = [at for at, line in enumerate(lines) if at and is_rule(line)]
    ends = [next((end for end in range(at, len(lines)) if "|" not in lines[end]), len(lines)) for at in rules]
    return [parse_markdown_table(lines[at - 1 : end]) for at, end in zip(rules, ends, strict=True)]


def _grid(table: Table) -> list[list[str]]:
    """Return the table's rows with each cell in its column; what is spanned besides the first place is empty."""
    found = places(table)
    width = max((place.column + place.cell.columns for place in found), default=0)
    grid = [[""] * width for _ in table.rows]
    for place in found:
        grid[place.row][place.column] = place.cell.text
    return grid


def _lines(grid: Sequence[Sequence[str]], specs: Sequence[FieldSpec]) -> list[Cells] | None:
    """Return what stands below the head and above the sums, None without a head that has what it must."""
    words = {normal_label(label): spec for spec in specs for label in (spec.name, *spec.labels)}
    for at, row in enumerate(grid):
        found = {x: words[label].key for x, cell in enumerate(row) if (label := normal_label(cell)) in words}
        keys = [*found.values()]
        if len({*keys}) < max(_LEAST, _LEAST_SHARE * len(specs)):
            continue
        if len({*keys}) < len(keys) or any(spec.required and spec.key not in keys for spec in specs):
            return None
        below = grid[at + 1 :]
        end = next((y for y, cells in enumerate(below) if _is_end(cells)), len(below))
        return [{key: row[x].strip() for x, key in found.items() if row[x].strip()} for row in below[:end]]
    return None


def _is_end(cells: Sequence[str]) -> bool:
    text = normal_label("".join(cells))
    return text.startswith(TABLE_ENDS) or SUM_SIGN in text


def _parted(line: Cells, specs: Sequence[FieldSpec]) -> list[Cells]:
    """Return the lines that one row of a table holds: forms have no rule between their articles.

    They are as many as the numbers that each must have. A number in more or fewer parts belongs to no line for sure.
    """
    parts = {key: [part.strip() for part in text.split("\n") if part.strip()] for key, text in line.items()}
    numbers = [spec for spec in specs if spec.type is not FieldType.TEXT and spec.key in parts]
    musts = [spec for spec in numbers if spec.required]
    most = max((len(parts[spec.key]) for spec in musts or numbers), default=1)
    if most == 1:
        unclear = {spec.key for spec in numbers if len(parts[spec.key]) > 1}
        return [{key: "".join(said) for key, said in parts.items() if key not in unclear}]
    clear = {key: said for key, said in parts.items() if len(said) == most}
    return [{key: said[at] for key, said in clear.items()} for at in range(most)]


def _whole(lines: Sequence[Cells], specs: Sequence[FieldSpec]) -> list[Cells]:
    """Put a name that goes on in the next line together, and leave out what is no line."""
    numbers = {spec.key for spec in specs if spec.type is not FieldType.TEXT}
    whole: list[dict[str, str]] = []
    for line in lines:
        if line.keys() & numbers:
            whole.append(dict(line))
        elif whole and line.keys() <= whole[-1].keys():
            whole[-1] |= {key: whole[-1][key] + more for key, more in line.items()}
    return list(whole)


def _cell(spec: FieldSpec, said: str, page: int) -> Field:
    if not said:
        return spec.missing
    shown = " ".join(said.split())
    found = find_value(spec.type, fold(shown), shown)
    doubts = found.doubts if found is not None else (texts.doubt_form(shown),)
    return spec.field(found.value if found is not None else shown, Source.MODEL, page=page, doubts=doubts)
