"""Text objects (GB/T 33190, 11) as operators of PDF: each character at its own place, as OFD gives it."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.files.ofd_drawing.allowance import DrawingAllowance
from workers.files.ofd_drawing.matrices import FARTHEST, written
from workers.files.ofd_drawing.page_fonts import WIDE, PageFonts
from workers.files.ofd_drawing.resources import Resources
from workers.files.ofd_pages.texts import deltas
from workers.files.ofd_pages.visibility import numbers
from workers.files.safe_xml import Node

_LONGEST: Final = 4000  # characters of an object
_NARROW: Final = 0.5  # of the size: what a letter takes where nothing says it


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCharacter:
    """A character, its number in the object, its origin and how far it is to the next, in the units of the object."""

    sign: str
    index: int
    x: float
    y: float
    advance: float


def text_operators(node: Node, fonts: PageFonts, resources: Resources, allowance: DrawingAllowance) -> str:
    """Return the operators between `BT` and `ET` for a text object. Raises `Refused` for too many characters."""
    size = _number(node, "Size", 0.0)
    if not 0 < size < FARTHEST:
        return ""
    font = fonts.embedded(node.attributes.get("Font", ""), resources)
    numbered = _glyph_numbers(node) if font is not None else {}
    turned = _glyph_matrix(size, _number(node, "HScale", 1.0), math.radians(_number(node, "CharDirection", 0.0)))
    operators, used = list[str](), ""
    for place in _placed(node, size, allowance):
        number, advance = numbered.get(place.index), place.advance / size
        glyph = fonts.glyph(place.sign, number=number, font=font, advance=advance)
        if glyph is None:
            continue
        if glyph.font != used:
            used = glyph.font
            operators.append(f"/{used} 1 Tf")
        operators.append(f"{turned} {written(place.x, place.y)} Tm <{glyph.code}> Tj")
    return "\n".join(operators)


def _glyph_matrix(size: float, across: float, turn: float) -> str:
    """Return the first four numbers of a glyph's matrix; OFD counts downwards, and turns with the clock."""
    cosine, sine = math.cos(turn), math.sin(turn)
    return written(size * across * cosine, size * across * sine, size * sine, -size * cosine)


def _number(node: Node, name: str, usual: float) -> float:
    found = numbers(node.attributes.get(name, ""))
    return found[0] if found and abs(found[0]) < FARTHEST else usual


def _glyph_numbers(node: Node) -> dict[int, int]:
    """Return the number of the glyph that the object gives for a character, by the character's number in it."""
    found: dict[int, int] = {}
    for child in node.children:
        if child.name != "CGTransform" or len(found) >= _LONGEST:
            continue
        first = int(_number(child, "CodePosition", 0.0))
        for place, part in enumerate(child.text_at("Glyphs").split(None, _LONGEST)[:_LONGEST]):
            if part.isascii() and part.isdigit() and len(part) < 6:  # noqa: PLR2004 - digits of the largest
                found[first + place] = int(part)
    return found


def _placed(node: Node, size: float, allowance: DrawingAllowance) -> Iterator[PlacedCharacter]:
    index, x, y = 0, 0.0, 0.0
    for code in node.children:
        if code.name != "TextCode" or index >= _LONGEST:
            continue
        text = "".join(code.own)[:_LONGEST].strip("\r\n")
        allowance.take_characters(len(text))
        x, y = _number(code, "X", x), _number(code, "Y", y)
        at_x, at_y = x, y
        for sign, across, down in zip(text, *_steps(code, text, size), strict=True):
            if max(abs(at_x), abs(at_y)) < FARTHEST:
                yield PlacedCharacter(sign=sign, index=index, x=at_x, y=at_y, advance=across)
            at_x, at_y, index = at_x + across, at_y + down, index + 1


def _steps(code: Node, text: str, size: float) -> tuple[Sequence[float], Sequence[float]]:
    """Return how far it is from each character to the next; the last distance goes on where there are too few."""
    across, down = (deltas(code.attributes.get(name, ""), len(text)) for name in ("DeltaX", "DeltaY"))
    if not across and not down:
        across = [size * (1.0 if unicodedata.east_asian_width(sign) in WIDE else _NARROW) for sign in text]
    return _filled(across, len(text)), _filled(down, len(text))


def _filled(steps: list[float], length: int) -> Sequence[float]:
    return [*steps, *[steps[-1] if steps else 0.0] * (length - len(steps))]
