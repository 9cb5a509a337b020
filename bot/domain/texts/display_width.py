"""Align text in columns on a terminal, where a Chinese character is two columns wide."""

import unicodedata
from collections.abc import Sequence

_GAP = "  "


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line for each row, with cells aligned in columns; rows may differ in length."""
    most = max(map(len, rows), default=0)
    widths = [max(width(row[index]) for row in rows if index < len(row)) for index in range(most)]
    return [_GAP.join(_padded(cell, widths[index]) for index, cell in enumerate(row)).rstrip() for row in rows]


def width(text: str) -> int:
    """Return the width of `text` in terminal columns."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _padded(cell: str, to: int) -> str:
    return cell + " " * (to - width(cell))
