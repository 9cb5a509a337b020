"""Grouping items on a page into rows, and joining texts.

The caller defines what belongs to a row: an engine's boxes must not overlap within one, lines of a levelled page may
still be curved, and printed rows may have fallen apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Level(Protocol):
    """Anything with a height and a middle, measured from the top of the page in the same unit."""

    @property
    def middle(self) -> float:
        """Return the y half-way between top and bottom."""
        ...

    @property
    def height(self) -> float:
        """Return the distance from top to bottom."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLevel:
    """The level of a row or a box, in pixels from the top of the page."""

    middle: float
    height: float


def is_level(one: Level, other: Level, *, within: float = 0.5) -> bool:
    """Return whether the middles are closer than `within` times the smaller height."""
    return abs(one.middle - other.middle) < within * min(one.height, other.height)


def group_rows(
    items: Iterable[_T], belongs: Callable[[Sequence[_T], _T], bool], *, open_rows: int = 1
) -> list[list[_T]]:
    """Return items, given from top to bottom, grouped into rows.

    An item joins the latest of the last `open_rows` rows that it belongs to, else it begins a new one.
    """
    rows: list[list[_T]] = []
    for item in items:
        row = next((row for row in reversed(rows[-open_rows:]) if belongs(row, item)), None)
        if row is None:
            rows.append([item])
        else:
            row.append(item)
    return rows


def join_rows(rows: Iterable[Iterable[str]]) -> str:
    """Return the text of rows: words separated by spaces, a row a line, without empty rows."""
    return "\n".join(filter(None, (" ".join(row) for row in rows)))


def join_wrapped(one: str, other: str) -> str:
    """Join a value with its continuation on the next line: with a space after a Latin word, without one in Chinese."""
    is_latin = one[-1].isascii() and one[-1].isalpha() and other[0].isascii()
    return f"{one} {other}" if is_latin else one + other
