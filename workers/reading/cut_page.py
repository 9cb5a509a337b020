"""Reading on where the answer for a page was cut off: what is whole is kept, and only the rest is read."""

import math
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final

from PIL.Image import Image

from bot.domain.prompt import squeezed
from workers.reading.printed_rows import PrintedRow, printed_rows
from workers.reading.tiles import Tile

_OVERLAP: Final = 0.15  # of the text that was kept is read again, so that the two can be joined where they agree
_PART: Final = 0.8  # of the text that was kept: what a part of the rest may hold, so that it is not cut too
_MOST_PARTS: Final = 4
_LEAST_LINES: Final = 3  # of an answer; fewer tell no place
_LEAST_SHARED: Final = 6  # characters in the lines by which two texts are joined
_TRIED_LINES: Final = 200  # of either text, for lines in common
_WIDE: Final = frozenset("WFA")  # of Unicode's East Asian widths


def whole_lines(text: str) -> str:
    """Return a text that was cut off without its last line, which may have been cut too."""
    return text.rpartition("\n")[0]


def rest_of(image: Image, kept: str) -> tuple[Tile, ...]:
    """Return the part of a page below the text that was `kept`, in pieces that hold less than that.

    It begins a little above the place that the length of the text tells. Returns nothing if no place can be told: the
    page is not one column of lines, the text has too few lines, or it is longer than what the page has room for.
    """
    rows = printed_rows(image)
    ends = [*accumulate(row.ems for row in rows)]
    held = text_ems(kept)
    if kept.count("\n") < _LEAST_LINES or not ends or held > ends[-1]:
        return ()
    first = next(number for number, end in enumerate(ends) if end >= held * (1 - _OVERLAP))
    rest = rows[first:]
    pieces = min(_MOST_PARTS, math.ceil(sum(row.ems for row in rest) / (held * _PART)))
    tops = [_above(rows, first), *(_above(rows, first + start) for start in _starts(rest, pieces))]
    bottoms = [*tops[1:], image.height]
    spans = zip(tops, bottoms, strict=True)
    return tuple(Tile(top=top, image=image.crop((0, top, image.width, bottom))) for top, bottom in spans)


def text_ems(text: str) -> float:
    """Return the length of a text in characters as wide as high: Latin letters and digits half, spaces a quarter."""
    return sum(map(_char_ems, text.replace("\n", "")))


def _char_ems(char: str) -> float:
    if char.isspace():
        return 0.25
    return 1.0 if unicodedata.east_asian_width(char) in _WIDE else 0.5


def _starts(rows: Sequence[PrintedRow], pieces: int) -> list[int]:
    """Return the numbers of the rows with which the second and later of so many pieces of like length begin."""
    ends = [*accumulate(row.ems for row in rows)]
    wanted = [ends[-1] * piece / pieces for piece in range(1, pieces)]
    starts = (next(number for number, end in enumerate(ends) if end >= length) + 1 for length in wanted)
    return sorted({start for start in starts if start < len(rows)})


def _above(rows: Sequence[PrintedRow], number: int) -> int:
    """Return the y between a row and the one above it."""
    return (rows[number - 1].bottom + rows[number].top) // 2 if number else 0


def stitched(kept: str, rest: str) -> str | None:
    """Return the text of a page of which `rest` begins somewhere in what was `kept`; None if it does not.

    They are joined at the longest run of lines that both have: up to it the first counts, behind it the second. If most
    lines of the rest before that run are new, the run is a line that the page repeats, and something would be lost.
    """
    above, below = kept.split("\n"), rest.split("\n")
    skipped = max(0, len(above) - _TRIED_LINES)
    ours, theirs = [*map(squeezed, above[skipped:])], [*map(squeezed, below[:_TRIED_LINES])]
    shared = SequenceMatcher(None, ours, theirs, autojunk=False).find_longest_match()
    new = sum(line not in ours for line in theirs[: shared.b])
    if sum(map(len, ours[shared.a : shared.a + shared.size])) < _LEAST_SHARED or new > max(1, shared.b // 2):
        return None
    return "\n".join((*above[: skipped + shared.a + shared.size], *below[shared.b + shared.size :]))
