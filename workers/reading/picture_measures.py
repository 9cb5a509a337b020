"""Measuring how sharp and how bright the picture of a page is, once for all who ask."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from workers.files.undecoded import UndecodedImage

_MOST_PIXELS: Final = 2_200_000  # of the picture whose edges are measured; a larger one is reduced
_SIDE: Final = 32  # pixels of a patch
_LEAST_CONTRAST: Final = 40  # of 255, between the darkest and the brightest pixel of a patch with ink
_SHARPEST: Final = 75  # the percentile of patches that is looked at: not each has a stroke across
_MEASURED: Final = 400  # pixels of the longer side, about, of the picture whose brightness is measured
_BRIGHT: Final = 0.9  # the share of pixels that are darker than what is taken for the paper

_Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMeasures:
    """How many patches of 32 by 32 pixels have ink on them, how steep their edges are, and how bright the paper is.

    `steepness` is the steepest step between two pixels in a patch, as a share of its contrast. Sharp print has 0.5 and
    more; a Gaussian blur of σ pixels leaves at most 0.4 / σ. What moved is blurred along one axis, which is the one
    that counts. `paper` is from 0, black, to 255.
    """

    inked: int
    steepness: float
    paper: float


def measures_of(image: Image) -> PictureMeasures:
    """Return the measures of an upright page; raises `Refused` if it cannot be decoded.

    Those of an image that is not kept decoded are remembered with it: decoding costs more than measuring.
    """
    if not isinstance(image, UndecodedImage):
        return _measured(image.convert("L"))
    known = image.made.get(PictureMeasures)
    measures = known if isinstance(known, PictureMeasures) else _measured(image.convert("L"))
    image.made[PictureMeasures] = measures
    return measures


def patches_on(size: tuple[int, int]) -> int:
    """Return how many patches a page of this width and height has, with ink or without."""
    factor = _reduction(size)
    return (size[0] // factor // _SIDE) * (size[1] // factor // _SIDE)


def _reduction(size: tuple[int, int]) -> int:
    return max(1, math.ceil(math.sqrt(size[0] * size[1] / _MOST_PIXELS)))


def _measured(grey: Image) -> PictureMeasures:
    factor = _reduction(grey.size)
    inked, steepness = _edges(np.asarray(grey.reduce(factor) if factor > 1 else grey, np.uint8))
    return PictureMeasures(inked=inked, steepness=steepness, paper=_paper(grey))


def _edges(pixels: _Pixels) -> tuple[int, float]:
    """Return how many patches have ink, and their steepness, 0 if there are none."""
    rows, columns = pixels.shape[0] // _SIDE, pixels.shape[1] // _SIDE
    strips = pixels[: rows * _SIDE, : columns * _SIDE].reshape(rows, _SIDE, columns * _SIDE)
    darkest, brightest = (
        reduce(reduce(strips, axis=1).reshape(rows, columns, _SIDE), axis=2)
        for reduce in (np.minimum.reduce, np.maximum.reduce)
    )
    contrast = brightest - darkest
    has_ink = contrast >= _LEAST_CONTRAST
    patches = strips.reshape(rows, _SIDE, columns, _SIDE).swapaxes(1, 2)[has_ink].reshape(-1, _SIDE**2)
    if not len(patches):
        return 0, 0.0
    across = _steps(patches[:, 1:], patches[:, :-1])
    across[:, _SIDE - 1 :: _SIDE] = 0  # from the end of a row of pixels to the beginning of the next
    down = _steps(patches[:, _SIDE:], patches[:, :-_SIDE])
    shares = [steps.max(axis=1) / contrast[has_ink].astype(np.float64) for steps in (across, down)]
    return len(patches), min(float(np.percentile(share, _SHARPEST)) for share in shares)


def _steps(pixels: _Pixels, beside: _Pixels) -> _Pixels:
    """Return the differences between pixels and those beside them, without wider numbers."""
    steps = np.maximum(pixels, beside)
    steps -= np.minimum(pixels, beside)
    return steps


def _paper(grey: Image) -> float:
    """Return the brightness below which the share `_BRIGHT` of a page's pixels lies."""
    counts = np.cumsum(grey.reduce(max(1, max(grey.size) // _MEASURED)).histogram())
    place = _BRIGHT * float(counts[-1] - 1)
    below, above = (int(np.searchsorted(counts, rank, side="right")) for rank in (math.floor(place), math.ceil(place)))
    return below + (above - below) * (place - math.floor(place))
