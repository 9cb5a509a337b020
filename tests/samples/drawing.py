"""Fonts, text along lines and arcs, and seals, for the sample pictures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

# Regular script is on every invoice form; no wheel carries it: Debian's fonts-lxgw-wenkai does (OFL).
KAI = Path("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf")
_SEAL_RED = (214, 30, 34)

Face = Literal["sans", "serif", "kai"]
Colour = tuple[int, int, int]
Point = tuple[float, float]


@cache
def font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    """The face at `size` pixels; serif stands in for the regular script where its font is not installed."""
    kai = KAI if KAI.exists() else pylopdf_fonts_zh_cn.serif_path()
    path = {"sans": pylopdf_fonts_zh_cn.sans_path(), "serif": pylopdf_fonts_zh_cn.serif_path(), "kai": kai}[face]
    return ImageFont.truetype(path, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """What text is written with."""

    face: Face
    size: float
    ink: Colour

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        """The face at its size."""
        return font(self.face, self.size)


def spread(draw: ImageDraw.ImageDraw, at: Point, text: str, pen: Pen, gap: float) -> None:
    """Write `text` from the left middle `at`, with `gap` pixels between the characters."""
    x, y = at
    for character in text:
        draw.text((x, y), character, font=pen.font, fill=pen.ink, anchor="lm")
        x += pen.font.getlength(character) + gap


def stacked(draw: ImageDraw.ImageDraw, at: Point, text: str, pen: Pen, step: float) -> None:
    """Write `text` downwards around the centre `at`."""
    x, y = at[0], at[1] - step * (len(text) - 1) / 2
    for i, character in enumerate(text):
        draw.text((x, y + i * step), character, font=pen.font, fill=pen.ink, anchor="mm")


def seal(radii: tuple[int, int], top: str, middle: Sequence[tuple[str, int, int]], bottom: str = "") -> Image.Image:
    """A seal on a transparent sheet: text along the upper and the lower arc, and lines `(text, size, dy)` across."""
    scale = 3
    rx, ry = radii[0] * scale, radii[1] * scale
    sheet = Image.new("RGBA", (2 * rx + 8 * scale, 2 * ry + 8 * scale), (*_SEAL_RED, 0))
    centre = (sheet.width / 2, sheet.height / 2)
    draw = ImageDraw.Draw(sheet)
    draw.ellipse(
        (4 * scale, 4 * scale, sheet.width - 4 * scale, sheet.height - 4 * scale), outline=_SEAL_RED, width=3 * scale
    )
    size = min(rx, ry) * 0.27
    arc = (rx - size * 0.95, ry - size * 0.95)
    _along_arc(sheet, arc, top, size, upper=True)
    _along_arc(sheet, arc, bottom, size, upper=False)
    for text, points, dy in middle:
        used = font("kai", points * scale)
        draw.text((centre[0], centre[1] + dy * scale), text, font=used, fill=_SEAL_RED, anchor="mm", stroke_width=1)
    small = sheet.resize((sheet.width // scale, sheet.height // scale), Image.Resampling.LANCZOS)
    small.putalpha(small.getchannel("A").point(lambda a: int(a * 0.82)))
    return small


def star(sheet: Image.Image, radius: float) -> None:
    """Draw the five-pointed star of a company's seal into the middle of `sheet`."""
    x, y = sheet.width / 2, sheet.height / 2
    turns = (-math.pi / 2 + i * math.pi / 5 for i in range(10))
    corners = [
        (x + r * math.cos(t), y + r * math.sin(t)) for t, r in zip(turns, [radius, radius * 0.382] * 5, strict=True)
    ]
    ImageDraw.Draw(sheet).polygon(corners, fill=(*_SEAL_RED, 209))


def _along_arc(sheet: Image.Image, radii: Point, text: str, size: float, *, upper: bool) -> None:
    centre = (sheet.width / 2, sheet.height / 2)
    widest = 4.1 if radii[0] == radii[1] else 2.5
    reach = min(widest, 0.36 * len(text)) if upper else min(1.3, 0.3 * len(text))
    for i, character in enumerate(text):
        turn = (i / max(1, len(text) - 1) - 0.5) * reach
        x = centre[0] + radii[0] * math.sin(turn)
        y = centre[1] - radii[1] * math.cos(turn) * (1 if upper else -1)
        # The letters stand on the ellipse, so they lean with its normal, not with the angle.
        lean = math.degrees(math.atan2(math.sin(turn) / radii[0], math.cos(turn) / radii[1])) * (1 if upper else -1)
        tile = Image.new("RGBA", (int(size * 2), int(size * 2)), (*_SEAL_RED, 0))
        ImageDraw.Draw(tile).text(
            (size, size), character, font=font("kai", size), fill=_SEAL_RED, anchor="mm", stroke_width=1
        )
        tile = tile.rotate(-lean, Image.Resampling.BICUBIC)
        sheet.alpha_composite(tile, (int(x - size), int(y - size)))
