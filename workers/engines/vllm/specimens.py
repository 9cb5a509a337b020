"""Generated pictures for the proof: no two begin with the same character, and three share a size."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

_INK = (24, 24, 24)
_FONT_PIXELS = 40
_MARGIN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class _SpecimenPage:
    word: str
    size: tuple[int, int]
    paper: tuple[int, int, int]
    step: int  # pixels from line to line


_PAGES = (
    _SpecimenPage(word="7130 HARBOUR", size=(512, 512), paper=(255, 255, 255), step=60),
    _SpecimenPage(word="Quartz 58", size=(512, 512), paper=(250, 205, 190), step=85),
    _SpecimenPage(word="WINTER 926", size=(512, 512), paper=(190, 215, 250), step=140),
    _SpecimenPage(word="Jigsaw 4411", size=(736, 384), paper=(205, 250, 195), step=70),
    _SpecimenPage(word="Ellipse 03", size=(384, 736), paper=(250, 245, 170), step=110),
    _SpecimenPage(word="Bicycle 862", size=(608, 448), paper=(225, 190, 245), step=190),
)


def specimens() -> tuple[Image.Image, ...]:
    """Return six RGB pictures of printed words, the same on every call."""
    return tuple(_draw(page) for page in _PAGES)


def _draw(page: _SpecimenPage) -> Image.Image:
    image = Image.new("RGB", page.size, page.paper)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(_FONT_PIXELS)
    copies = int((page.size[0] - _MARGIN) // font.getlength(f"{page.word}   "))
    line = "   ".join([page.word] * copies)
    for top in range(_MARGIN, page.size[1] - _FONT_PIXELS, page.step):
        pen.text((_MARGIN, top), line, _INK, font)
    return image


def salted(image: Image.Image, salt: int) -> bytes:
    """Return a picture as a PNG with the 32 bits of `salt` in the lowest bits of blue in its last row.

    People and models see the same picture, but a cache that compares bytes sees a new one.
    """
    marked = image.copy()
    last = image.height - 1
    for bit in range(32):
        red, green, blue = (int(value) for value in image.getpixel((bit, last)))  # type: ignore[union-attr]
        marked.putpixel((bit, last), (red, green, blue & 0xFE | salt >> bit & 1))
    body = io.BytesIO()
    marked.save(body, "PNG", compress_level=1)
    return body.getvalue()
