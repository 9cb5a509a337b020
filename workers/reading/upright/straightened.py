"""Pages and places as an engine straightened them: what is shown and cut out is where the value stands."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from PIL import Image

from bot.domain.document import Box, Field, LevelledPart, Levelling, Line, Row, Straightening, box_around
from workers.files.format_protocol import Page, Pages
from workers.files.undecoded import UndecodedImage

Straightenings = Mapping[int, Straightening]
"""By page number; pages that are not among them are as they are."""

NOT_AT_ALL: Straightenings = MappingProxyType({})
_AS_IT_IS: Final = Straightening()
_STEPS: Final = 6  # of a fixed point that each step brings several times nearer: slopes are below 0.3
_TURNS: Final = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}


def scaled(straightening: Straightening, across: float, down: float) -> Straightening:
    """Return the same for a picture that is so many times as wide and high, which is about as much."""
    level = straightening.levelling
    if level is None:
        return straightening
    return replace(
        straightening,
        levelling=Levelling(
            middle=(level.middle[0] * across, level.middle[1] * down),
            slope=level.slope,
            change=level.change / down,
            shift=(level.shift[0] * across, level.shift[1] * down),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedPages:
    """Pages of which some are turned upright; they are decoded for that when they are asked for."""

    pages: Pages
    straightened: Straightenings

    @property
    def numbers(self) -> Sequence[int]:
        """Return the pages' numbers."""
        return self.pages.numbers

    def page(self, number: int) -> Page:
        """Return a page, turned; raises `Refused` as the pages do."""
        return turned_page(self.pages.page(number), self._quarters(number))

    def size(self, number: int) -> tuple[int, int]:
        """Return about how many pixels a page takes, turned."""
        width, height = self.pages.size(number)
        return (height, width) if self._quarters(number) % 2 else (width, height)

    def _quarters(self, number: int) -> int:
        return self.straightened.get(number, _AS_IT_IS).quarters % 4


def turned_page(page: Page, quarters: int) -> Page:
    """Return a page after so many anticlockwise turns of 90 degrees."""
    turn = _TURNS.get(quarters % 4)
    if turn is None:
        return page
    image = page.image.pixels() if isinstance(page.image, UndecodedImage) else page.image
    return replace(page, image=image.transpose(turn))


def turned(pages: Pages, straightened: Straightenings) -> Pages:
    """Return the pages upright."""
    return TurnedPages(pages=pages, straightened=straightened) if straightened else pages


def box_on_page(box: Box | None, page: int | None, straightened: Straightenings) -> Box | None:
    """Return a box in pixels of the upright page."""
    found = straightened.get(page) if page is not None else None
    if box is None or found is None:
        return box
    return _on_long_page(box, found.parts) if found.parts else before_levelling(box, found.levelling)


def on_pages(fields: Sequence[Field], straightened: Straightenings) -> tuple[Field, ...]:
    """Return fields with their boxes in pixels of the upright pages."""
    return tuple(replace(field, box=box_on_page(field.box, field.page, straightened)) for field in fields)


def rows_on_pages(rows: Sequence[Row], straightened: Straightenings) -> tuple[Row, ...]:
    """Return rows with the boxes of their cells in pixels of the upright pages."""
    return tuple(Row(cells=on_pages(row.cells, straightened)) for row in rows)


def before_turning(box: Box, quarters: int, size: tuple[int, int]) -> Box:
    """Return the box in a picture of `size`, width first, of what has `box` after so many turns as in `turned_page`."""
    width, height = size
    turned_size = (height, width) if quarters % 2 else size
    for _ in range(-quarters % 4):  # on, to the full circle
        across, down = turned_size
        box = Box(left=box.top, top=across - box.right, right=box.bottom, bottom=across - box.left)
        turned_size = (down, across)
    return Box(
        left=min(max(0, box.left), width - 1),
        top=min(max(0, box.top), height - 1),
        right=max(1, min(box.right, width)),
        bottom=max(1, min(box.bottom, height)),
    )


def _on_long_page(box: Box, parts: Sequence[LevelledPart]) -> Box:
    """Return the box around what stands in each of the parts that `box` reaches into."""
    found = []
    for part, end in zip(parts, [*(part.begins for part in parts[1:]), math.inf], strict=True):
        top, bottom = max(box.top, part.begins), min(box.bottom, end)
        if top < bottom:
            inside = replace(box, top=top - part.begins, bottom=int(bottom) - part.begins)
            level = before_levelling(inside, part.levelling)
            found.append(replace(level, top=level.top + part.top, bottom=level.bottom + part.top))
    return box_around([Line(text="", box=one) for one in found]) if found else box


def before_levelling(box: Box, level: Levelling | None) -> Box:
    """Return the box around what stood there before it was moved; nothing was without a levelling."""
    if level is None:
        return box
    corners = [_point_before(x, y, level) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    across, down = zip(*corners, strict=True)
    left, top = max(0, math.floor(min(across))), max(0, math.floor(min(down)))
    return Box(
        left=left, top=top, right=max(left + 1, math.ceil(max(across))), bottom=max(top + 1, math.ceil(max(down)))
    )


def _point_before(x: float, y: float, level: Levelling) -> tuple[float, float]:
    across, down = x - level.shift[0] - level.middle[0], y - level.shift[1] - level.middle[1]
    at_x, at_y = across, down
    for _ in range(_STEPS):
        at_x = across - level.slope * at_y
        at_y = down + at_x * (level.slope + level.change * at_y)
    return at_x + level.middle[0], at_y + level.middle[1]
