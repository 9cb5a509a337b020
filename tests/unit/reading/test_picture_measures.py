"""What is measured of a page's picture, and that it is measured once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from workers.files.undecoded import UndecodedImage
from workers.reading.picture_measures import measures_of, patches_on

SAMPLES = Path(__file__).parents[3] / "config" / "samples"


def sample(name: str = "contract.png") -> Image.Image:
    return Image.open(SAMPLES / name).convert("RGB")


def steepest_steps(image: Image.Image) -> list[tuple[float, float]]:
    """The steepest step across and down of each patch with ink, as shares of its contrast, patch by patch."""
    pixels = np.asarray(image.convert("L"), np.int64)
    found = []
    for top in range(0, pixels.shape[0] - 31, 32):
        for left in range(0, pixels.shape[1] - 31, 32):
            patch = pixels[top : top + 32, left : left + 32]
            contrast = int(patch.max() - patch.min())
            if contrast >= 40:
                across, down = (float(np.abs(np.diff(patch, axis=axis)).max()) / contrast for axis in (1, 0))
                found.append((across, down))
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda image: image,
        lambda image: image.filter(ImageFilter.GaussianBlur(2)),
        lambda image: image.crop((0, 0, 333, 517)),
        lambda image: image.crop((0, 0, 700, 20)),
    ],
)
def test_the_steepness_is_that_of_most_patches_along_the_softer_axis(
    spoil: Callable[[Image.Image], Image.Image],
) -> None:
    image = spoil(sample().crop((0, 0, 900, 700)))
    steps, measures = steepest_steps(image), measures_of(image)
    assert measures.inked == len(steps) <= patches_on(image.size)
    softest = min(np.percentile(axis, 75) for axis in zip(*steps, strict=True)) if steps else 0.0
    assert measures.steepness == pytest.approx(softest)


def test_the_paper_is_as_bright_as_nearly_all_of_the_page_at_most() -> None:
    image = sample("whiteboard.jpg")
    grey = np.asarray(image.convert("L").reduce(max(image.size) // 400))
    assert measures_of(image).paper == pytest.approx(np.percentile(grey, 90))


def test_a_picture_that_is_not_kept_decoded_is_decoded_once() -> None:
    decoded = []

    def decode(_: tuple[int, int]) -> Image.Image:
        decoded.append(1)
        return sample()

    image = UndecodedImage(size=sample().size, decode=decode, decode_grey=lambda least: decode(least).convert("L"))
    assert measures_of(image) == measures_of(image) == measures_of(sample())
    assert len(decoded) == 1
