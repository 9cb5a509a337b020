"""Straight corridors without print between the lines of a page, level, upright or a little slanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.domain.document import Line
from workers.reading.cut_page import text_ems

_SLANTS: Final = (0.0, *(sign * slant for slant in (0.01, 0.02, 0.03, 0.04, 0.055, 0.07, 0.09) for sign in (-1, 1)))
_LEAST_WIDTH: Final = 0.25  # heights of a line
_LONG: Final = 6  # characters of a line whose width tells how high its print is
_HIGH: Final = 1.3  # widths of a character, the height of a level line at most

Marks = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corridor:
    """A straight stripe without print; `before` says of each line whether it stands left of it, or above it."""

    before: Marks
    upright: bool
    slant: float  # pixels down for each across, or across for each down
    width: float  # heights of a line


def corridors(lines: Sequence[Line]) -> Iterator[Corridor]:
    """Yield the corridors between lines, all of which have boxes, each once."""
    boxes = np.array([[box.left, box.top, box.right, box.bottom] for line in lines if (box := line.box)], np.float64)
    heights = _heights(lines, boxes)
    height = float(np.median(heights))
    seen: set[bytes] = set()
    for slant in _SLANTS:
        for upright, starts, ends in _spans(boxes, heights, slant):
            for before, width in _gaps(starts, ends, _LEAST_WIDTH * height):
                if before.tobytes() not in seen:
                    seen.add(before.tobytes())
                    yield Corridor(before=before, upright=upright, slant=slant, width=width / height)


def _heights(lines: Sequence[Line], boxes: Numbers) -> Numbers:
    """Return how high the print of each line is: the box of a long line that is not level is higher than that."""
    characters = np.array([text_ems(line.text) for line in lines])
    heights = boxes[:, 3] - boxes[:, 1]
    of_print = np.where(characters >= _LONG, _HIGH * (boxes[:, 2] - boxes[:, 0]) / np.maximum(characters, 1), heights)
    return np.asarray(np.minimum(heights, of_print))


def _spans(boxes: Numbers, heights: Numbers, slant: float) -> Iterator[tuple[bool, Numbers, Numbers]]:
    """Yield where lines begin and end across upright and across level corridors of a slant."""
    across, down = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    widths = boxes[:, 2] - boxes[:, 0]
    yield True, boxes[:, 0] + slant * down, boxes[:, 2] + slant * down
    # A line slanted as the corridor is takes no more of it than its print.
    rise = np.maximum(boxes[:, 3] - boxes[:, 1] - heights - abs(slant) * widths, 0)
    middle = down + slant * across
    yield False, middle - (heights + rise) / 2, middle + (heights + rise) / 2


def _gaps(starts: Numbers, ends: Numbers, least: float) -> Iterator[tuple[Marks, float]]:
    """Yield which spans end before each gap of at least `least` that none of them crosses, and the gap's width."""
    order = np.argsort(starts)
    widths = starts[order][1:] - np.maximum.accumulate(ends[order])[:-1]
    for place in np.flatnonzero(widths >= least):
        yield np.asarray(starts <= starts[order][place]), float(widths[place])
