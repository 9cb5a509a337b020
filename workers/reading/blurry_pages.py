"""Noticing pages that are too blurry to be read: hardly any text was read, and no stroke has a sharp edge."""

import math
from typing import Final

import numpy as np
from PIL.Image import Image

from bot.domain.errors import Refused

_MOST_PIXELS: Final = 2_200_000  # of the picture that is measured; a larger one is reduced
_SIDE: Final = 32  # pixels of a patch
_LEAST_CONTRAST: Final = 40  # of 255, between the darkest and the brightest pixel of a patch with ink
_LEAST_PATCHES: Final = 24  # with ink; fewer are too few to judge a page by
_FEW_CHARACTERS: Final = 0.1  # for each patch with ink; pages of print that can be read have 0.5 and more
_SHARPEST: Final = 75  # the percentile of patches that is looked at: not each has a stroke across
_BLURRY: Final = (
    0.22  # the steepest step between two pixels in a patch, as a share of its contrast; sharp print has 0.5
)


def may_be_too_blurry(image: Image, text: str) -> bool:
    """Return whether `text` is little enough for the size of a page that its pixels are worth a look."""
    factor = _reduction(image)
    patches = (image.width // factor // _SIDE) * (image.height // factor // _SIDE)
    return patches >= _LEAST_PATCHES and _characters(text) < _FEW_CHARACTERS * patches


def is_too_blurry(image: Image, text: str) -> bool:
    """Return whether `text` is but a little of what stands on a page, because the picture is out of focus or moved."""
    if not may_be_too_blurry(image, text):
        return False
    factor, characters = _reduction(image), _characters(text)
    try:
        grey = image.convert("L")
    except Refused:  # the engine may read what cannot be decoded here
        return False
    return _is_blurred(grey.reduce(factor) if factor > 1 else grey, characters)


def _reduction(image: Image) -> int:
    return max(1, math.ceil(math.sqrt(image.width * image.height / _MOST_PIXELS)))


def _characters(text: str) -> int:
    return sum(not char.isspace() for char in text)


def _is_blurred(grey: Image, characters: int) -> bool:
    pixels = np.asarray(grey, np.int16)
    rows, columns = pixels.shape[0] // _SIDE, pixels.shape[1] // _SIDE
    cut = pixels[: rows * _SIDE, : columns * _SIDE].reshape(rows, _SIDE, columns, _SIDE).swapaxes(1, 2)
    patches = cut.reshape(-1, _SIDE, _SIDE)
    contrast = patches.max(axis=(1, 2)) - patches.min(axis=(1, 2))
    inked = patches[contrast >= _LEAST_CONTRAST]
    if len(inked) < _LEAST_PATCHES or characters >= _FEW_CHARACTERS * len(inked):
        return False
    # Along both axes: what moved is blurred along one of them.
    steps = (np.abs(np.diff(inked, axis=axis)).max(axis=(1, 2)) for axis in (1, 2))
    contrast = contrast[contrast >= _LEAST_CONTRAST]
    return any(float(np.percentile(step / contrast, _SHARPEST)) < _BLURRY for step in steps)
