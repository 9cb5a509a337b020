"""Which pages of an OFD have to be read as pictures, because their text is not in text objects.

That is so of scans, of pages whose letters are drawn as paths, and of those whose characters are not told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workers.files.ofd_pages.sources import PageSource
from workers.files.ofd_pages.texts import Layer
from workers.files.ofd_pages.visibility import Rectangle, is_shown, rectangle
from workers.files.safe_xml import Node

_SCAN: Final = 0.5  # the share of a page that pictures cover on a scan
_STAMP: Final = 40  # characters at most that a program adds to a scan: not the text of the page
_LEAST_LETTERS: Final = 0.5  # share of characters that are told
_LOGO: Final = 50  # contours that a page may have beside its text
_CONTOURS_EACH: Final = 2  # at least, of a character; most Chinese ones have more
_STRAIGHT: Final = 100  # characters of a path without curves from which on it may be a letter
_DRAWN: Final = frozenset({"PathObject", "ImageObject", "CompositeObject"})
_YES: Final = frozenset({"true", "1"})


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What is on a page beside its text objects: whether there is anything, contours of letters, area of pictures."""

    anything: bool = False
    contours: int = 0
    covered: float = 0.0  # square mm


def is_picture(source: PageSource, layers: Sequence[Layer]) -> bool:
    """Return whether a page is to be drawn and read, because what is printed on it is not in its texts."""
    signs = [sign for layer in layers for text in layer.texts for sign in text.text if not sign.isspace()]
    known = sum(sign.isprintable() and sign != "\N{REPLACEMENT CHARACTER}" for sign in signs)
    seen = _seen(source.roots)
    if not seen.anything:
        return bool(signs) and known < _LEAST_LETTERS * len(signs)
    if known < _LEAST_LETTERS * len(signs) or not signs:
        return True
    is_scan = source.area is not None and seen.covered >= _SCAN * _size(source.area)
    return (is_scan and len(signs) <= _STAMP) or seen.contours > _LOGO + _CONTOURS_EACH * len(signs)


def _seen(roots: Sequence[Node]) -> _Seen:
    seen = _Seen()
    for node in _shown_objects(roots):
        seen.anything = True
        bounds = rectangle(node.attributes.get("Boundary", ""))
        if node.name == "ImageObject" and bounds is not None:
            seen.covered += _size(bounds)
        if node.name == "PathObject" and node.attributes.get("Fill", "").lower() in _YES:
            seen.contours += _contours(node.text_at("AbbreviatedData"))
    return seen


def _shown_objects(roots: Sequence[Node]) -> Iterator[Node]:
    waiting = [*roots]
    while waiting:
        node = waiting.pop()
        if not is_shown(node):
            continue
        if node.name in _DRAWN:
            yield node
        elif node.name != "TextObject":
            waiting += node.children


def _contours(data: str) -> int:
    """Return how many closed lines of a letter a path may be."""
    is_curved = "B" in data or "Q" in data
    return data.count("M") + data.count("S") if is_curved or len(data) >= _STRAIGHT else 0


def _size(bounds: Rectangle) -> float:
    return abs(bounds[2] * bounds[3])
