"""Lines on a page as levelled pieces, rows of characters, and the gaps between them.

All lengths are pixels of the straightened page: a row that slopes on a photo is level here.
"""

import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.domain.document import Line
from workers.layout.rows import group_rows, is_level

_OPEN_ROWS = 3
_TALL = 1.5  # times its width: the characters in a taller box stand below each other
_SLOPES = np.arange(-0.12, 0.1201, 0.004)
_MOST_COMPARED = 1000  # lines, as many as an engine reads on a page
_WORTH_STRAIGHTENING = 1.05  # times the agreement of the page as it is
_FOLDS = str.maketrans("￥；，。【】〔〕「」－—–−﹣·•", "¥;,.[][][]-----..")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line with its levelled box. `text` is the line's text folded to half width, of the same length."""

    line: Line
    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """The height of the box, at least one pixel."""
        return max(self.bottom - self.top, 1.0)

    @property
    def middle(self) -> float:
        """The y half-way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def upright(self) -> bool:
        """Whether the box is tall and narrow, as that of a vertical heading."""
        return len(self.text) > 1 and self.height > _TALL * (self.right - self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChar:
    """One printed character: `folded` for matching, `shown` as the engine wrote it; its extent is estimated."""

    folded: str
    shown: str
    piece: Piece
    left: float
    right: float
    spaced: bool  # starts a piece or follows a space


@dataclass(frozen=True, kw_only=True)
class TextRow:
    """The characters of one printed row from left to right, without spaces."""

    chars: tuple[TextChar, ...]

    @cached_property
    def text(self) -> str:
        """The folded characters, one for each of `chars`."""
        return "".join(char.folded for char in self.chars)

    @cached_property
    def height(self) -> float:
        """The median height of the boxes of its characters."""
        return statistics.median(char.piece.height for char in self.chars)

    @cached_property
    def middle(self) -> float:
        """The median middle of the boxes of its characters."""
        return statistics.median(char.piece.middle for char in self.chars)

    def gap(self, index: int) -> float:
        """Return the gap before a character in heights of the row; 0 within a word."""
        if index == 0:
            return float("inf")
        char, before = self.chars[index], self.chars[index - 1]
        return max(char.left - before.right, 0.0) / self.height if char.spaced else 0.0

    def touches(self, index: int) -> bool:
        """Return whether a character continues the word before it."""
        return (
            index > 0
            and (not self.chars[index].spaced or self.gap(index) < _WORD_GAP)
            and not self._follows_space(index)
        )

    def _follows_space(self, index: int) -> bool:
        char, before = self.chars[index], self.chars[index - 1]
        return char.spaced and char.piece is before.piece


_WORD_GAP = 0.35  # heights


def fold(text: str) -> str:
    """Return text folded from full width to half width, character by character, so that indices stay the same."""
    translated = text.translate(_FOLDS)
    if unicodedata.is_normalized("NFKC", translated):
        return translated
    return "".join(_fold_char(char) for char in text)


def _fold_char(char: str) -> str:
    translated = char.translate(_FOLDS)
    normal = unicodedata.normalize("NFKC", translated)
    return normal if len(normal) == 1 else translated


def straighten(lines: Iterable[Line]) -> tuple[Piece, ...]:
    """Return the lines that have a box, with the boxes they would have on a level page."""
    boxed = [(line, line.box) for line in lines if line.box is not None and line.text.strip()]
    if not boxed:
        return ()
    array = np.array([[box.left, box.top, box.right, box.bottom] for _, box in boxed], dtype=float)
    slope = _common_slope(array)
    pieces = []
    for line, box in boxed:
        width, height = box.right - box.left, box.bottom - box.top
        # The upright box around a sloping line is higher than the line.
        half = max(height - abs(slope) * width, 0.4 * height) / 2 if width > height else height / 2
        middle = (box.top + box.bottom) / 2 - slope * (box.left + box.right) / 2
        pieces.append(
            Piece(
                line=line,
                text=fold(line.text),
                left=float(box.left),
                right=float(box.right),
                top=middle - half,
                bottom=middle + half,
            )
        )
    return tuple(pieces)


def _common_slope(boxes: NDArray[np.float64]) -> float:
    """Return the slope of rows, in pixels down per pixel to the right, that aligns most lines.

    Each line is compared with each, so of very many only those around the middle of the page are looked at.
    """
    if len(boxes) > _MOST_COMPARED:
        begin = (len(boxes) - _MOST_COMPARED) // 2
        boxes = boxes[np.argsort(boxes[:, 1], kind="stable")[begin : begin + _MOST_COMPARED]]
    across = (boxes[:, 0] + boxes[:, 2]) / 2
    down = (boxes[:, 1] + boxes[:, 3]) / 2
    scale = 0.25 * float(np.median(boxes[:, 3] - boxes[:, 1])) or 1.0

    def agreement(slope: float) -> float:
        level = down - slope * across
        apart = (level[:, None] - level[None, :]) / scale
        return float(np.exp(-(apart**2)).sum())

    scores = [agreement(float(slope)) for slope in _SLOPES]
    best = int(np.argmax(scores))
    return float(_SLOPES[best]) if scores[best] > _WORTH_STRAIGHTENING * agreement(0.0) else 0.0


def rows_of(pieces: Iterable[Piece]) -> tuple[TextRow, ...]:
    """Return pieces grouped into rows from top to bottom; vertical headings belong to none.

    A piece joins a row if it is level with its nearest neighbour there. A page that is level as a whole may still be
    curved, so that the ends of a row are not level and several rows are open at a time.
    """
    horizontal = sorted((piece for piece in pieces if not piece.upright), key=lambda piece: (piece.middle, piece.left))
    return tuple(
        TextRow(chars=_row_characters(row))
        for row in group_rows(horizontal, _is_level_with_nearest, open_rows=_OPEN_ROWS)
    )


def _is_level_with_nearest(row: Sequence[Piece], piece: Piece) -> bool:
    nearest = min(row, key=lambda other: max(other.left - piece.right, piece.left - other.right))
    return is_level(nearest, piece)


def _row_characters(row: Iterable[Piece]) -> tuple[TextChar, ...]:
    return tuple(char for piece in sorted(row, key=lambda piece: piece.left) for char in _spread_characters(piece))


def _spread_characters(piece: Piece) -> Iterable[TextChar]:
    """Yield a piece's characters spread over its box; Chinese characters take twice the width of others."""
    weights = [2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in piece.line.text]
    unit = (piece.right - piece.left) / sum(weights)
    place, spaced = piece.left, True
    for shown, folded, weight in zip(piece.line.text, piece.text, weights, strict=True):
        right = place + weight * unit
        if folded.isspace():
            spaced = True
        else:
            yield TextChar(folded=folded, shown=shown, piece=piece, left=place, right=right, spaced=spaced)
            spaced = False
        place = right
