"""Texts with boxes: `<ref>text</ref><quad>(x1,y1),(x2,y2)</quad>`, or the same without the tags.

Without tags only the coordinates end a text, which may itself contain parentheses. So a text is whatever stands between
two boxes, and no text is ever split at a parenthesis.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.domain.document import Box, Line

Corners = tuple[int, int, int, int]  # left, top, right, bottom in thousandths of the picture, as the model wrote them

_SCALE = 1000
_LARGEST = 1100  # a larger number in parentheses is a year or an amount, not a coordinate

_POINT = r"\(\s{0,4}(\d{1,4})\s{0,4},\s{0,4}(\d{1,4})\s{0,4}\)"
_COMMA = r"\s{0,4},\s{0,4}"
_BOX = re.compile(rf"{_POINT}{_COMMA}{_POINT}(?:{_COMMA}\(\d{{1,4}},\d{{1,4}}\))*+", re.ASCII)
# Coordinates that break off: `(10,80"`, `(10,20),(30`, and, at the end of the text, `(10,`.
_BROKEN = re.compile(
    rf"{_POINT}{_COMMA}\(\d{{1,4}}(?:,\d{{0,4}})?+(?![\d,)])[\"”']?|\(\d{{1,4}},\d{{1,4}}[\"”]|\(\d{{1,4}},\d{{0,4}}\Z",
    re.ASCII,
)
_CUT_POINT = re.compile(rf"{_POINT}(?:{_COMMA}\(?)?\Z", re.ASCII)
_TAG = re.compile(r"(</?(?:ref|quad)>)")
_CUT_TAG = re.compile(r"</?(?:r|re|ref|q|qu|qua|quad)?\Z")


def parse_spotting(text: str, *, width: int, height: int) -> tuple[Line, ...]:
    """Return the lines of a cleaned spotting answer, with boxes in pixels of the upright picture of that size.

    Boxes lie within the picture and are never empty. A text without a box, or with a broken one, becomes a line without
    a box; a box without a text is dropped. Several lines with one box share its height.
    """
    found = _texts_with_corners(_CUT_TAG.sub("", text) if _TAG.search(text) else text)
    return tuple(line for words, corners in found for line in _lines_in_box(words, corners, width, height))


def has_boxes(text: str) -> bool:
    """Return whether a cleaned answer gives coordinates."""
    return _BOX.search(text) is not None


def without_markup(text: str) -> str:
    """Return a cleaned answer without its tags and boxes."""
    return _BOX.sub(" ", _TAG.sub("", text)).strip()


def without_box(text: str) -> tuple[str, bool]:
    """Return a value without tags and without a box at its end, and whether that box was cut off."""
    words = _TAG.sub("", text).rstrip() if "<" in text else text
    for match in _BOX.finditer(words):
        if match.end() == len(words) and max(_corners(match)) <= _LARGEST:
            return words[: match.start()].rstrip(), False
    broken = next((match for match in _BROKEN.finditer(words) if match.end() == len(words)), None)
    return (words[: broken.start()].rstrip(), True) if broken else (words, False)


def _texts_with_corners(text: str) -> Iterator[tuple[str, Corners | None]]:
    """Yield texts with their corners; where there are tags, they decide what is text and what is a box."""
    waiting, tag = "", ""  # a text that has no box yet, and the open tag
    boxes = _BOX.search(text) is not None
    for piece in (*_TAG.split(text), "<ref>"):
        if piece == "<ref>" and waiting:
            yield from _untagged(waiting, boxes=boxes) if tag == "<ref>" else [(waiting, None)]
            waiting = ""
        if _TAG.fullmatch(piece):
            tag = "" if piece.startswith("</") else piece
        elif tag == "<ref>":
            waiting += piece
        elif piece.strip():
            corners = _BOX.match(piece.lstrip()) if waiting else None
            if waiting:
                yield waiting, _corners(corners) if corners else None
                waiting = ""
            rest = piece.lstrip()[corners.end() :] if corners else piece
            yield from _untagged(rest, boxes=boxes) if corners or not tag else ()


def _untagged(text: str, *, boxes: bool) -> Iterator[tuple[str, Corners | None]]:
    """Yield the texts between boxes. `boxes`: the answer has some, so half a box at the end is one cut off."""
    start = 0
    ends = [*(match for match in _BOX.finditer(text) if max(_corners(match)) <= _LARGEST)]
    for match in ends:
        yield from _split_at_broken_boxes(text[start : match.start()], _corners(match))
        start = match.end()
    rest = text[start:]
    cut = _CUT_POINT.search(rest) if boxes else None
    yield from _split_at_broken_boxes(rest[: cut.start()] if cut else rest, None)


def _split_at_broken_boxes(text: str, corners: Corners | None) -> Iterator[tuple[str, Corners | None]]:
    """Yield the text before a box, split where boxes in it broke off."""
    start = 0
    for match in _BROKEN.finditer(text):
        yield text[start : match.start()], None
        start = match.end()
    yield text[start:], corners


def _corners(match: re.Match[str]) -> Corners:
    return int(match[1]), int(match[2]), int(match[3]), int(match[4])


def _lines_in_box(text: str, corners: Corners | None, width: int, height: int) -> Iterator[Line]:
    rows = [row for row in map(str.strip, text.split("\n")) if row]
    if corners is None:
        yield from (Line(text=row) for row in rows)
        return
    box = _pixel_box(corners, width, height)
    tall = box.bottom - box.top
    cuts = [box.top + tall * index // len(rows) for index in range(len(rows) + 1)] if rows else []
    shared = len(rows) > tall
    for row, (top, bottom) in zip(rows, pairwise(cuts), strict=False):
        row_box = box if shared else Box(left=box.left, top=top, right=box.right, bottom=bottom)
        yield Line(text=row, box=row_box)


def _pixel_box(corners: Corners, width: int, height: int) -> Box:
    left, right = _pixel_range(corners[0], corners[2], width)
    top, bottom = _pixel_range(corners[1], corners[3], height)
    return Box(left=left, top=top, right=right, bottom=bottom)


def _pixel_range(one: int, other: int, size: int) -> tuple[int, int]:
    """Return two coordinates in thousandths of `size` as a range of whole pixels that is not empty."""
    low, high = sorted((min(one, _SCALE), min(other, _SCALE)))
    start = min(low * size // _SCALE, size - 1)
    return start, max(-(-high * size // _SCALE), start + 1)
