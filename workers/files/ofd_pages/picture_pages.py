"""Which pages of an OFD have to be read as pictures, because their text is not in text objects.

That is so of scans, of pages whose letters are drawn as paths, and of those whose characters are not told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from bot.domain.limits import MOST_TEXT_CHARACTERS
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
class LayerContents:
    """What is shown on a layer: characters, those that are told, and what there is beside its texts."""

    characters: int = 0
    known: int = 0
    has_drawings: bool = False
    contours: int = 0  # of what may be letters
    covered: float = 0.0  # by pictures, in square mm


def contents_of(root: Node, layer: Layer) -> LayerContents:
    """Return what is shown on the layer that a page or a template is."""
    found = LayerContents()
    for sign in islice(chain.from_iterable(text.text for text in layer.texts), MOST_TEXT_CHARACTERS):
        if not sign.isspace():
            found.characters += 1
            found.known += sign.isprintable() and sign != "\N{REPLACEMENT CHARACTER}"
    for node in _shown_objects(root):
        found.has_drawings = True
        bounds = rectangle(node.attributes.get("Boundary", ""))
        if node.name == "ImageObject" and bounds is not None:
            found.covered += _extent(bounds)
        if node.name == "PathObject" and node.attributes.get("Fill", "").lower() in _YES:
            found.contours += _contours(node.text_at("AbbreviatedData"))
    return found


def is_picture(layers: Sequence[LayerContents], area: Rectangle | None) -> bool:
    """Return whether a page is to be drawn and read, because what is printed on it is not in its texts."""
    characters = sum(layer.characters for layer in layers)
    has_text = characters > 0 and sum(layer.known for layer in layers) >= _LEAST_LETTERS * characters
    if not any(layer.has_drawings for layer in layers):
        return characters > 0 and not has_text
    is_scan = area is not None and sum(layer.covered for layer in layers) >= _SCAN * _extent(area)
    contours = sum(layer.contours for layer in layers)
    return not has_text or (is_scan and characters <= _STAMP) or contours > _LOGO + _CONTOURS_EACH * characters


def _shown_objects(root: Node) -> Iterator[Node]:
    waiting = [root]
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


def _extent(bounds: Rectangle) -> float:
    return abs(bounds[2] * bounds[3])
