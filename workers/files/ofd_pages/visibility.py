"""Whether a person sees a text of an OFD (GB/T 33190, chapters 8 and 11): one that nobody sees is no source of values.

What stands behind a picture is not told apart: pictures may be transparent, as stamps and watermarks are.
"""

import math
from typing import Final

from bot.domain.document import Box
from workers.files.safe_xml import Node

Rectangle = tuple[float, float, float, float]
"""Left, top, width and height in mm."""

_FAINT: Final = 64  # of 255: what is more transparent is not read by eye
_WHITE: Final = 230  # of 255: a colour that is not told from paper
_LEAST_SIZE: Final = 0.5  # mm of a character's height
_NO: Final = frozenset({"false", "0"})
_YES: Final = frozenset({"true", "1"})
_GREY, _RGB, _CMYK = 1, 3, 4  # components of a colour


def is_shown(node: Node) -> bool:
    """Return whether a layer, block or object is drawn at all."""
    alpha = numbers(node.attributes.get("Alpha", ""))
    return node.attributes.get("Visible", "").lower() not in _NO and not (alpha and alpha[0] < _FAINT)


def has_ink(text_object: Node) -> bool:
    """Return whether the characters of a text object are drawn in a colour and a size that can be read."""
    is_stroked = text_object.attributes.get("Stroke", "").lower() in _YES
    is_filled = text_object.attributes.get("Fill", "").lower() not in _NO
    inks = [
        *([text_object.at("FillColor")] if is_filled else []),
        *([text_object.at("StrokeColor")] if is_stroked else []),
    ]
    return any(ink is None or _is_dark(ink) for ink in inks) and _height(text_object) >= _LEAST_SIZE


def is_on(box: Box, area: Rectangle | None, tenths: int) -> bool:
    """Return whether the middle of a box, in `tenths` of a mm, is in an area; any is without an area."""
    if area is None:
        return True
    x, y = (box.left + box.right) / 2 / tenths, (box.top + box.bottom) / 2 / tenths
    left, top, width, height = area
    return left <= x <= left + width and top <= y <= top + height


def is_within(box: Rectangle, bounds: Rectangle) -> bool:
    """Return whether a part of a box is in the bounds of its object, beyond which nothing is drawn.

    Some programs write bounds of negative width for text that is flush right.
    """
    left, right = sorted((bounds[0], bounds[0] + bounds[2]))
    top, bottom = sorted((bounds[1], bounds[1] + bounds[3]))
    return min(box[0] + box[2], right) >= max(box[0], left) and min(box[1] + box[3], bottom) >= max(box[1], top)


def rectangle(text: str) -> Rectangle | None:
    """Return the rectangle in an attribute or element, None if there is none."""
    four = numbers(text)
    if len(four) != 4 or not all(map(math.isfinite, four)):  # noqa: PLR2004 - left, top, width, height
        return None
    left, top, width, height = four
    return left, top, width, height


def numbers(text: str, most: int = 16) -> list[float]:
    """Return the first numbers in a text, none if one of them is none."""
    try:
        return [float(part) for part in text.split(None, most)[:most]]
    except ValueError:
        return []


def _is_dark(ink: Node) -> bool:
    """Return whether a colour is told from white paper; one that is not given in numbers is taken for dark."""
    if not is_shown(ink):
        return False
    parts = numbers(ink.attributes.get("Value", ""))
    if len(parts) in {_GREY, _RGB}:
        return min(parts) < _WHITE
    return len(parts) != _CMYK or sum(parts) > 255 - _WHITE


def _height(text_object: Node) -> float:
    size, *_ = [*numbers(text_object.attributes.get("Size", "")), _LEAST_SIZE]
    matrix = numbers(text_object.attributes.get("CTM", ""))
    if len(matrix) < 4:  # noqa: PLR2004 - the numbers that scale and turn
        return size
    return size * math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
