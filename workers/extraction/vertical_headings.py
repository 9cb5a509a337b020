"""Headings printed at the side of a block, mostly vertically, and the party that a label belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.extraction.form_words import (
    DISTINCTIVE_CHARACTERS,
    GRAND_TOTAL,
    HEADING_CHARACTERS,
    PARTIES,
    VERTICAL_HEADINGS,
    FormBlock,
)
from workers.extraction.labels import Label
from workers.layout.text_rows import Piece

_WIDEST_GAP = 3.0  # heights of a character, between two characters of one heading
_WIDEST_GUTTER = 12.0  # heights of a row, between a heading and the labels of its block
_FEWEST_OF_PAYMENT = 2  # characters: a lone 收 is more often the beginning of a spread label
_HALVES = ("付款", "收款")  # of a heading whose last character is printed below
_REACH = 3.5  # heights of a row that a block may extend above and below its heading
_REACH_BELOW = 6.0  # the same below one that is printed level, in the first row of its block
# The right end of the left half and the left end of the right half, as shares of the form's width; labels between
# them could belong to either.
_LEFT_HALF, _RIGHT_HALF = 0.3, 0.42


@dataclass(frozen=True, kw_only=True)
class VerticalHeading:
    """A heading at the side: the block that it belongs to, and the pieces of it that were read."""

    block: FormBlock
    pieces: tuple[Piece, ...]

    @property
    def right(self) -> float:
        """The right edge of the rightmost piece."""
        return max(piece.right for piece in self.pieces)

    @property
    def left(self) -> float:
        """The left edge of the leftmost piece."""
        return min(piece.left for piece in self.pieces)

    @property
    def top(self) -> float:
        """The top of the first piece."""
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        """The bottom of the last piece."""
        return max(piece.bottom for piece in self.pieces)

    def distance_to(self, y: float) -> float:
        """Return how far `y` is above or below the heading, 0 beside it."""
        return max(self.top - y, y - self.bottom, 0.0)


def find_headings(pieces: Sequence[Piece]) -> tuple[VerticalHeading, ...]:
    """Return the headings; an engine reads a vertical one as one line, or each of its characters as a line."""
    narrow = [piece for piece in pieces if _is_narrow(piece)]
    stacks: list[list[Piece]] = []
    for piece in sorted(narrow, key=lambda piece: piece.top):
        stack = next((stack for stack in stacks if _continues(stack[-1], piece)), None)
        if stack is None:
            stacks.append([piece])
        else:
            stack.append(piece)
    headings = (*(_heading(stack) for stack in stacks), *_level_headings(pieces))
    return tuple(heading for heading in headings if heading is not None)


def _is_narrow(piece: Piece) -> bool:
    is_narrow = len(piece.text) == 1 or piece.upright
    return _is_level_half(piece) or (is_narrow and set(piece.text) - {" "} <= HEADING_CHARACTERS)


def _is_level_half(piece: Piece) -> bool:
    return piece.text in _HALVES and not piece.upright


def _continues(above: Piece, piece: Piece) -> bool:
    widest = _WIDEST_GAP * max(_character_height(above), _character_height(piece))
    overlap = min(above.right, piece.right) - max(above.left, piece.left)
    narrower = min(above.right - above.left, piece.right - piece.left)
    return overlap > 0.5 * narrower and piece.middle > above.middle and piece.top - above.bottom < widest


def _character_height(piece: Piece) -> float:
    return piece.height / len(piece.text)


def _heading(stack: Sequence[Piece]) -> VerticalHeading | None:
    text = "".join(piece.text for piece in stack).replace(" ", "")
    blocks = {DISTINCTIVE_CHARACTERS[char] for char in text if char in DISTINCTIVE_CHARACTERS}
    if len(blocks) != 1 or not any(_is_subsequence(text, form) for form in VERTICAL_HEADINGS):
        return None
    is_half = len(text) < _FEWEST_OF_PAYMENT or (len(stack) == 1 and _is_level_half(stack[0]))
    if is_half and blocks & {FormBlock.PAYER, FormBlock.PAYEE}:
        return None
    return VerticalHeading(block=blocks.pop(), pieces=tuple(stack))


def _level_headings(pieces: Sequence[Piece]) -> Iterator[VerticalHeading]:
    """Yield the parties to a payment whose heading is printed level, in a cell beside several rows of labels."""
    for piece in pieces:
        block = VERTICAL_HEADINGS.get(piece.text.replace(" ", ""))
        if block in {FormBlock.PAYER, FormBlock.PAYEE} and not piece.upright and _heads_rows(piece, pieces):
            yield VerticalHeading(block=block, pieces=(piece,))


def _heads_rows(piece: Piece, pieces: Sequence[Piece]) -> bool:
    """Return whether right of a piece, in its row and in one above or below it, stand words at the same left edge."""
    near = [
        other
        for other in pieces
        if 0 < other.left - piece.right < _WIDEST_GUTTER * piece.height
        and abs(other.middle - piece.middle) < _REACH * piece.height
    ]
    beside = [other for other in near if abs(other.middle - piece.middle) < piece.height / 2]
    return any(abs(one.left - other.left) < piece.height / 2 for one in beside for other in near if other not in beside)


def _is_subsequence(text: str, form: str) -> bool:
    rest = iter(form)
    return all(char in rest for char in text)


def party_of(label: Label, headings: Sequence[VerticalHeading]) -> FormBlock | None:
    """Return the party whose heading stands before a label; None if there is none, or two in the same line."""
    in_line = {
        DISTINCTIVE_CHARACTERS.get(char.folded)
        for char in label.row.chars[: label.start]
        if char.piece is label.row.chars[label.start].piece
    }
    parties = [party for party in PARTIES if party in in_line]
    if len(parties) == 1:
        return parties[0]
    height = label.row.height
    near = [
        heading
        for heading in headings
        if heading.block in PARTIES
        and -height / 2 < label.left - heading.right < _WIDEST_GUTTER * height
        and heading.distance_to(label.row.middle) < _reach_to(heading, label) * height
    ]
    nearest = min(
        near, key=lambda heading: (heading.distance_to(label.row.middle), label.left - heading.right), default=None
    )
    return nearest.block if nearest else None


def _reach_to(heading: VerticalHeading, label: Label) -> float:
    is_level = len(heading.pieces) == 1 and not heading.pieces[0].upright
    return _REACH_BELOW if is_level and label.row.middle > heading.bottom else _REACH


def party_by_half(label: Label, labels: Sequence[Label]) -> FormBlock | None:
    """Return the party by the position of a label: the seller's stand below the total or in the right half.

    None unless there is exactly one total, and for labels between the halves.
    """
    totals = [other for other in labels if other.word.startswith(GRAND_TOTAL)]
    if len(totals) != 1:
        return None
    if label.row.middle > totals[0].row.middle:
        return FormBlock.SELLER
    left, right = min(other.left for other in labels), max(other.right for other in labels)
    share = (label.left - left) / max(right - left, 1.0)
    if share < _LEFT_HALF:
        return FormBlock.BUYER
    return FormBlock.SELLER if share > _RIGHT_HALF else None
