"""The colours and lines of an object (GB/T 33190, 8.2 and 8.3): its own, those of its parameters, those of its layer.

A gradient becomes the colour in its middle; a pattern is not drawn.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.files.ofd_drawing.matrices import FARTHEST, written
from workers.files.ofd_drawing.resources import Resources
from workers.files.ofd_pages.visibility import numbers
from workers.files.safe_xml import Node

USUAL_LINE: Final = 0.353
"""The width of a line in mm where nothing says it."""

_MITRE: Final = 4.234
_OPAQUE: Final = 255.0
_GREY, _RGB, _CMYK = 1, 3, 4  # components of a colour
_OPERATORS: Final = {_GREY: ("g", "G"), _RGB: ("rg", "RG"), _CMYK: ("k", "K")}
_CAPS: Final = {"Butt": 0, "Round": 1, "Square": 2}
_JOINS: Final = {"Miter": 0, "Round": 1, "Bevel": 2}
_GRADIENTS: Final = frozenset({"AxialShd", "RadialShd", "GouraudShd", "LaGouraudShd"})
_MOST_DASHES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """A colour's components and its opacity, all from 0 to 1."""

    parts: tuple[float, ...] = (0.0,)
    alpha: float = 1.0

    def operator(self, *, stroke: bool) -> str:
        """Return the operator that takes this colour for filling or for lines."""
        return f"{written(*self.parts)} {_OPERATORS[len(self.parts)][stroke]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Where the properties of an object stand: in itself first, then in the parameters that it and its layer name."""

    sources: Sequence[Node]
    resources: Resources

    def attribute(self, name: str) -> str:
        """Return an attribute, "" where nothing gives it."""
        return next((node.attributes[name] for node in self.sources if name in node.attributes), "")

    def number(self, name: str, usual: float) -> float:
        """Return an attribute's number."""
        found = numbers(self.attribute(name))
        return found[0] if found and abs(found[0]) < FARTHEST else usual

    def ink(self, name: str) -> Ink | None:
        """Return the colour in the element of this name, black where there is none, None for one that is no colour."""
        node = next((found for source in self.sources if (found := source.at(name)) is not None), None)
        return _ink_of(node, self.resources) if node is not None else Ink()

    @property
    def line_width(self) -> float:
        """The width of lines, in the units of the object."""
        return abs(self.number("LineWidth", USUAL_LINE))

    def line_operators(self) -> str:
        """Return the operators that take the width, the ends, the joins and the dashes of lines."""
        cap, join = _CAPS.get(self.attribute("Cap"), 0), _JOINS.get(self.attribute("Join"), 0)
        mitre = max(1.0, self.number("MiterLimit", _MITRE))
        dashes = [part for part in numbers(self.attribute("DashPattern"), _MOST_DASHES) if 0 <= part < FARTHEST]
        operators = f"{written(self.line_width)} w {cap} J {join} j {written(mitre)} M"
        if not any(dashes):
            return operators
        return f"{operators} [{written(*dashes)}] {written(self.number('DashOffset', 0.0))} d"


def alpha_of(node: Node) -> float:
    """Return the opacity of an object or a colour, from 0 to 1."""
    found = numbers(node.attributes.get("Alpha", ""))
    return min(1.0, max(0.0, found[0] / _OPAQUE)) if found and math.isfinite(found[0]) else 1.0


def _ink_of(node: Node, resources: Resources) -> Ink | None:
    if node.at("Pattern") is not None:
        return None
    gradient = next((child for child in node.children if child.name in _GRADIENTS), None)
    if gradient is not None:
        colours = [colour for part in gradient.children if (colour := part.at("Color")) is not None]
        if not colours:
            return None
        middle = colours[len(colours) // 2]
        return Ink(parts=_parts(middle, resources), alpha=alpha_of(node) * alpha_of(middle))
    return Ink(parts=_parts(node, resources), alpha=alpha_of(node))


def _parts(colour: Node, resources: Resources) -> tuple[float, ...]:
    """Return the components of a colour: its value, or the entry of a palette; black for anything else."""
    space = resources.nodes.get(colour.attributes.get("ColorSpace", ""))
    bits, *_ = [*numbers(space.attributes.get("BitsPerComponent", "")), 8.0] if space is not None else [8.0]
    most = 2.0**bits - 1 if bits in {1, 2, 4, 8, 16} else _OPAQUE
    value = colour.attributes.get("Value", "")
    if not value and space is not None:
        value = _palette_entry(space, colour.attributes.get("Index", ""))
    found = [_component(part) / most for part in value.split(None, _CMYK)[:_CMYK]]
    if len(found) not in _OPERATORS:
        return (0.0,)
    return tuple(min(1.0, max(0.0, part)) for part in found)


def _palette_entry(space: Node, index: str) -> str:
    palette = space.at("Palette")
    place, *_ = [*numbers(index), -1.0]
    if palette is None or not 0 <= place < len(palette.children):
        return ""
    return palette.children[int(place)].text


def _component(part: str) -> float:
    """Return a component: a number, or hexadecimal digits behind `#`."""
    if part.startswith("#"):
        digits = part[1:5]
        return float(int(digits, 16)) if digits and all(sign in "0123456789abcdefABCDEF" for sign in digits) else 0.0
    found = numbers(part)
    return found[0] if found and math.isfinite(found[0]) else 0.0
