"""The one way in which what stands on a page is grouped into rows, and their texts are joined.

What belongs to a row is decided by who asks, for reasons of their own: boxes as an engine finds them must not overlap,
lines of a straightened page may still bow, and rows that were grouped already may have fallen apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Level(Protocol):
    """What has a height on the page, and a middle from the top; both in the same unit."""

    @property
    def middle(self) -> float:
        """Return half-way between top and bottom."""
        ...

    @property
    def height(self) -> float:
        """Return the distance between them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLevel:
    """The level of a row or of a box."""

    middle: float
    height: float


def is_level(one: Level, other: Level, *, within: float = 0.5) -> bool:
    """Return whether the middles are less apart than `within` heights of the lower of both."""
    return abs(one.middle - other.middle) < within * min(one.height, other.height)


def group_rows(
    items: Iterable[_T], belongs: Callable[[Sequence[_T], _T], bool], *, open_rows: int = 1
) -> list[list[_T]]:
    """Return items, which come from the top down, in rows.

    Each joins the lowest of the last `open_rows` rows that it belongs to; where there is none it begins another.
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
    """Return the text of rows: with a space between what is side by side, a row a line, empty rows left out."""
    return "\n".join(filter(None, (" ".join(row) for row in rows)))


def join_wrapped(one: str, other: str) -> str:
    """Return a value that goes on in the next line: with a space behind a Latin word, as Chinese has none."""
    is_latin = one[-1].isascii() and one[-1].isalpha() and other[0].isascii()
    return f"{one} {other}" if is_latin else one + other
