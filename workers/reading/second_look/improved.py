"""Pictures as they are shown to the engine for a second look."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL.Image import Image, Resampling, fromarray

from workers.reading.second_look.weakness import Weakness

_LONGEST: Final = 2600  # pixels; what is larger is reduced first
_WHITE: Final = 245  # what the ground of the paper becomes
_REDUCED: Final = 4  # the ground is measured on a picture that is so many times smaller each way
_GROUND_SHARE: Final = 12  # the ground is looked for around each pixel within such a part of the shorter side
_LEAST_GROUND: Final = 15  # pixels, and at least these
_SIGMAS: Final = (2.0, 1.6)  # pixels, of the blurs that are undone
_STEPS: Final = 12  # of the deconvolution; with more, noise becomes ink

_Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImprovedPicture:
    """A picture made of another, `scale` times as large."""

    image: Image
    scale: float


def improved_pictures(image: Image, weakness: Weakness) -> Iterator[ImprovedPicture]:
    """Yield an upright RGB picture improved in two ways, in the order in which they are to be tried.

    The engine sees different pixels on the two, so that what it reads the same on both is no accident of one.
    """
    scale = min(1.0, _LONGEST / max(image.size))
    ready = image if scale == 1.0 else _times(image, scale)
    if weakness is Weakness.BLURRED:
        for sigma in _SIGMAS:
            yield ImprovedPicture(image=sharpened(ready, sigma), scale=scale)
        return
    even = with_even_light(ready)
    yield ImprovedPicture(image=even, scale=scale)
    larger = 2.0 if weakness is Weakness.SMALL else min(1.5, _LONGEST / max(even.size))
    enlarged = _times(ready if weakness is Weakness.SMALL else even, larger)
    yield ImprovedPicture(image=enlarged, scale=scale * larger)


def with_even_light(image: Image) -> Image:
    """Return the picture in grey with its light made even: what surrounds the print becomes white everywhere."""
    grey = np.asarray(image.convert("L"), np.uint8)
    return fromarray(np.asarray(cv2.divide(grey, np.maximum(_ground(grey), 1), scale=_WHITE), np.uint8)).convert("RGB")


def sharpened(image: Image, sigma: float) -> Image:
    """Return the picture in grey with a Gaussian blur of `sigma` pixels undone as far as noise allows.

    This is Richardson and Lucy's deconvolution (1972, 1974).
    """
    seen = np.asarray(image.convert("L"), np.float32) + 1
    guess = seen.copy()
    for _ in range(_STEPS):
        blurred = cv2.GaussianBlur(guess, (0, 0), sigma)
        guess *= cv2.GaussianBlur(seen / np.maximum(blurred, 1), (0, 0), sigma)
    return fromarray(np.clip(guess - 1, 0, 255).astype(np.uint8)).convert("RGB")


def _times(image: Image, factor: float) -> Image:
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    return image.resize(size, Resampling.LANCZOS)


def _ground(grey: _Grey) -> _Grey:
    """Return how bright the paper is around each pixel: the brightest of its neighbours, smoothed."""
    reach = max(_LEAST_GROUND, min(grey.shape) // _GROUND_SHARE)
    side = max(3, reach // _REDUCED) | 1
    height, width = grey.shape
    smaller = cv2.resize(grey, (max(1, width // _REDUCED), max(1, height // _REDUCED)), interpolation=cv2.INTER_AREA)
    brightest = cv2.dilate(smaller, np.ones((side, side), np.uint8))
    smooth = cv2.GaussianBlur(brightest, (0, 0), reach / (2 * _REDUCED) + 1)
    return np.asarray(cv2.resize(smooth, (width, height)), np.uint8)
