"""Where rows of print stand on a page, and how much text each holds, judged by its ink alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

_EDGE: Final = 24  # a step in brightness that is ink and no texture of paper
_FEW_EDGES: Final = 8  # that a row of pixels without print may have, for frames and scroll bars
_LEAST_HEIGHT: Final = 6  # pixels; what is flatter is a rule or dust
_LEAST_ROWS: Final = 8  # fewer are too few to tell a page of lines from a picture
_MOST_ROW_SHARE: Final = 20  # a typical row takes at most the 20th part of the page, or rows run into each other
_WIDE_GAP: Final = 2  # heights of a row: between columns, not between words
_COLUMN_ROWS: Final = 4  # if every fourth row has a wide gap, the page has columns or a table
_PATCH: Final = 32  # pixels
_REDUCED: Final = 4  # each way, for a count that need not see single strokes: that takes a tenth of the time
_REDUCED_EDGE: Final = 10  # a step in brightness there, where strokes are blurred
_BAND_PIXELS: Final = 2**21  # looked at together: the numbers for a pixel take ten bytes

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    """A row of print from `top` up to `bottom`, in pixels, with room for `ems` characters as wide as high."""

    top: int
    bottom: int
    ems: float


def edges(image: Image, *, least: int = _EDGE) -> Mask:
    """Return for each pixel but the last of a row whether the next one is brighter or darker by more than `least`."""
    return np.asarray(np.abs(np.diff(np.asarray(image.convert("L"), np.int16), axis=1)) > least)


def clean_rows(image: Image) -> Mask:
    """Return for each row of pixels whether it has hardly any edges and so no text, on a bright or dark ground."""
    rows = max(1, _BAND_PIXELS // image.width)
    bands = (image.crop((0, top, image.width, min(image.height, top + rows))) for top in range(0, image.height, rows))
    return np.concatenate([np.asarray(edges(band).sum(axis=1) <= _FEW_EDGES) for band in bands])


def printed_rows(image: Image) -> tuple[PrintedRow, ...]:
    """Return the rows of print from top to bottom; none if the page is not plainly one column of lines."""
    ink = edges(image)
    spans = _runs(ink.sum(axis=1) > _FEW_EDGES)
    spans = [(top, bottom) for top, bottom in spans if bottom - top >= _LEAST_HEIGHT]
    if len(spans) < _LEAST_ROWS:
        return ()
    height = float(np.median([bottom - top for top, bottom in spans]))
    if height * _MOST_ROW_SHARE > image.height:
        return ()
    pieces = [_pieces(np.asarray(ink[top:bottom].any(axis=0)), round(height * _WIDE_GAP)) for top, bottom in spans]
    if sum(len(of_row) > 1 for of_row in pieces) * _COLUMN_ROWS >= len(spans):
        return ()
    return tuple(
        PrintedRow(top=top, bottom=bottom, ems=_ems(of_row, (bottom - top) / height) / height)
        for (top, bottom), of_row in zip(spans, pieces, strict=True)
    )


def inked_patches(image: Image, *, scale: float = 1.0) -> int:
    """Return how many squares of 32 by 32 pixels, of the image enlarged by `scale`, have any ink."""
    ink = edges(image.reduce(_REDUCED), least=_REDUCED_EDGE)
    side = max(1, round(_PATCH / _REDUCED / scale))
    down, across = (range(0, length, side) for length in ink.shape)
    by_patch = np.add.reduceat(np.add.reduceat(ink.astype(np.int32), [*down], axis=0), [*across], axis=1)
    return int((by_patch > 0).sum())


def _runs(marked: Mask) -> list[tuple[int, int]]:
    """Return the beginning and the end of each run of marks."""
    steps = np.flatnonzero(np.diff(marked.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(last)) for first, last in zip(steps[::2], steps[1::2], strict=True)]


def _pieces(inked: Mask, gap: int) -> list[tuple[int, int]]:
    """Return the beginning and the end of each piece of a row that is inked but for gaps of up to `gap` pixels."""
    pieces: list[tuple[int, int]] = []
    for first, last in _runs(inked):
        if pieces and first - pieces[-1][1] <= gap:
            pieces[-1] = (pieces[-1][0], last)
        else:
            pieces.append((first, last))
    return pieces


def _ems(pieces: Sequence[tuple[int, int]], heights: float) -> float:
    """Return the length of a row's print in pixels; rows that run into each other count as so many."""
    return sum(last - first for first, last in pieces) * max(1, round(heights))
