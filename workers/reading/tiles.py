"""Splitting very tall pages into tiles that an engine reads well, and joining their readings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from bot.domain.document import Box, Line, Reading, Stop
from workers.files.file_format import Page
from workers.layout.reading_order import text_of

_LEAST_HEIGHT, _LEAST_RATIO = 2600, 2.5  # a page is cut when it is taller than both
_HEIGHT, _RATIO = 1500, 1.4  # a tile's height, or its height to its width where that is more
_SEARCH = 3  # the last third of a tile is searched for a clean row
_OVERLAP = 120  # pixels, where there is none
_BAND = 6  # rows without text that make a place to cut
_EDGE, _FEW_EDGES = 24, 8  # a step in brightness, and how many a row without text may have: frames, scroll bars


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tile:
    """A piece of a page, `top` pixels below the page's top."""

    top: int
    image: Image

    @property
    def bottom(self) -> int:
        """The y on the page where the tile ends."""
        return self.top + self.image.height


def tiles(page: Page) -> tuple[Tile, ...]:
    """Return the page as one tile or, if it is very tall, cut between lines of text; tiles overlap where that fails."""
    width, height = page.image.size
    if height <= _LEAST_HEIGHT or height <= _LEAST_RATIO * width:
        return (Tile(top=0, image=page.image),)
    spans = _tile_spans(_clean_rows(page.image), max(_HEIGHT, round(_RATIO * width)))
    return tuple(Tile(top=top, image=page.image.crop((0, top, width, bottom))) for top, bottom in spans)


def halves(image: Image) -> tuple[Tile, Tile]:
    """Return the upper and the lower half, cut between lines of text near the middle; they overlap where that fails."""
    width, height = image.size
    cut = _find_cut(_clean_rows(image), height * 2 // 5, height * 3 // 5)
    bottom, top = (cut, cut) if cut is not None else (height // 2 + _OVERLAP // 2, height // 2 - _OVERLAP // 2)
    return (
        Tile(top=0, image=image.crop((0, 0, width, min(height, bottom)))),
        Tile(top=max(0, top), image=image.crop((0, max(0, top), width, height))),
    )


def _clean_rows(image: Image) -> npt.NDArray[np.bool_]:
    """Return for each row of pixels whether it has hardly any edges, hence no text, on bright or dark ground."""
    grey = np.asarray(image.convert("L"), np.int16)
    edges: npt.NDArray[np.int64] = (np.abs(np.diff(grey, axis=1)) > _EDGE).sum(axis=1)
    return edges <= _FEW_EDGES


def _tile_spans(clean: npt.NDArray[np.bool_], tall: int) -> list[tuple[int, int]]:
    height, top, found = len(clean), 0, []
    while height - top > tall * (1 + 1 / _SEARCH):
        end = top + tall
        cut = _find_cut(clean, end - tall // _SEARCH, end)
        found.append((top, cut if cut is not None else end))
        top = cut if cut is not None else end - _OVERLAP
    return [*found, (top, height)]


def _find_cut(clean: npt.NDArray[np.bool_], start: int, end: int) -> int | None:
    """Return the middle of the broadest clean band between two rows, None where there is none."""
    steps = np.flatnonzero(np.diff(clean[start:end].astype(np.int8), prepend=0, append=0))
    bands = [(int(last - first), int(first + last) // 2) for first, last in zip(steps[::2], steps[1::2], strict=True)]
    breadth, middle = max(bands, default=(0, 0))
    return start + middle if breadth >= _BAND else None


def join(parts: Sequence[Tile], readings: Sequence[Reading]) -> Reading:
    """Return one reading of the whole page, in its pixels, from the readings of its tiles.

    Lines in an overlap are kept once. The first early stop of a tile is that of the whole.
    """
    if len(parts) == 1:
        return readings[0]
    lines = [_lowered_lines(reading.lines, part.top) for part, reading in zip(parts, readings, strict=True)]
    boxed = all(reading.lines or not reading.text for reading in readings) and all(
        line.box for group in lines for line in group
    )
    kept = _without_doubles(lines) if boxed else tuple(line for group in lines for line in group)
    overlaps = [above.bottom > below.top for above, below in pairwise(parts)]
    if not any(overlaps):
        text = "\n".join(reading.text for reading in readings if reading.text)
    else:
        text = text_of(kept) if boxed else _stitched_texts([reading.text for reading in readings], overlaps)
    return Reading(
        text=text,
        lines=kept,
        stop=next((reading.stop for reading in readings if reading.stop is not Stop.DONE), Stop.DONE),
        seconds=sum(reading.seconds for reading in readings),
    )


def _lowered_lines(lines: Sequence[Line], by: int) -> list[Line]:
    return [replace(line, box=_lowered_box(line.box, by) if line.box else None) for line in lines]


def _lowered_box(box: Box, by: int) -> Box:
    return replace(box, top=box.top + by, bottom=box.bottom + by)


def _without_doubles(groups: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """Return all lines; of a line that two tiles have, the taller, which is not cut off."""
    kept: list[list[Line]] = [list(group) for group in groups]
    for above, below in pairwise(kept):
        for line in list(below):
            twin = next((other for other in above if _same_place(line.box, other.box)), None)
            if twin is not None:
                worse, owner = (line, below) if _line_height(twin) >= _line_height(line) else (twin, above)
                owner.remove(worse)
    return tuple(line for group in kept for line in group)


def _line_height(line: Line) -> int:
    return line.box.bottom - line.box.top if line.box else 0


def _same_place(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return False
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    across = min(one.right, other.right) - max(one.left, other.left)
    least_down = min(one.bottom - one.top, other.bottom - other.top)
    least_across = min(one.right - one.left, other.right - other.left)
    return 2 * down > least_down and 2 * across > least_across


def _stitched_texts(parts: Sequence[str], overlaps: Sequence[bool]) -> str:
    """Join texts without boxes: lines that end one and begin the next are kept once."""
    whole = parts[0].split("\n")
    for text, overlap in zip(parts[1:], overlaps, strict=True):
        following = text.split("\n")
        most = min(len(whole), len(following)) if overlap else 0
        shared = next((count for count in range(most, 0, -1) if whole[-count:] == following[:count]), 0)
        whole += following[shared:]
    return "\n".join(line for line in whole if line)
