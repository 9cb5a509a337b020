"""Noticing pages that are too blurry to be read: hardly any text was read, and no stroke has a sharp edge."""

import math
from typing import Final

from PIL.Image import Image

from bot.domain.errors import Refused
from workers.reading.picture_measures import measures_of, patches_on

LEAST_PATCHES: Final = 24  # with ink; fewer are too few to judge a page by
_FEW_CHARACTERS: Final = 0.1  # for each patch with ink; pages of print that can be read have 0.5 and more
_BLURRY: Final = 0.22  # of `PictureMeasures.steepness`


def may_be_too_blurry(image: Image, text: str) -> bool:
    """Return whether `text` is little enough for the size of a page that its pixels are worth a look."""
    patches = patches_on(image.size)
    return patches >= LEAST_PATCHES and _characters(text) < _FEW_CHARACTERS * patches


def is_too_blurry(image: Image, text: str) -> bool:
    """Return whether `text` is but a little of what stands on a page, because the picture is out of focus or moved."""
    if not may_be_too_blurry(image, text):
        return False
    try:
        measures = measures_of(image)
    except Refused:  # the engine may read what cannot be decoded here
        return False
    return measures.inked >= _patches_without(text) and measures.steepness < _BLURRY


def _patches_without(text: str) -> int:
    """Return how many patches with ink a page has at least of which `text` is but a little."""
    return max(LEAST_PATCHES, math.floor(_characters(text) / _FEW_CHARACTERS) + 1)


def _characters(text: str) -> int:
    return sum(map(len, text.split()))
