"""Places for a text that came without any, as if it had been typed line by line.

A model's answer for a page is text alone. What finds a value by the place of its label finds it in such lines too: a
line stands below the one before it, the cells of a table stand in columns, and an empty line is a gap.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.document import Box, Line
from bot.domain.page_text.blocks import read_blocks
from bot.domain.page_text.tables import PlacedCell, Table, placed_cells

_HEIGHT: Final = 20  # pixels of a line
_PITCH: Final = 30  # from a line to the next one
_CELL_GAP: Final = 60  # between two cells: wider than any gap within a value
_MOST_LINES: Final = 400
_MARKS: Final = re.compile(r"\*\*|^\s{0,3}#{1,6}\s+|^\s{0,3}[-*+]\s+|`")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    text: str
    left: int
    top: int


def typed_lines(text: str, page: int = 0) -> tuple[Line, ...]:
    """Return the lines of a page's text with made-up boxes, each cell of a table as lines of its own."""
    typed = [one for one in _typed(text) if one.text][:_MOST_LINES]
    return tuple(Line(text=one.text, box=_box(one), page=page) for one in typed)


def _typed(text: str) -> Iterator[_Typed]:
    top = 0
    for piece in text.split("\n\n"):
        for block in read_blocks(piece, markup=False):
            if isinstance(block, Table):
                for cell in _cells(block, top):
                    yield cell
                    top = max(top, cell.top)
                top += _PITCH
                continue
            for line in getattr(block, "lines", ()):
                yield _Typed(text=_MARKS.sub("", line).strip(), left=0, top=top)
                top += _PITCH
        top += _PITCH


def _cells(table: Table, top: int) -> Iterator[_Typed]:
    """Yield the lines of a table's cells; a row is as high as its highest cell."""
    placed = placed_cells(table)
    lefts = _lefts(placed)
    heights = [max(len(_lines(one)) for one in placed if one.row == row) for row in range(len(table.rows))]
    tops = [top + _PITCH * sum(heights[:row]) for row in range(len(heights))]
    for one in placed:
        for number, line in enumerate(_lines(one)):
            yield _Typed(text=line, left=lefts[one.column], top=tops[one.row] + _PITCH * number)


def _lines(placed: PlacedCell) -> list[str]:
    return [_MARKS.sub("", line).strip() for line in placed.cell.text.split("\n")]


def _lefts(placed: tuple[PlacedCell, ...]) -> dict[int, int]:
    """Return where each column begins: behind the widest cell of the columns before it that spans no other."""
    lefts, left = dict[int, int](), 0
    for column in sorted({one.column for one in placed}):
        lefts[column] = left
        widths = [_width(line) for one in placed if one.column == column for line in _lines(one)]
        left += max(widths) + _CELL_GAP
    return lefts


def _box(one: _Typed) -> Box:
    return Box(left=one.left, top=one.top, right=one.left + max(1, _width(one.text)), bottom=one.top + _HEIGHT)


def _width(text: str) -> int:
    return sum(_HEIGHT if unicodedata.east_asian_width(char) in "WF" else _HEIGHT // 2 for char in text)
