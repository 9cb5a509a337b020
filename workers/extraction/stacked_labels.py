"""Labels that a narrow cell sets on two or three lines: 增值税税率 above 或征收率."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bot.domain.document import box_around
from workers.extraction.labels import normal_label
from workers.layout.text_rows import Piece, fold

_LEAST = 5  # characters of such a label; a shorter one stands on one line
_MOST_LINES = 4
_GAP = 0.5  # heights between two lines of one cell, at most
_OVERLAP = -0.5  # the same at least, for the boxes of an engine overlap
_SAME_SIZE = 1.4  # times the height of the other line


def with_stacked_labels(pieces: Iterable[Piece], words: Collection[str]) -> tuple[Piece, ...]:
    """Return the pieces with the lines of each such label as one piece, level with their middle.

    Two labels below each other stay two, also where both together would be a third.
    """
    order = sorted(pieces, key=lambda piece: (piece.top, piece.left))
    known = {normal_label(word) for word in words}
    long = [word for word in known if len(word) >= _LEAST]
    found, used = list[Piece](), set[int]()
    for place, piece in enumerate(order):
        if place in used:
            continue
        stack = _stack_from(order, place, used, known, long)
        used.update(stack)
        found.append(_as_one([order[one] for one in stack]) if len(stack) > 1 else piece)
    return tuple(found)


def _stack_from(
    order: Sequence[Piece], first: int, used: Collection[int], known: Collection[str], long: Sequence[str]
) -> list[int]:
    """Return the places of the first piece and of those below it that make up the longest label, or the first alone."""
    stack, best, text = [first], [first], normal_label(order[first].text)
    while text and len(stack) < _MOST_LINES and any(word.startswith(text) and len(word) > len(text) for word in long):
        more = _next_below(order, stack[-1], used)
        if more is None or (text in known and normal_label(order[more].text) in known):
            break
        stack, text = [*stack, more], text + normal_label(order[more].text)
        if text in long:
            best = list(stack)
    return best


def _next_below(order: Sequence[Piece], last: int, used: Collection[int]) -> int | None:
    above = order[last]
    for place in range(last + 1, len(order)):
        if order[place].top > above.bottom + _GAP * above.height:
            return None
        if place not in used and _continues(above, order[place]):
            return place
    return None


def _continues(above: Piece, piece: Piece) -> bool:
    height = min(above.height, piece.height)
    is_next = _OVERLAP * height < piece.top - above.bottom < _GAP * height and piece.middle > above.middle
    is_alike = max(above.height, piece.height) < _SAME_SIZE * height
    centers = (above.left + above.right) / 2, (piece.left + piece.right) / 2
    return is_next and is_alike and min(abs(above.left - piece.left), abs(centers[0] - centers[1])) < height


def _as_one(stack: Sequence[Piece]) -> Piece:
    lines = [piece.line for piece in stack]
    text = "".join(line.text.strip() for line in lines)
    middle, half = (stack[0].top + stack[-1].bottom) / 2, stack[0].height / 2
    return Piece(
        line=replace(lines[0], text=text, box=box_around(lines)),
        text=fold(text),
        left=min(piece.left for piece in stack),
        right=max(piece.right for piece in stack),
        top=middle - half,
        bottom=middle + half,
    )
