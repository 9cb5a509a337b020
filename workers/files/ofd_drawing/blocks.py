"""The objects of a page (GB/T 33190, 7 to 13) as the contents of a PDF page, in the order in which they are drawn."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from workers.files.ofd_drawing.allowance import MOST_NESTED, DrawingAllowance, too_complex
from workers.files.ofd_drawing.glyphs import text_operators
from workers.files.ofd_drawing.inks import Ink, Style, alpha_of
from workers.files.ofd_drawing.matrices import (
    UNCHANGED,
    Matrix,
    joined,
    matrix_of,
    moved,
    scale_of,
    written,
)
from workers.files.ofd_drawing.page_fonts import PageFonts
from workers.files.ofd_drawing.pictures import PagePictures
from workers.files.ofd_drawing.resources import Resources
from workers.files.ofd_drawing.shapes import path_operators
from workers.files.ofd_pages.visibility import Rectangle, numbers, rectangle
from workers.files.safe_xml import Node

_NO: Final = frozenset({"false", "0"})
_YES: Final = frozenset({"true", "1"})
_GROUPS: Final = frozenset({"Layer", "PageBlock", "Content"})
_OVERHANG: Final = 0.35  # of the size of characters: what a font that stands in for another may reach beyond its bounds
_PAINT: Final = {(True, False): "f", (False, True): "S", (True, True): "B"}
_MODES: Final = {(True, False): 0, (False, True): 1, (True, True): 2}  # of text
_OPAQUE: Final = 255
_MOST_PARAMETERS: Final = 32  # that stand for what an object does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an object has from what it is in: the parameters of its layer, opacity, and how deep it lies."""

    resources: Resources
    parameters: tuple[Node, ...] = ()
    alpha: float = 1.0
    depth: int = 0


@dataclass(slots=True, kw_only=True)
class PageContents:
    """Collects the operators of a page and the names that they use."""

    fonts: PageFonts
    pictures: PagePictures
    allowance: DrawingAllowance
    operators: list[str] = field(default_factory=list)
    alphas: dict[str, str] = field(default_factory=dict)  # states of the PDF by name

    def draw(self, nodes: Iterable[Node], around: Surroundings) -> None:
        """Draw layers, blocks and objects. Raises `Refused` for too many of them, or too deep in each other."""
        if around.depth > MOST_NESTED:
            raise too_complex()
        drawings = {
            "PathObject": self._draw_path,
            "TextObject": self._draw_text,
            "ImageObject": self._draw_picture,
            "CompositeObject": self._draw_composite,
        }
        for node in nodes:
            self.allowance.take_elements(1)
            if node.attributes.get("Visible", "").lower() in _NO:
                continue
            if node.name in _GROUPS:
                self.draw(node.children, self._within(node, around))
            elif node.name in drawings:
                self.allowance.take_node(node)
                drawings[node.name](node, replace(around, alpha=around.alpha * alpha_of(node)))

    def draw_appearance(self, appearance: Node, around: Surroundings) -> None:
        """Draw an annotation, whose objects have their places within its own bounds."""
        bounds = rectangle(appearance.attributes.get("Boundary", ""))
        self.operators.append("q")
        if bounds is not None:
            self.operators.append(f"{written(*moved(bounds[0], bounds[1]))} cm")
        self.draw(appearance.children, around)
        self.operators.append("Q")

    def _within(self, group: Node, around: Surroundings) -> Surroundings:
        own = around.resources.parameters(group.attributes.get("DrawParam", ""))
        return replace(around, parameters=(*own, *around.parameters)[:_MOST_PARAMETERS], depth=around.depth + 1)

    def _style(self, node: Node, around: Surroundings) -> Style:
        own = around.resources.parameters(node.attributes.get("DrawParam", ""))
        return Style(sources=(node, *own, *around.parameters), resources=around.resources)

    @contextmanager
    def _placed(self, node: Node, overhang: float) -> Iterator[None]:
        """Draw in the units of an object, within its bounds and clips; it may reach beyond by `overhang` units."""
        matrix = matrix_of(node)
        self.operators.append("q")
        bounds = rectangle(node.attributes.get("Boundary", ""))
        if bounds is not None:
            self.operators.append(f"{written(*moved(bounds[0], bounds[1]))} cm")
            self._clip_to(bounds, overhang * scale_of(matrix))
        clips = node.at("Clips")
        follows = clips is not None and clips.attributes.get("TransFlag", "").lower() not in _NO
        if clips is not None:
            self._clip(clips, matrix if follows else UNCHANGED)
        if matrix is not UNCHANGED:
            self.operators.append(f"{written(*matrix)} cm")
        yield
        self.operators.append("Q")

    def _clip_to(self, bounds: Rectangle, overhang: float) -> None:
        """Clip to bounds, whose corner is the origin; bounds without any extent are not meant as such."""
        _, _, width, height = bounds
        if width or height:
            left, top = min(0.0, width) - overhang, min(0.0, height) - overhang
            size = written(abs(width) + 2 * overhang, abs(height) + 2 * overhang)
            self.operators.append(f"{written(left, top)} {size} re W n")

    def _clip(self, clips: Node, matrix: Matrix) -> None:
        """Clip to what all clips let through; a clip lets through what one of its areas does."""
        for clip in clips.children:
            shapes = list[str]()
            for area in clip.children:
                path = area.at("Path")
                if path is None:
                    return  # what is clipped by text is drawn whole
                left, top, *_ = [*numbers(path.attributes.get("Boundary", "")), 0.0, 0.0]
                inner = joined(joined(matrix_of(path), moved(left, top)), joined(matrix_of(area), matrix))
                shapes.append(path_operators(path.text_at("AbbreviatedData"), self.allowance, inner))
            if any(shapes):
                self.operators.append("\n".join([*filter(None, shapes), "W n"]))

    def _draw_path(self, node: Node, around: Surroundings) -> None:
        style = self._style(node, around)
        inks = self._inks(
            style,
            filled=node.attributes.get("Fill", "").lower() in _YES,
            stroked=node.attributes.get("Stroke", "").lower() not in _NO,
        )
        if not any(inks):
            return
        with self._placed(node, style.line_width):
            shape = path_operators(node.text_at("AbbreviatedData"), self.allowance)
            if shape:
                self._take_inks(style, inks, around.alpha)
                paint = _PAINT[inks[0] is not None, inks[1] is not None]
                is_even_odd = node.attributes.get("Rule", "") == "Even-Odd" and inks[0] is not None
                self.operators.append(f"{shape}\n{paint}{'*' if is_even_odd else ''}")

    def _draw_text(self, node: Node, around: Surroundings) -> None:
        style = self._style(node, around)
        inks = self._inks(
            style,
            filled=node.attributes.get("Fill", "").lower() not in _NO,
            stroked=node.attributes.get("Stroke", "").lower() in _YES,
        )
        if not any(inks):
            return
        size, *_ = [*numbers(node.attributes.get("Size", "")), 0.0]
        with self._placed(node, _OVERHANG * abs(size)):
            shown = text_operators(node, self.fonts, around.resources, self.allowance)
            if shown:
                self._take_inks(style, inks, around.alpha)
                mode = _MODES[inks[0] is not None, inks[1] is not None]
                self.operators.append(f"BT {mode} Tr\n{shown}\nET")

    def _draw_picture(self, node: Node, around: Surroundings) -> None:
        places = around.resources.places
        path, mask = (places.get(node.attributes.get(name, ""), "") for name in ("ResourceID", "ImageMask"))
        name = self.pictures.name_of(path, mask) if path else ""
        if not name:
            return
        with self._placed(node, 0.0):
            bounds = rectangle(node.attributes.get("Boundary", ""))
            if "CTM" not in node.attributes and bounds is not None:
                self.operators.append(f"{written(bounds[2], 0, 0, bounds[3], 0, 0)} cm")
            self._take_alpha(around.alpha, around.alpha)
            self.operators.append(f"1 0 0 -1 0 1 cm /{name} Do")

    def _draw_composite(self, node: Node, around: Surroundings) -> None:
        unit = around.resources.nodes.get(node.attributes.get("ResourceID", ""))
        if unit is not None:
            with self._placed(node, 0.0):
                self.draw(unit.children, self._within(node, around))

    def _inks(self, style: Style, *, filled: bool, stroked: bool) -> tuple[Ink | None, Ink | None]:
        """Return the colours in which to fill and to draw lines, None for what is not drawn."""
        return style.ink("FillColor") if filled else None, style.ink("StrokeColor") if stroked else None

    def _take_inks(self, style: Style, inks: tuple[Ink | None, Ink | None], alpha: float) -> None:
        fill, stroke = inks
        if fill is not None:
            self.operators.append(fill.operator(stroke=False))
        if stroke is not None:
            self.operators += [stroke.operator(stroke=True), style.line_operators()]
        self._take_alpha(*(alpha * ink.alpha if ink is not None else 1.0 for ink in inks))

    def _take_alpha(self, fill: float, stroke: float) -> None:
        steps = round(fill * _OPAQUE), round(stroke * _OPAQUE)
        if steps == (_OPAQUE, _OPAQUE):
            return
        name = f"A{steps[0]}x{steps[1]}"
        self.alphas[name] = f"<</ca {written(steps[0] / _OPAQUE)}/CA {written(steps[1] / _OPAQUE)}>>"
        self.operators.append(f"/{name} gs")
