"""Boxes for text without layout: paragraphs below each other, cells of tables in columns.

Fields are found by the positions of lines, so the boxes keep side by side, and below each other, what a reader sees so.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate

from bot.domain.document import Box, Line
from bot.domain.page_text.tables import Table, placed_cells

_WIDE, _NARROW, _HEIGHT, _PITCH = 40, 20, 50, 80  # tenths of a mm: of characters, and from row to row
_GAP = 80  # tenths of a mm between columns
_LONGEST = 400  # characters of one line
_MOST_CHARACTERS = 40_000  # of all lines: each is compared with every label

_RowTexts = list[tuple[int, str]]  # the left edge and the text of each cell in one row


def lines_of(blocks: Iterable[str | Table]) -> tuple[Line, ...]:
    """Return the lines of paragraphs and tables on page 0, with boxes in tenths of a mm."""
    return tuple(_lines_from_top(row for block in blocks for row in _text_rows(block)))


def _text_rows(block: str | Table) -> Iterator[_RowTexts]:
    if isinstance(block, Table):
        yield from _table_rows(block)
        return
    for line in block.split("\n"):
        yield from ([(0, line[at : at + _LONGEST])] for at in range(0, len(line), _LONGEST))


def _table_rows(table: Table) -> Iterator[_RowTexts]:
    """Yield the rows of text of a table: each of its rows gives as many as its tallest cell has lines."""
    placed = placed_cells(table)
    widths = [0] * max((place.column + place.cell.columns for place in placed), default=0)
    rows: dict[int, list[tuple[int, list[str]]]] = {}
    for place in placed:
        lines = [line[:_LONGEST] for line in place.cell.text.split("\n")]
        rows.setdefault(place.row, []).append((place.column, lines))
        if place.cell.columns == 1:
            widths[place.column] = max(widths[place.column], *map(_text_width, lines))
    lefts = [*accumulate((width + _GAP for width in widths), initial=0)]
    for cells in rows.values():
        for at in range(max(len(lines) for _, lines in cells)):
            yield [(lefts[column], lines[at]) for column, lines in cells if at < len(lines)]


def _lines_from_top(rows: Iterable[_RowTexts]) -> Iterator[Line]:
    allowance = _MOST_CHARACTERS
    for number, row in enumerate(rows):
        allowance -= sum(len(text) for _, text in row)
        if allowance < 0:
            return
        top = number * _PITCH
        for left, text in row:
            if text.strip():
                yield Line(text=text, box=Box(left=left, top=top, right=left + _text_width(text), bottom=top + _HEIGHT))


def _text_width(text: str) -> int:
    return sum(_WIDE if unicodedata.east_asian_width(char) in "WF" else _NARROW for char in text)
