"""Noticing pages that are too blurry to be read: hardly any text was read, and no stroke has a sharp edge."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
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

_Pixels = NDArray[np.uint8]


def may_be_too_blurry(image: Image, text: str) -> bool:
    """Return whether `text` is little enough for the size of a page that its pixels are worth a look."""
    factor = _reduction(image)
    patches = (image.width // factor // _SIDE) * (image.height // factor // _SIDE)
    return patches >= _LEAST_PATCHES and _characters(text) < _FEW_CHARACTERS * patches


def is_too_blurry(image: Image, text: str) -> bool:
    """Return whether `text` is but a little of what stands on a page, because the picture is out of focus or moved."""
    if not may_be_too_blurry(image, text):
        return False
    try:
        steep = steepness(image, least_patches=_patches_without(text))
    except Refused:  # the engine may read what cannot be decoded here
        return False
    return steep is not None and steep < _BLURRY


def _patches_without(text: str) -> int:
    """Return how many patches with ink a page has at least of which `text` is but a little."""
    return max(_LEAST_PATCHES, math.floor(_characters(text) / _FEW_CHARACTERS) + 1)


def _reduction(image: Image) -> int:
    return max(1, math.ceil(math.sqrt(image.width * image.height / _MOST_PIXELS)))


def _characters(text: str) -> int:
    return sum(not char.isspace() for char in text)


def steepness(image: Image, *, least_patches: int = _LEAST_PATCHES) -> float | None:
    """Return how steep the edges of a page's strokes are: the step between two pixels as a share of the contrast.

    Sharp print has 0.5 and more; a Gaussian blur of σ pixels leaves at most 0.4 / σ. What moved is blurred along one
    axis, which is the one that counts. Pages of more than `_MOST_PIXELS` are reduced first. Returns None for a page
    with fewer patches with ink than `least_patches`; raises `Refused` if it cannot be decoded.
    """
    factor, grey = _reduction(image), image.convert("L")
    pixels = np.asarray(grey.reduce(factor) if factor > 1 else grey, np.uint8)
    rows, columns = pixels.shape[0] // _SIDE, pixels.shape[1] // _SIDE
    cut = pixels[: rows * _SIDE, : columns * _SIDE].reshape(rows, _SIDE, columns, _SIDE).swapaxes(1, 2)
    patches = cut.reshape(-1, _SIDE, _SIDE)
    contrast = patches.max(axis=(1, 2)) - patches.min(axis=(1, 2))
    inked = patches[contrast >= _LEAST_CONTRAST]
    if len(inked) < least_patches:
        return None
    contrast = contrast[contrast >= _LEAST_CONTRAST].astype(np.float64)
    steps = (_steps(inked[:, 1:], inked[:, :-1]), _steps(inked[:, :, 1:], inked[:, :, :-1]))
    return min(float(np.percentile(step / contrast, _SHARPEST)) for step in steps)


def _steps(pixels: _Pixels, beside: _Pixels) -> _Pixels:
    """Return the largest difference in each patch between pixels and those beside them, without wider numbers."""
    largest: _Pixels = (np.maximum(pixels, beside) - np.minimum(pixels, beside)).max(axis=(1, 2))
    return largest
