"""The order in which people read a page: rows from top to bottom and left to right, columns of prose one by one."""

from collections.abc import Iterator, Sequence
from statistics import median

from bot.domain.document import Box, Line
from workers.layout.rows import RowLevel, group_rows, is_level, join_rows

_LEAST_ROWS = 4  # of a column of prose, on both sides
_LEAST_FILL = 0.7  # the share of its column that a line of prose fills; cells of tables fill less


def rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of the boxes by row, from the top and from the left; the page must be level.

    A box joins a row if it is level with the row as a whole and is not above or below another box in it.
    """
    levels = [_box_level(box) for box in boxes]

    def belongs(row: Sequence[int], index: int) -> bool:
        whole = RowLevel(
            middle=sum(levels[other].middle for other in row) / len(row),
            height=min(levels[other].height for other in row),
        )
        overlaps = any(_shared_width(boxes[index], boxes[other]) > _box_width(boxes[index]) / 2 for other in row)
        return is_level(whole, levels[index]) and not overlaps

    found = group_rows(sorted(range(len(boxes)), key=lambda index: levels[index].middle), belongs)
    return [sorted(row, key=lambda index: boxes[index].left) for row in found]


def _box_level(box: Box) -> RowLevel:
    return RowLevel(middle=(box.top + box.bottom) / 2, height=box.bottom - box.top)


def _box_width(box: Box) -> int:
    return box.right - box.left


def _shared_width(one: Box, other: Box) -> int:
    return min(one.right, other.right) - max(one.left, other.left)


def reading_order(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of the boxes by row, as `rows` does, but the left of two columns of prose before the right."""
    whole = rows(boxes)
    gutter = _find_gutter(boxes)
    if gutter is None:
        return whole
    return [row for block in _row_blocks(boxes, whole, gutter) for row in _column_rows(boxes, block, gutter)]


def _find_gutter(boxes: Sequence[Box]) -> float | None:
    """Return the x between two columns of prose, None if the page has no such columns."""
    if len(boxes) < 2 * _LEAST_ROWS:
        return None
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    middle = [left + (right - left) * share / 100 for share in range(40, 61)]
    x = min(middle, key=lambda x: (sum(box.left < x < box.right for box in boxes), abs(x - (left + right) / 2)))
    before = [box for box in boxes if box.right <= x]
    after = [box for box in boxes if box.left >= x]
    if len(boxes) - len(before) - len(after) > len(boxes) / 5 or min(len(before), len(after)) < _LEAST_ROWS:
        return None
    return x if _is_prose(before) and _is_prose(after) else None


def _is_prose(column: Sequence[Box]) -> bool:
    wide = max(box.right for box in column) - min(box.left for box in column)
    return median(_box_width(box) for box in column) >= _LEAST_FILL * wide


def _row_blocks(boxes: Sequence[Box], whole: Sequence[list[int]], gutter: float) -> Iterator[list[list[int]]]:
    """Yield runs of rows; a row that crosses the gutter, such as a heading, is a run of its own."""
    block: list[list[int]] = []
    for row in whole:
        if any(boxes[index].left < gutter < boxes[index].right for index in row):
            yield block
            yield [row]
            block = []
        else:
            block.append(row)
    yield block


def _column_rows(boxes: Sequence[Box], block: Sequence[list[int]], gutter: float) -> Iterator[list[int]]:
    crossing = [row for row in block if any(boxes[index].left < gutter < boxes[index].right for index in row)]
    if crossing:
        yield from block
        return
    for is_left in (True, False):
        for row in block:
            part = [index for index in row if (boxes[index].right <= gutter) is is_left]
            if part:
                yield part


def text_of(lines: Sequence[Line]) -> str:
    """Return the text of lines in reading order, one line of text a row; in the given order if a box is missing."""
    placed = [(line.box, line.text) for line in lines if line.box is not None]
    if len(placed) < len(lines):
        return "\n".join(line.text for line in lines)
    ordered = reading_order([box for box, _ in placed])
    return join_rows((placed[index][1] for index in row) for row in ordered)
