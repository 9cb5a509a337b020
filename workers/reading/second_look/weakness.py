"""Measuring what is wrong with a picture of which something could not be read."""

from enum import StrEnum
from typing import Final

import numpy as np
from PIL.Image import Image

from workers.files.undecoded import Size
from workers.reading.blurry_pages import steepness

_SMALL: Final = 640  # pixels of the longer side, up to which a picture of a paper is a preview
_LEAST: Final = 200  # pixels of the longer side; nothing is read on less
_MEASURED: Final = 400  # pixels of the longer side, about, of what is measured
_BRIGHT: Final = 90  # the percentile of pixels that is taken for the paper
_DARK: Final = 130  # of 255, below which paper is dark; in an office it has 170 and more
_BLURRED: Final = 0.25  # of `steepness`; from there on strokes of small print run together


class Weakness(StrEnum):
    """Why a picture is hard to read."""

    SMALL = "small"
    DARK = "dark"
    BLURRED = "blurred"


def is_small(size: Size) -> bool:
    """Return whether a picture of this width and height, in pixels, is a preview of a paper."""
    return _LEAST <= max(size) <= _SMALL


def weakness_of(image: Image) -> Weakness | None:
    """Return what makes an upright picture hard to read; None if nothing of this does.

    Raises `Refused` if it cannot be decoded.
    """
    if max(image.size) <= _SMALL:
        return Weakness.SMALL if is_small(image.size) else None
    factor = max(1, max(image.size) // _MEASURED)
    grey = image.convert("L")  # once for both: decoding costs more than measuring
    if float(np.percentile(np.asarray(grey.reduce(factor)), _BRIGHT)) < _DARK:
        return Weakness.DARK
    steep = steepness(grey)
    return Weakness.BLURRED if steep is not None and steep < _BLURRED else None
