"""The texts on a page or a template of an OFD (GB/T 33190), each looked at once."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.domain.document import Box, Line
from bot.domain.limits import MOST_TEXT_LINES
from workers.files.ofd_pages.visibility import Rectangle, has_ink, is_on, is_shown, is_within, numbers, rectangle
from workers.files.safe_xml import Node

TENTHS: Final = 10  # of a millimetre
_LONGEST: Final = 4000  # characters of an object, which is a line or a part of one
_FARTHEST: Final = 1e6  # mm: a kilometre of paper, or not a number
_COUNT_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedText:
    """A text object that people see: its id, its text, and the pieces of it with their boxes in tenths of a mm."""

    id: str
    text: str
    pieces: tuple[tuple[str, Box], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The texts of a page's own content or of a template, and the area of the page, if it tells it."""

    texts: tuple[PrintedText, ...]
    area: Rectangle | None = None

    def lines(self, number: int, area: Rectangle | None) -> Iterator[Line]:
        """Yield the pieces that are on page `number` of this area."""
        for one in self.texts:
            for text, box in one.pieces:
                if is_on(box, area, TENTHS):
                    yield Line(text=text, box=box, page=number)


def layer_of(root: Node) -> Layer:
    """Return what people see of a page's content or of a template."""
    texts = (text for one in _shown_texts(root) if (text := _printed(one)) is not None)
    return Layer(texts=tuple(islice(texts, MOST_TEXT_LINES)), area=rectangle(root.text_at("Area/PhysicalBox")))


def _shown_texts(root: Node) -> Iterator[Node]:
    """Yield the text objects in document order, without those in anything that is not shown."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if not is_shown(node):
            continue
        if node.name == "TextObject":
            yield node
        else:
            waiting += reversed(node.children)


def _printed(text_object: Node) -> PrintedText | None:
    if not has_ink(text_object):
        return None
    codes = [child for child in text_object.children if child.name == "TextCode"]
    text = "".join("".join(code.own)[:_LONGEST].strip("\r\n") for code in codes[:_LONGEST])[:_LONGEST]
    pieces = (_piece(text_object, code) for code in codes[:_LONGEST])
    return PrintedText(
        id=text_object.attributes.get("ID", ""), text=text, pieces=tuple(piece for piece in pieces if piece)
    )


def _piece(text_object: Node, code: Node) -> tuple[str, Box] | None:
    text = " ".join("".join(code.own)[:_LONGEST].split())
    box = _text_box(text_object, code, text) if text else None
    return (text, box) if box is not None else None


def _text_box(text_object: Node, code: Node, text: str) -> Box | None:
    """Return the box of the characters in tenths of a mm; an object's boundary is often wider than its text.

    Return None for one that is nowhere, or beyond the boundary, where nothing is drawn.
    """
    bounds = rectangle(text_object.attributes.get("Boundary", ""))
    size, *_ = [*numbers(text_object.attributes.get("Size", "")), 0.0]
    if bounds is None:
        return None
    left, top, width, height = bounds
    steps = deltas(code.attributes.get("DeltaX", ""), len(text))
    is_one_row = not any(deltas(code.attributes.get("DeltaY", ""), len(text) - 1))
    if "CTM" not in text_object.attributes and size and is_one_row:
        x, *_ = [*numbers(code.attributes.get("X", "")), 0.0]
        y, *_ = [*numbers(code.attributes.get("Y", "")), size]
        left, top, height = left + x, top + y - size, size * 1.2
        width = sum(steps[: len(text) - 1]) + size if steps else size * sum(map(_relative_width, text))
    corners = [left, top, left + width, top + height]
    if not all(abs(corner) < _FARTHEST for corner in corners) or not is_within((left, top, width, height), bounds):
        return None
    placed = [round(corner * TENTHS) for corner in corners]
    return Box(left=placed[0], top=placed[1], right=max(placed[2], placed[0] + 1), bottom=max(placed[3], placed[1] + 1))


def _relative_width(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5


def deltas(text: str, most: int) -> list[float]:
    """Return at most so many distances between characters; `g 3 2.5` stands for three times 2.5 (GB/T 33190)."""
    steps: list[float] = []
    most = max(0, most)
    parts = iter(text.split(None, 3 * most + 1)[: 3 * most])
    for part in parts:
        if len(steps) >= most:
            break
        if part == "g":
            times, value = _count(next(parts, "")), next(parts, "")
            steps += (numbers(value) or [0.0]) * min(times, most)
        else:
            steps += numbers(part) or [0.0]
    return steps[:most]


def _count(text: str) -> int:
    """Return a number of repetitions, 0 for anything else; no text has as many as a million."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _COUNT_DIGITS else 0
