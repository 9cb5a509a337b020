"""Pages that lie on their side or stand on their head, told by their lines."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from workers.engines.cpu import networks as nets
from workers.engines.cpu.networks import Floats, Networks, Pixels

STANDING = 1.5  # a crop this many times taller than wide holds a line that runs up or down the page
_VOTERS, _READERS = 9, 3
_SIDEWAYS_SHARE = 0.6
_READABLE = 0.6


def turned(page: Pixels, quads: Floats, quarters: int) -> tuple[Pixels, Floats]:
    """Return the page and its lines' corners after `quarters` turns of 90 degrees against the clock."""
    for _ in range(quarters % 4):
        width = page.shape[1]
        page = np.ascontiguousarray(np.rot90(page))
        # What was the top right corner is the top left one now.
        quads = np.roll(np.stack([quads[..., 1], width - 1 - quads[..., 0]], axis=-1), -1, axis=1)
    return page, quads


def lying(line: Pixels) -> Pixels:
    """Return the crop turned against the clock if it stands."""
    return np.ascontiguousarray(np.rot90(line)) if line.shape[0] >= STANDING * line.shape[1] else line


def quarters_to_upright(networks: Networks, page: Pixels, quads: Floats) -> int:
    """Return by how many quarters against the clock the page must turn to be read: 0 unless its longest lines agree."""
    if not len(quads):
        return 0
    wide = np.linalg.norm(quads[:, 0] - quads[:, 1], axis=1)
    high = np.linalg.norm(quads[:, 0] - quads[:, 3], axis=1)
    standing = high >= STANDING * wide
    length = np.maximum(wide, high)
    sideways = bool(length[standing].sum() > _SIDEWAYS_SHARE * length.sum())
    voters = np.flatnonzero(standing == sideways)
    longest = voters[np.argsort(-length[voters])][:_VOTERS]
    crops = [lying(nets.crop(page, quads[index])) for index in longest]
    headfirst = bool(crops) and fmean(nets.upside_down(networks, crop) for crop in crops) > 1 / 2
    if not sideways and not headfirst:
        return 0
    return _confirmed(networks, crops[:_READERS], sideways=sideways)


def _confirmed(networks: Networks, crops: Sequence[Pixels], *, sideways: bool) -> int:
    """Read some lines both ways; columns of upright characters read badly in each and stay as they are."""
    as_is = fmean(nets.recognise(networks, crop)[1] for crop in crops)
    over = fmean(nets.recognise(networks, headed(crop))[1] for crop in crops)
    if max(as_is, over) < _READABLE:
        return 0
    return (1 if sideways else 0) + (2 if over > as_is else 0)


def headed(line: Pixels) -> Pixels:
    """Return the crop turned by half."""
    return np.ascontiguousarray(line[::-1, ::-1])
