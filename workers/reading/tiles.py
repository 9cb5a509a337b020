"""Cutting very tall pages into tiles that an engine reads well, and joining the readings."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from bot.domain.document import Box, LevelledPart, Line, Reading, Stop, Straightening
from workers.files.format_protocol import Page
from workers.layout.reading_order import text_of
from workers.reading.printed_rows import clean_rows
from workers.reading.upright.straightened import before_levelling, before_turning, box_on_page

_LEAST_HEIGHT, _LEAST_RATIO = 2600, 2.5  # pixels, and height to width: only a page above both is cut
_HEIGHT, _RATIO = 1500, 1.4  # of a tile, likewise: whichever makes it taller
_SEARCH = 3  # the last third of a tile is searched for a clean row
_OVERLAP = 120  # pixels, if there is no clean row
_BAND = 6  # rows of pixels without text that are enough for a cut


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tile:
    """A part of a page that begins `top` pixels below the top of the page."""

    top: int
    image: Image

    @property
    def bottom(self) -> int:
        """The y on the page at which the tile ends."""
        return self.top + self.image.height


def tiles(page: Page) -> tuple[Tile, ...]:
    """Return the page as one tile, or cut between lines of text if it is very tall; tiles overlap if that fails."""
    width, height = page.image.size
    if height <= _LEAST_HEIGHT or height <= _LEAST_RATIO * width:
        return (Tile(top=0, image=page.image),)
    spans = _tile_spans(clean_rows(page.image), max(_HEIGHT, round(_RATIO * width)))
    return tuple(Tile(top=top, image=page.image.crop((0, top, width, bottom))) for top, bottom in spans)


def halves(image: Image) -> tuple[Tile, Tile]:
    """Return the upper and the lower half, cut between lines of text near the middle; they overlap if that fails."""
    width, height = image.size
    cut = _find_cut(clean_rows(image), height * 2 // 5, height * 3 // 5)
    bottom, top = (cut, cut) if cut is not None else (height // 2 + _OVERLAP // 2, height // 2 - _OVERLAP // 2)
    return (
        Tile(top=0, image=image.crop((0, 0, width, min(height, bottom)))),
        Tile(top=max(0, top), image=image.crop((0, max(0, top), width, height))),
    )


def _tile_spans(clean: npt.NDArray[np.bool_], tile_height: int) -> list[tuple[int, int]]:
    height, top, spans = len(clean), 0, []
    while height - top > tile_height * (1 + 1 / _SEARCH):
        end = top + tile_height
        cut = _find_cut(clean, end - tile_height // _SEARCH, end)
        spans.append((top, cut if cut is not None else end))
        top = cut if cut is not None else end - _OVERLAP
    return [*spans, (top, height)]


def _find_cut(clean: npt.NDArray[np.bool_], start: int, end: int) -> int | None:
    """Return the middle of the broadest clean band in [start, end), None if there is none."""
    steps = np.flatnonzero(np.diff(clean[start:end].astype(np.int8), prepend=0, append=0))
    bands = [(int(last - first), int(first + last) // 2) for first, last in zip(steps[::2], steps[1::2], strict=True)]
    breadth, middle = max(bands, default=(0, 0))
    return start + middle if breadth >= _BAND else None


def quarters_of(readings: Sequence[Reading]) -> int:
    """Return the turns that make most of the text in the tiles upright; 0 if they do not agree."""
    letters = Counter[int]()
    for reading in readings:
        letters[reading.straightening.quarters % 4 if reading.straightening else 0] += len(reading.text)
    quarters, most = max(letters.items(), key=lambda one: one[1])
    return quarters if 2 * most > letters.total() else 0


def join(parts: Sequence[Tile], readings: Sequence[Reading]) -> Reading:
    """Return one reading of the whole page, in its pixels, from the readings of its tiles.

    Lines in an overlap are kept once. If the reading of a tile stopped early, so did that of the page. Where the lines
    of a tile were levelled, they stay so, and the page's `straightening` says how; a turned one is told as it stands.
    """
    if len(parts) == 1:
        return readings[0]
    readings = [_turned_back(reading, part.image.size) for part, reading in zip(parts, readings, strict=True)]
    placing = _placing(parts, readings)
    lines = [_shifted_lines(reading.lines, part.begins) for part, reading in zip(placing, readings, strict=True)]
    is_levelled = any(part.levelling for part in placing)
    straightening = Straightening(parts=placing) if is_levelled else None
    has_boxes = all(reading.lines or not reading.text for reading in readings) and all(
        line.box for group in lines for line in group
    )
    kept = _without_doubles(lines, straightening) if has_boxes else tuple(line for group in lines for line in group)
    overlaps = [above.bottom > below.top for above, below in pairwise(parts)]
    if not any(overlaps):
        text = "\n".join(reading.text for reading in readings if reading.text)
    else:
        text = text_of(kept) if has_boxes else _stitched_texts([reading.text for reading in readings], overlaps)
    return Reading(
        text=text,
        lines=kept,
        stop=next((reading.stop for reading in readings if reading.stop is not Stop.DONE), Stop.DONE),
        seconds=sum(reading.seconds for reading in readings),
        straightening=straightening,
    )


def _turned_back(reading: Reading, size: tuple[int, int]) -> Reading:
    """Return the reading of a tile of `size` with its boxes in pixels of the tile if the engine turned it."""
    found = reading.straightening
    if found is None or not found.quarters % 4:
        return reading

    def back(box: Box) -> Box:
        return before_turning(before_levelling(box, found.levelling), found.quarters, size)

    lines = tuple(replace(line, box=back(line.box)) if line.box else line for line in reading.lines)
    return replace(reading, lines=lines, straightening=None)


def _placing(parts: Sequence[Tile], readings: Sequence[Reading]) -> tuple[LevelledPart, ...]:
    """Return where each tile's boxes begin among those of the page: as on the page, unless some were levelled.

    Levelled lines may reach beyond their tile, and then those of the next one begin below them.
    """
    levellings = [reading.straightening.levelling if reading.straightening else None for reading in readings]
    placed, begins = list[LevelledPart](), 0
    for number, part in enumerate(parts):
        if number:
            begins += part.top - parts[number - 1].top
        if any(levellings) and placed:
            last = readings[number - 1].lines
            begins = max([begins, *(placed[-1].begins + line.box.bottom for line in last if line.box)])
        placed.append(LevelledPart(top=part.top, begins=begins, levelling=levellings[number]))
    return tuple(placed)


def _shifted_lines(lines: Sequence[Line], down: int) -> list[Line]:
    return [replace(line, box=_shifted_box(line.box, down) if line.box else None) for line in lines]


def _shifted_box(box: Box, down: int) -> Box:
    return replace(box, top=box.top + down, bottom=box.bottom + down)


def _without_doubles(groups: Sequence[Sequence[Line]], straightening: Straightening | None) -> tuple[Line, ...]:
    """Return all lines; if two tiles have the same line, the taller one, which is not cut off."""
    on_page = {0: straightening} if straightening is not None else {}
    kept = [[(line, box_on_page(line.box, 0, on_page)) for line in group] for group in groups]
    for above, below in pairwise(kept):
        for found in list(below):
            twin = next((other for other in above if _same_place(found[1], other[1])), None)
            if twin is not None:
                worse, owner = (found, below) if _line_height(twin[0]) >= _line_height(found[0]) else (twin, above)
                owner.remove(worse)
    return tuple(line for group in kept for line, _ in group)


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
    """Join texts without boxes; lines at the end of one that also begin the next are kept once."""
    lines = parts[0].split("\n")
    for text, overlap in zip(parts[1:], overlaps, strict=True):
        following = text.split("\n")
        most = min(len(lines), len(following)) if overlap else 0
        shared = next((count for count in range(most, 0, -1) if lines[-count:] == following[:count]), 0)
        lines += following[shared:]
    return "\n".join(line for line in lines if line)
