"""The conditions in which a document reaches the bot."""

import io
from collections.abc import Callable, Mapping
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.samples.camera import SIZE, photograph, to_image
from tests.samples.drawing import Point

_QUARTERS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
_PREVIEW = 450  # pixels
_MARGIN = 90  # pixels of the desk around a photographed sheet


def clean(page: Image.Image, _: Random) -> bytes:
    """As it came from a printer or a screen."""
    return _png(page)


def photo(page: Image.Image, rng: Random) -> bytes:
    """Photographed on a desk at a slight angle; a tall page with the phone upright."""
    tall = page.height > page.width
    lying = page.transpose(Image.Transpose.ROTATE_90) if tall else page
    scene = photograph(lying, _corners(lying, rng), rng.randrange(10**6))
    return _jpeg(scene.transpose(Image.Transpose.ROTATE_270) if tall else scene, 85)


def _corners(page: Image.Image, rng: Random) -> list[Point]:
    scale = min((SIZE[0] - 2 * _MARGIN) / page.width, (SIZE[1] - 2 * _MARGIN) / page.height)
    half = page.width * scale / 2, page.height * scale / 2
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return [
        (
            SIZE[0] / 2 + x * half[0] + rng.uniform(-0.06, 0.06) * half[0],
            SIZE[1] / 2 + y * half[1] + rng.uniform(-0.06, 0.06) * half[1],
        )
        for x, y in signs
    ]


def blurred(page: Image.Image, rng: Random) -> bytes:
    """Out of focus or blurred by motion: strokes run together, words are still readable."""
    if rng.random() < 0.5:
        return _jpeg(page.filter(ImageFilter.GaussianBlur(rng.uniform(1.2, 2.2))), 80)
    size = rng.choice((3, 5))
    kernel = [1.0 if row == size // 2 else 0.0 for row in range(size) for _ in range(size)]
    return _jpeg(page.filter(ImageFilter.Kernel((size, size), kernel)).filter(ImageFilter.GaussianBlur(0.8)), 80)


def low_light(page: Image.Image, rng: Random) -> bytes:
    """Photographed in the evening without a flash: darker on one side, yellowish, with the noise of a small sensor."""
    random = np.random.default_rng(rng.randrange(10**6))
    across = np.linspace(rng.uniform(0.16, 0.3), rng.uniform(0.3, 0.5), page.width, dtype=np.float32)
    pixels = np.asarray(page, np.float32) * across[None, :, None] * np.array([1.0, 0.93, 0.78], np.float32)
    noise = random.normal(0, 4, (page.height, page.width, 3)).astype(np.float32)
    return _jpeg(to_image(pixels + noise), 80)


def turned(page: Image.Image, rng: Random) -> bytes:
    """Rotated by 90, 180 or 270 degrees, with nothing in the file that says so."""
    return _png(page.transpose(rng.choice(_QUARTERS)))


def small(page: Image.Image, _: Random) -> bytes:
    """Forwarded as a preview: 450 pixels wide or high, the longer side."""
    scale = _PREVIEW / max(page.size)
    return _jpeg(page.resize((round(page.width * scale), round(page.height * scale)), Image.Resampling.BICUBIC), 75)


def moire(page: Image.Image, rng: Random) -> bytes:
    """Photographed from a screen: bands of brightness and colour from two grids that almost agree."""
    down, across = np.mgrid[0 : page.height, 0 : page.width].astype(np.float32)
    slope, step = rng.uniform(0.02, 0.2), rng.uniform(5.0, 9.0)
    bands = [12 * np.sin((across + slope * down) * 2 * np.pi / (step + shift)) for shift in (0.0, 0.07, 0.15)]
    return _jpeg(to_image(np.asarray(page, np.float32) * 0.93 + np.stack(bands, axis=-1)), 82)


def creased(page: Image.Image, rng: Random) -> bytes:
    """Folded in three: along each crease one side is darker, and the ink on it is rubbed off."""
    pixels = np.asarray(page, np.float32).copy()
    for place in (rng.uniform(0.28, 0.38), rng.uniform(0.6, 0.72)):
        at = round(page.height * place)
        shade = np.clip(1 - np.abs(np.arange(page.height) - at) / 40, 0, 1).astype(np.float32)
        shade[at:] *= 0.3
        pixels *= (1 - 0.3 * shade)[:, None, None]
        pixels[at : at + 3] = 0.4 * pixels[at : at + 3] + 0.6 * 225
    return _jpeg(to_image(pixels), 82)


def scratched(page: Image.Image, rng: Random) -> bytes:
    """Carried in a pocket: light scratches across the print."""
    picture = page.copy()
    draw = ImageDraw.Draw(picture)
    for _ in range(14):
        left, top = rng.uniform(0, page.width), rng.uniform(0, page.height)
        end = left + rng.uniform(-0.4, 0.4) * page.width, top + rng.uniform(-0.15, 0.15) * page.height
        draw.line((left, top, *end), fill=(236, 234, 230), width=rng.choice((1, 1, 2)))
    return _jpeg(picture, 82)


def faded(page: Image.Image, rng: Random) -> bytes:
    """Thermal paper after a summer: the print is paler, more so towards one end."""
    left = np.linspace(rng.uniform(0.2, 0.35), rng.uniform(0.45, 0.7), page.height, dtype=np.float32)
    pixels = np.asarray(page, np.float32)
    return _jpeg(to_image(244 - (244 - pixels) * left[:, None, None]), 82)


CONDITIONS: Mapping[str, Callable[[Image.Image, Random], bytes]] = {
    "clean": clean,
    "photo": photo,
    "blurred": blurred,
    "low light": low_light,
    "turned": turned,
    "450 px": small,
    "moiré": moire,
    "creased": creased,
    "scratched": scratched,
    "faded": faded,
}


def _png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return stream.getvalue()
