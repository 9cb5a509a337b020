"""Lines of a photographed page moved to where they stand on the flat sheet, as far as the lines themselves tell."""

import numpy as np
import numpy.typing as npt

from workers.engines.cpu.networks import Floats

_LONG = 3  # a line's length to its height, from which on its direction is to be trusted
_ENOUGH, _PLENTY = 3, 8  # lines for a slope, and for a slope that changes down the page
_LEAST_SHIFT = 3.0  # pixels that the page's side must be off by

Wide = npt.NDArray[np.float64]


def straightened(quads: Floats) -> Floats:
    """Return the lines' corners, shape (n, 4, 2), with the lines level; a page that is level stays as it is.

    A skewed sheet and one seen from its side are both set right; the result is never left or above of 0.
    """
    ends = _ends(quads)
    if len(ends) < _ENOUGH:
        return quads
    middle = np.asarray(quads, np.float64).mean(axis=(0, 1))
    slope, change = _fit(ends - middle)
    x, y = np.moveaxis(np.asarray(quads, np.float64) - middle, -1, 0)
    down = x * (slope + change * y)
    if np.abs(down).max() < _LEAST_SHIFT:
        return quads
    moved = np.stack([x + slope * y, y - down], axis=-1) + middle
    return np.asarray(moved - np.minimum(moved.min(axis=(0, 1)), 0), np.float32)


def _ends(quads: Floats) -> Wide:
    """Return the middles of the long lines' left and right ends, shape (n, 2, 2)."""
    left, right = (quads[:, 0] + quads[:, 3]) / 2, (quads[:, 1] + quads[:, 2]) / 2
    height = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    long = right[:, 0] - left[:, 0] > _LONG * height
    return np.asarray(np.stack([left[long], right[long]], axis=1), np.float64)


def _fit(ends: Wide) -> tuple[float, float]:
    """Return `slope` and `change` so that lines fall by `slope + change * y`, y from the middle of the lines.

    Least squares, the longer lines counting more; then once again without those that disagree.
    """
    run = ends[:, 1, 0] - ends[:, 0, 0]
    fall = (ends[:, 1, 1] - ends[:, 0, 1]) / run
    level = ends[:, :, 1].mean(axis=1)
    usual = float(np.median(fall))
    kept = np.abs(fall - usual) < max(0.1, 3 * float(np.median(np.abs(fall - usual))))
    for _ in range(2):
        terms = np.stack([np.ones(len(level)), level if kept.sum() >= _PLENTY else 0 * level], axis=1)
        weighted = terms * run[:, None]
        found = np.linalg.lstsq(weighted[kept], (fall * run)[kept], rcond=None)[0]
        off = np.abs(fall - terms @ found)
        kept &= off <= max(0.005, 3 * float(np.median(off[kept])))
    return float(found[0]), float(found[1])
