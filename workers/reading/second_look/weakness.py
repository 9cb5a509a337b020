"""Measuring what is wrong with a picture of which something could not be read."""

from enum import StrEnum
from typing import Final

from PIL.Image import Image

from workers.files.undecoded import Size
from workers.reading.blurry_pages import LEAST_PATCHES
from workers.reading.picture_measures import measures_of

_SMALL: Final = 640  # pixels of the longer side, up to which a picture of a paper is a preview
_LEAST: Final = 200  # pixels of the longer side; nothing is read on less
_DARK: Final = 130  # of 255, below which paper is dark; in an office it has 170 and more
_BLURRED: Final = 0.25  # of `PictureMeasures.steepness`; from there on strokes of small print run together


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
    measures = measures_of(image)
    if measures.paper < _DARK:
        return Weakness.DARK
    return Weakness.BLURRED if measures.inked >= LEAST_PATCHES and measures.steepness < _BLURRED else None
