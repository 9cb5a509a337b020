"""Cells of a table's lines that the CPU engine gave no line for: a lone 1 or 次 is easily overlooked on a page.

Where print stands in such a place, it is put beside its neighbour in the line, which was read, and both are read as one
line. What is read counts only if it is the neighbour's value and a value of the missing column.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from bot.domain import texts
from bot.domain.document import Box, Field, Line, Reading, Row, Source
from bot.domain.errors import OcrbotError
from bot.domain.prompt import FieldSpec
from workers.extraction.tables.table_words import fits
from workers.extraction.values.field_values import find_value
from workers.files.format_protocol import Pages
from workers.layout.text_rows import fold
from workers.reading.upright.straightened import NOT_AT_ALL, Straightenings, box_on_page

_MOST: Final = 12  # cells of one document, read in one picture
_HEIGHT: Final = 40  # pixels of the lines in it
_SIDE: Final = 640  # pixels, its sides at least, so that the detector sees the lines in a usual size
_WIDEST: Final = 10  # times its height, a neighbour at most
_INK: Final = 0.35  # of the way from the paper to the darkest print
_LEAST_CONTRAST: Final = 40  # of 255, between the two
_RULE: Final = 0.9  # of a place's height or width that is no print but a rule
_LEAST_HEIGHT: Final = 0.3  # of the line, of print that is no speck
_APART: Final = 0.8  # heights between two words
_MARGIN: Final = 0.15  # heights around what is cut out
_SURE: Final = 0.9  # of the engine's confidence
_SMALL: Final = 14  # pixels of a line's height, below which it is misread with confidence

_Grey = npt.NDArray[np.uint8]
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """A missing cell: the line and the column by number, its neighbour, and the place where it may be."""

    row: int
    column: int
    neighbour: Field
    is_before: bool  # the cell stands before its neighbour
    place: Box
    word: int  # of the `words` that must stand in that place, counted from 0
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strip:
    """A missing cell's print beside its neighbour's, as a picture, and where on the page it stands."""

    gap: _Gap
    image: Image.Image
    box: Box


def with_unread_cells(
    rows: Sequence[Row],
    columns: Sequence[FieldSpec],
    pages: Pages,
    read: Callable[[Image.Image], Reading],
    straightened: Straightenings = NOT_AT_ALL,
) -> tuple[Row, ...]:
    """Return the lines of a table with the cells that are found by looking at their places again.

    `read` reads one picture with the engine; if that fails, nothing changes. `pages` are upright; the boxes of cells
    are as `straightened` says.
    """
    strips = [*_strips([*_gaps(rows)][:_MOST], pages, straightened)]
    if not strips:
        return tuple(rows)
    picture, middles = _picture([strip.image for strip in strips])
    try:
        lines = read(picture).lines
    except OcrbotError:
        return tuple(rows)
    specs = {spec.key: spec for spec in columns}
    cells = [[*row.cells] for row in rows]
    for strip, middle in zip(strips, middles, strict=True):
        row, column = strip.gap.row, strip.gap.column
        own = [
            (line.box.left, line) for line in lines if line.box is not None and line.box.top < middle < line.box.bottom
        ]
        ordered = [line for _, line in sorted(own, key=lambda one: one[0])]
        cells[row][column] = _found(ordered, strip, specs[cells[row][column].key]) or cells[row][column]
    return tuple(Row(cells=tuple(row)) for row in cells)


def _gaps(rows: Sequence[Row]) -> Iterator[_Gap]:
    """Yield the missing cells of lines that are half full, as far as a neighbour and the place are known."""
    for number, row in enumerate(rows):
        present = [at for at, cell in enumerate(row.cells) if cell.value]
        if 2 * len(present) < len(row.cells) or any(row.cells[at].source is not Source.CPU for at in present):
            continue
        placed = [at for at in present if row.cells[at].box is not None]
        for at in range(len(row.cells)):
            if at not in present:
                yield from _gap(rows, number, at, placed)


def _gap(rows: Sequence[Row], number: int, at: int, placed: Sequence[int]) -> Iterator[_Gap]:
    """Yield the place of a missing cell, if both neighbours or the same column of other lines show where that is."""
    cells = rows[number].cells
    before = max((one for one in placed if one < at), default=None)
    behind = min((one for one in placed if one > at), default=None)
    nearest = _shortest(cells, before, behind)
    if nearest is None or (box := cells[nearest].box) is None:
        return
    page, slack = cells[nearest].page, _box_height(box)
    column = [one for row in rows if row.cells[at].page == page and (one := row.cells[at].box) is not None]
    lefts = [one.right for one in (_box(cells, before),) if one is not None]
    rights = [one.left for one in (_box(cells, behind),) if one is not None]
    if column:
        lefts.append(min(one.left for one in column) - slack)
        rights.append(max(one.right for one in column) + slack)
    elif not lefts or not rights:
        return
    word, words = (0, 1) if column or before is None or behind is None else (at - before - 1, behind - before - 1)
    if min(rights) - max(lefts) > slack / 2:
        yield _Gap(
            row=number,
            column=at,
            neighbour=cells[nearest],
            is_before=nearest == behind,
            place=Box(left=max(0, *lefts), top=box.top, right=min(rights), bottom=box.bottom),
            word=word,
            words=words,
        )


def _shortest(cells: Sequence[Field], *places: int | None) -> int | None:
    """Return the place of the cell that takes the least room; None if none has a box that is not too wide."""
    short = [
        at
        for at in places
        if at is not None and (box := cells[at].box) is not None and _box_width(box) <= _WIDEST * _box_height(box)
    ]
    return min(short, key=lambda at: len(cells[at].value), default=None)


def _box(cells: Sequence[Field], at: int | None) -> Box | None:
    return cells[at].box if at is not None else None


def _box_width(box: Box) -> int:
    return box.right - box.left


def _box_height(box: Box) -> int:
    return box.bottom - box.top


def _strips(gaps: Sequence[_Gap], pages: Pages, straightened: Straightenings) -> Iterator[_Strip]:
    """Yield the places with print in them; each page is decoded once."""
    for number in dict.fromkeys(gap.neighbour.page for gap in gaps):
        if number is None or number not in pages.numbers:
            continue
        try:
            page = pages.page(number).image.convert("L")
        except OcrbotError:
            continue
        for gap in gaps:
            if gap.neighbour.page == number and (strip := _strip(gap, page, straightened)) is not None:
                yield strip


def _strip(gap: _Gap, page: Image.Image, straightened: Straightenings) -> _Strip | None:
    number = gap.neighbour.page
    beside, place = (box_on_page(box, number, straightened) for box in (gap.neighbour.box, gap.place))
    if beside is None or place is None:
        return None
    own, printed = _cut(page, place), _cut(page, beside)
    paper, darkest = float(np.median(own)), float(np.percentile(printed, 2))
    if paper - darkest < _LEAST_CONTRAST:
        return None
    words = _words_in_place(own < paper - _INK * (paper - darkest))
    if len(words) != gap.words:
        return None
    word = words[gap.word]
    margin = round(_MARGIN * own.shape[0])
    begin, end = max(0, word[0] - margin), min(own.shape[1], word[1] + margin)
    space = np.full((own.shape[0], max(1, own.shape[0] // 2)), round(paper), np.uint8)
    neighbour = np.asarray(Image.fromarray(printed).resize((printed.shape[1], own.shape[0])), np.uint8)
    parts = (own[:, begin:end], space, neighbour) if gap.is_before else (neighbour, space, own[:, begin:end])
    joined = Image.fromarray(np.concatenate(parts, axis=1))
    across = _box_width(gap.place) / own.shape[1]
    box = replace(
        gap.place, left=gap.place.left + round(begin * across), right=gap.place.left + max(1, round(end * across))
    )
    scale = _HEIGHT / joined.height
    return _Strip(
        gap=gap, image=joined.resize((max(1, round(joined.width * scale)), _HEIGHT), Image.Resampling.BICUBIC), box=box
    )


def _cut(page: Image.Image, box: Box) -> _Grey:
    left, top = min(box.left, page.width - 1), min(box.top, page.height - 1)
    right, bottom = min(max(box.right, left + 1), page.width), min(max(box.bottom, top + 1), page.height)
    return np.asarray(page.crop((left, top, right, bottom)), np.uint8)


def _words_in_place(ink: _Mask) -> list[tuple[int, int]]:
    """Return where the words in a place begin and end, without specks and rules."""
    ink = ink & ~(ink.mean(axis=0, keepdims=True) > _RULE) & ~(ink.mean(axis=1, keepdims=True) > _RULE)
    columns = np.flatnonzero(ink.any(axis=0))
    if not columns.size:
        return []
    height = ink.shape[0]
    breaks = np.flatnonzero(np.diff(columns) > _APART * height)
    words = [
        (int(columns[first]), int(columns[last]) + 1)
        for first, last in zip([0, *(breaks + 1)], [*breaks, columns.size - 1], strict=True)
    ]
    return [
        (begin, end)
        for begin, end in words
        if np.ptp(np.flatnonzero(ink[:, begin:end].any(axis=1))) >= _LEAST_HEIGHT * height
    ]


def _picture(strips: Sequence[Image.Image]) -> tuple[Image.Image, list[int]]:
    """Return the strips below each other as one picture, and the levels of their middles."""
    width = max(_SIDE, *(strip.width + 2 * _HEIGHT for strip in strips))
    height = max(_SIDE, 2 * _HEIGHT * (len(strips) + 1))
    picture = Image.new("L", (width, height), 255)
    for at, strip in enumerate(strips):
        picture.paste(strip, (_HEIGHT, _HEIGHT + 2 * _HEIGHT * at))
    return picture.convert("RGB"), [_HEIGHT + 2 * _HEIGHT * at + _HEIGHT // 2 for at in range(len(strips))]


def _found(lines: Sequence[Line], strip: _Strip, spec: FieldSpec) -> Field | None:
    """Return the cell with what was read of it; None if its neighbour reads differently now, or it is no such value."""
    both = "".join(line.text for line in lines)
    read, beside = ("".join(fold(text).split()) for text in (both, strip.gap.neighbour.value))
    text = read.removesuffix(beside) if strip.gap.is_before else read.removeprefix(beside)
    found = find_value(spec.type, text, text) if text and text != read and fits(spec, text) else None
    if found is None:
        return None
    is_small = _box_height(strip.box) < _SMALL
    is_sure = not is_small and all(line.confidence is None or line.confidence >= _SURE for line in lines)
    doubts = (*found.doubts, *(() if is_sure else (texts.warnings.doubt_unclear(),)))
    return spec.field(found.value, Source.CPU, page=strip.gap.neighbour.page, box=strip.box, doubts=doubts)
