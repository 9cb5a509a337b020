"""Turns pages upright that are sideways or upside down, judged by their lines."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from workers.engines.cpu import networks as nets
from workers.engines.cpu.arrays import Floats, Pixels
from workers.engines.cpu.networks import Networks

STANDING = 1.5  # times its width: a crop that tall holds a vertical line
_VOTERS, _READERS = 9, 3
_SIDEWAYS_SHARE = 0.6
_READABLE = 0.6


def rotated(page: Pixels, quads: Floats, quarters: int) -> tuple[Pixels, Floats]:
    """Return the page and its lines' corners after `quarters` anticlockwise turns of 90 degrees."""
    for _ in range(quarters % 4):
        width = page.shape[1]
        page = np.ascontiguousarray(np.rot90(page))
        # The top right corner becomes the top left one.
        quads = np.roll(np.stack([quads[..., 1], width - 1 - quads[..., 0]], axis=-1), -1, axis=1)
    return page, quads


def horizontal(line: Pixels) -> Pixels:
    """Return the crop, turned anticlockwise if it is vertical."""
    return np.ascontiguousarray(np.rot90(line)) if line.shape[0] >= STANDING * line.shape[1] else line


def quarters_to_upright(networks: Networks, page: Pixels, quads: Floats) -> int:
    """Return how many anticlockwise quarter turns make the page upright; 0 unless its longest lines agree."""
    if not len(quads):
        return 0
    wide = np.linalg.norm(quads[:, 0] - quads[:, 1], axis=1)
    high = np.linalg.norm(quads[:, 0] - quads[:, 3], axis=1)
    standing = high >= STANDING * wide
    length = np.maximum(wide, high)
    sideways = bool(length[standing].sum() > _SIDEWAYS_SHARE * length.sum())
    voters = np.flatnonzero(standing == sideways)
    longest = voters[np.argsort(-length[voters])][:_VOTERS]
    crops = [horizontal(nets.crop(page, quads[index])) for index in longest]
    upside_down = bool(crops) and fmean(nets.upside_down(networks, crop) for crop in crops) > 1 / 2
    if not sideways and not upside_down:
        return 0
    return _confirm_turn(networks, crops[:_READERS], sideways=sideways)


def _confirm_turn(networks: Networks, crops: Sequence[Pixels], *, sideways: bool) -> int:
    """Return the turns after reading some lines both ways.

    Columns of upright characters read badly either way, and their page stays as it is.
    """
    as_is = fmean(nets.recognise(networks, crop)[1] for crop in crops)
    over = fmean(nets.recognise(networks, half_turned(crop))[1] for crop in crops)
    if max(as_is, over) < _READABLE:
        return 0
    return (1 if sideways else 0) + (2 if over > as_is else 0)


def half_turned(line: Pixels) -> Pixels:
    """Return the crop turned by 180 degrees."""
    return np.ascontiguousarray(line[::-1, ::-1])
