"""Moving the lines of a photographed page to their positions on a flat sheet, judged by their slopes."""

import numpy as np
import numpy.typing as npt

from bot.domain.document import Levelling
from workers.engines.cpu.arrays import Floats

_LONG = 3  # times its height: the direction of a line of this length or more is reliable
_LINES_FOR_SLOPE, _LINES_FOR_CHANGE = 3, 8  # for a constant slope, and for one that changes down the page
_LEAST_SHIFT = 3.0  # pixels by which the page's side must be off

Doubles = npt.NDArray[np.float64]


def deskewed(quads: Floats) -> tuple[Floats, Levelling | None]:
    """Return the lines' corners, shape (n, 4, 2), moved so that the lines are level, and how.

    Corrects a skewed sheet and one seen from its side; a level page stays as it is. No result is below 0.
    """
    ends = _long_line_ends(quads)
    if len(ends) < _LINES_FOR_SLOPE:
        return quads, None
    middle = np.asarray(quads, np.float64).mean(axis=(0, 1))
    slope, change = _fit_slope(ends - middle)
    x, y = np.moveaxis(np.asarray(quads, np.float64) - middle, -1, 0)
    down = x * (slope + change * y)
    if np.abs(down).max() < _LEAST_SHIFT:
        return quads, None
    moved = np.stack([x + slope * y, y - down], axis=-1) + middle
    shift = -np.minimum(moved.min(axis=(0, 1)), 0)
    levelling = Levelling(
        middle=(float(middle[0]), float(middle[1])),
        slope=slope,
        change=change,
        shift=(float(shift[0]), float(shift[1])),
    )
    return np.asarray(moved + shift, np.float32), levelling


def _long_line_ends(quads: Floats) -> Doubles:
    """Return the midpoints of the left and right ends of the long lines, shape (n, 2, 2)."""
    left, right = (quads[:, 0] + quads[:, 3]) / 2, (quads[:, 1] + quads[:, 2]) / 2
    height = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    long = right[:, 0] - left[:, 0] > _LONG * height
    return np.asarray(np.stack([left[long], right[long]], axis=1), np.float64)


def _fit_slope(ends: Doubles) -> tuple[float, float]:
    """Return `slope` and `change` such that lines fall by `slope + change * y`, with y from the middle of the lines.

    A least-squares fit weighted by length, repeated without the lines that disagree.
    """
    run = ends[:, 1, 0] - ends[:, 0, 0]
    fall = (ends[:, 1, 1] - ends[:, 0, 1]) / run
    level = ends[:, :, 1].mean(axis=1)
    usual = float(np.median(fall))
    kept = np.abs(fall - usual) < max(0.1, 3 * float(np.median(np.abs(fall - usual))))
    for _ in range(2):
        terms = np.stack([np.ones(len(level)), level if kept.sum() >= _LINES_FOR_CHANGE else 0 * level], axis=1)
        weighted = terms * run[:, None]
        found = np.linalg.lstsq(weighted[kept], (fall * run)[kept], rcond=None)[0]
        off = np.abs(fall - terms @ found)
        kept &= off <= max(0.005, 3 * float(np.median(off[kept])))
    return float(found[0]), float(found[1])
