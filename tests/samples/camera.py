"""What a phone makes of a sheet of paper on a desk: perspective, uneven light, blur, noise and JPEG."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from tests.samples.drawing import Point

SIZE = (1600, 1200)
Pixels = NDArray[np.float32]


def photograph(page: Image.Image, corners: Sequence[Point], seed: int) -> Image.Image:
    """`page` lying with its corners (from the top left, clockwise) at `corners` of a 1600 × 1200 picture."""
    rng = np.random.default_rng(seed)
    paper = _paper(page, rng)
    scene = _desk(rng)
    _drop_shadow(scene, corners)
    outline = Image.new("L", paper.size, 255)
    to_paper = _perspective(corners, paper.size)
    laid = paper.transform(SIZE, Image.Transform.PERSPECTIVE, to_paper, Image.Resampling.BICUBIC)
    cover = outline.transform(SIZE, Image.Transform.PERSPECTIVE, to_paper, Image.Resampling.BICUBIC)
    scene.paste(laid, (0, 0), cover.filter(ImageFilter.GaussianBlur(0.8)))
    return _sensor(_light(scene), rng)


def jpeg(picture: Image.Image, taken: datetime, *, quality: int) -> bytes:
    """What a phone held the other way round writes: rows from the bottom, and the EXIF tag that says so."""
    exif = Image.Exif()
    stamp = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif.update({0x010F: "Sample", 0x0110: "Sample Phone", 0x0112: 3, 0x0132: stamp})
    exif.get_ifd(0x8769).update({0x9003: stamp, 0xA002: picture.width, 0xA003: picture.height})
    stream = BytesIO()
    picture.rotate(180).save(stream, "JPEG", quality=quality, subsampling="4:2:0", exif=exif)
    return stream.getvalue()


def cloud(size: tuple[int, int], cells: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Smooth random shade from 0 to 1, `cells` blots wide and high, as rows of `size`."""
    seeds = Image.fromarray((rng.random((cells[1], cells[0])) * 255).astype(np.uint8))
    return np.asarray(seeds.resize(size, Image.Resampling.BICUBIC), np.float32) / np.float32(255)


def to_image(pixels: Pixels) -> Image.Image:
    """Pixels of 0 to 255, cut off at both ends."""
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _paper(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The print on paper: not quite white, a crease across, and a margin that the printer leaves."""
    sheet = Image.new("RGB", (page.width + 80, page.height + 90), "white")
    sheet.paste(page, (40, 40))
    pixels = np.asarray(sheet, np.float32) * np.array([0.975, 0.965, 0.94], np.float32)
    shade = 0.97 + 0.04 * cloud(sheet.size, (9, 6), rng)
    crease = np.exp(-(((np.arange(sheet.width) - sheet.width * 0.53) / 9) ** 2)) * 0.07
    pixels *= (shade - crease.astype(np.float32))[:, :, None]
    return to_image(pixels)


def _desk(rng: np.random.Generator) -> Image.Image:
    """Wood: long streaks along the board, and the seams between the boards."""
    grain = 0.6 * cloud(SIZE, (7, 260), rng) + 0.4 * cloud(SIZE, (22, 600), rng)
    tone = (0.72 + 0.36 * grain)[:, :, None]
    pixels = tone * np.array([146, 102, 66], np.float32)
    for y in (214, 623, 1034):
        pixels[y : y + 4] *= 0.55
    return to_image(pixels.astype(np.float32))


def _drop_shadow(scene: Image.Image, corners: Sequence[Point]) -> None:
    shadow = Image.new("L", SIZE, 0)
    ImageDraw.Draw(shadow).polygon([(x + 10, y + 14) for x, y in corners], fill=150)
    scene.paste((20, 14, 8), (0, 0), shadow.filter(ImageFilter.GaussianBlur(12)))


def _light(scene: Image.Image) -> Image.Image:
    """A lamp at the upper left, and the photographer's soft shadow at the lower right."""
    x, y = np.meshgrid(np.linspace(0, 1, SIZE[0]), np.linspace(0, 1, SIZE[1]))
    lamp = 1.06 - 0.34 * np.hypot(x - 0.25, y - 0.2)
    shadow = 1 - 0.2 / (1 + np.exp(-(x + 0.7 * y - 1.3) * 14))
    warm = np.array([1.02, 1.0, 0.94])
    return to_image((np.asarray(scene, np.float32) * (lamp * shadow)[:, :, None] * warm).astype(np.float32))


def _sensor(scene: Image.Image, rng: np.random.Generator) -> Image.Image:
    soft = np.asarray(scene.filter(ImageFilter.GaussianBlur(0.75)), np.float32)
    grey = rng.normal(0, 3.2, (SIZE[1], SIZE[0], 1))
    colour = rng.normal(0, 1.6, (SIZE[1], SIZE[0], 3))
    return to_image((soft + grey + colour).astype(np.float32))


def _perspective(corners: Sequence[Point], size: tuple[int, int]) -> list[float]:
    """The eight numbers with which Pillow finds the point of the paper for each point of the picture."""
    w, h = size
    rows: list[list[float]] = []
    goal: list[float] = []
    for (x, y), (u, v) in zip(corners, ((0, 0), (w, 0), (w, h), (0, h)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        goal += [u, v]
    return [float(n) for n in np.linalg.solve(np.array(rows), np.array(goal))]
