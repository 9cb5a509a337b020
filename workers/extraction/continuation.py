"""Values that continue on the next line: a long name, an address, the scope of a business licence."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import texts
from bot.domain.prompt import FieldType
from workers.extraction.candidates import Candidate, candidate, joined, run_end, span_of
from workers.extraction.label_words import is_label, label_words
from workers.extraction.labels import Label
from workers.layout.rows import join_wrapped
from workers.layout.text_rows import TextRow

_GAP = 1.5  # heights between the words of one line
_NEXT_LINE = 1.5  # heights down to the second line of a name
_BETWEEN = 0.25  # heights from the middle of a label to that of a line of the value around it
_AROUND = 1.2  # the same, at the most
_WIDEST = 6.0  # heights between a label and the value around it
_FLUSH = 0.8  # heights between the right edges of lines that are set flush right
_LEAST_FLUSH = 4  # of a page that is set so
_BETWEEN_LINES = frozenset("-,;、")
_COMPANY = re.compile("公司$")
_CUT_COMPANY = re.compile("(?:有限|责任|股份)公?$")
_END_OF_COMPANY = re.compile("(?:股份|(?:有?限)?责?任|集团)?(?:有?限)?公?司")
_LEAST_LABEL = 4  # characters
_NEXT_OF_SEVERAL = 2.0  # the same where a value of several lines is expected


def with_continuation(
    found: Candidate, label: Label, rows: Sequence[TextRow], labels: Sequence[Label], lines: int
) -> Candidate:
    """Return `found` with the lines that continue it: at most `lines` in all, aligned at the left.

    If `lines` is 1, a second line is added only if another label of the block stands below it; otherwise the value
    becomes doubtful.
    """
    if lines == 1:
        return _with_second_line(found, label, rows, labels)
    last = label.row
    for _ in range(lines - 1):
        below = _next_line(found, label, last.middle, rows, labels)
        if below is None:
            break
        found = joined(join_wrapped(found.value + sign_behind(found, last), below[1].value), [found, below[1]])
        last = below[0]
    return _with_end_of_company(found, label, last, rows)


def _with_end_of_company(found: Candidate, label: Label, last: TextRow, rows: Sequence[TextRow]) -> Candidate:
    """Return a company's name with its end, which a slip of paper sets at the left edge of the next row.

    A name that is cut within 有限公司 without such a row is doubtful.
    """
    edges = (label.left, found.chars[0].left)
    near = [
        row
        for row in rows
        if 0 < row.middle - last.middle < _NEXT_OF_SEVERAL * last.height
        and any(abs(row.chars[0].left - edge) < last.height for edge in edges)
    ]
    ends = [row for row in near if _END_OF_COMPANY.fullmatch(row.text)]
    is_cut = _CUT_COMPANY.search(found.value) is not None
    end = candidate(FieldType.TEXT, span_of(ends[0], 0, len(ends[0].chars))) if ends else None
    if end is not None and _COMPANY.search(found.value + end.value) and not _COMPANY.search(found.value):
        return joined(found.value + end.value, [found, end])
    return joined(found.value, [found], [texts.warnings.doubt_cut()]) if is_cut else found


def code_continued(found: Candidate, label: Label, rows: Sequence[TextRow], labels: Sequence[Label]) -> Candidate:
    """Return a code with the rest of it that an app sets on the next line, alone and below its beginning."""
    height = label.row.height
    for row in rows:
        is_next = 0 < row.middle - label.row.middle < _NEXT_OF_SEVERAL * height
        if not is_next or any(other.row is row for other in labels):
            continue
        is_below = abs(row.chars[0].left - found.chars[0].left) < height or _ends_below(row, found)
        rest = candidate(FieldType.CODE, span_of(row, 0, len(row.chars))) if is_below else None
        return found if rest is None else joined(found.value + rest.value, [found, rest])
    return found


def _ends_below(row: TextRow, found: Candidate) -> bool:
    """Return whether a row ends at the right edge of a value, and begins right of where it begins."""
    return row.chars[0].left > found.chars[0].left and abs(row.chars[-1].right - found.chars[-1].right) < row.height


def sign_behind(found: Candidate, row: TextRow) -> str:
    """Return the hyphen, comma or semicolon with which a line of a value ends, for it belongs to what goes on below."""
    last = next((at for at, char in enumerate(row.chars) if char is found.chars[-1]), len(row.chars))
    behind = row.chars[last + 1 : last + 2]
    is_end = last + 2 >= len(row.chars) or row.chars[last + 2].spaced
    return behind[0].shown if behind and is_end and behind[0].folded in _BETWEEN_LINES else ""


def value_around(label: Label, rows: Sequence[TextRow], labels: Sequence[Label], rank: int) -> Candidate | None:
    """Return a value of two lines beside a label that stands level with the space between them, as in a tall cell."""
    height, level = label.row.height, label.row.middle
    near = [row for row in rows if _BETWEEN * height < abs(row.middle - level) < _AROUND * height]
    for row in (row for row in near if row.middle < level):
        start = next((at for at, char in enumerate(row.chars) if char.spaced and char.left > label.right), None)
        if start is None or row.chars[start].left - label.right > _WIDEST * height:
            continue
        upper = None if _is_labelled(label, row, start, labels) else _text_from(row, start, labels)
        lower = _next_line(upper, label, level, rows, labels) if upper is not None else None
        if upper is not None and lower is not None and lower[0] in near:
            return replace(joined(join_wrapped(upper.value, lower[1].value), [upper, lower[1]]), rank=rank)
    return None


def _next_line(
    found: Candidate, label: Label, level: float, rows: Sequence[TextRow], labels: Sequence[Label]
) -> tuple[TextRow, Candidate] | None:
    """Return the row below `level` (a y) that continues the value, and its part of the value."""
    height = label.row.height
    for row in rows:
        if not 0 < row.middle - level < _NEXT_OF_SEVERAL * height:
            continue
        start = _aligned_start(row, found.chars[0].left, height)
        if start is None and _is_end_of_right_aligned(row, found, rows):
            start = 0
        if start is None:
            continue
        is_other = _is_labelled(label, row, start, labels) or _has_unknown_label(label, row, start)
        more = None if is_other else _text_from(row, start, labels)
        return (row, more) if more and not is_label(more.value, label_words(())) else None
    return None


def _has_unknown_label(label: Label, row: TextRow, start: int) -> bool:
    """Return whether a row has a word as long as a label below `label`, before the value's column.

    No prompt knows it. A shorter one may be the rest of a label that is set on two lines.
    """
    is_below = abs(row.chars[0].left - label.left) < label.row.height and row.middle > label.row.middle
    text = row.text[:start]
    return is_below and len(text) >= _LEAST_LABEL and all("\u4e00" <= char <= "\u9fff" for char in text)


def _is_end_of_right_aligned(row: TextRow, found: Candidate, rows: Sequence[TextRow]) -> bool:
    """Return whether a row goes on with a value that ends at the right edge of a page whose values all end there."""
    if row.chars[0].left <= found.chars[0].left or any(row.gap(at) > _GAP for at in range(1, len(row.chars))):
        return False
    edge, slack = found.chars[-1].right, _FLUSH * row.height
    flush = [other for other in rows if abs(other.chars[-1].right - edge) < slack]
    return row in flush and len(flush) >= _LEAST_FLUSH


def _is_labelled(label: Label, row: TextRow, start: int, labels: Sequence[Label]) -> bool:
    """Return whether the text at `start` has a label of its own: right before it, or at the left of the same column."""
    before = [other for other in labels if other.row is row and other.left < row.chars[start].right + row.height]
    return any(other.end == start or label.left - label.row.height < other.left for other in before)


def _aligned_start(row: TextRow, left: float, height: float) -> int | None:
    """Return the index of the first word that begins at `left`, give or take `height`; None if none does."""
    aligned = (index for index, char in enumerate(row.chars) if abs(char.left - left) < height and char.spaced)
    return next(aligned, None)


def _text_from(row: TextRow, start: int, labels: Sequence[Label]) -> Candidate | None:
    following = [other.start for other in labels if other.row is row and other.start >= start]
    end = run_end(row, start, min(following, default=len(row.chars)), first=float("inf"), next_=_GAP)
    return candidate(FieldType.TEXT, span_of(row, start, end))


def _with_second_line(found: Candidate, label: Label, rows: Sequence[TextRow], labels: Sequence[Label]) -> Candidate:
    height = label.row.height
    for row in rows:
        if not 0 < row.middle - label.row.middle < _NEXT_LINE * height:
            continue
        start = _aligned_start(row, found.chars[0].left, height)
        if start is not None:
            return _joined_with(found, label, row, start, labels)
    return found


def _joined_with(found: Candidate, label: Label, row: TextRow, start: int, labels: Sequence[Label]) -> Candidate:
    has_own_label = start > 0 and abs(row.chars[0].left - label.left) < label.row.height
    if has_own_label or _is_labelled(label, row, start, labels):
        return found
    more = _text_from(row, start, labels)
    if more is None or more.chars[-1].right > found.chars[-1].right + label.row.height:
        return found
    has_label_below = any(
        abs(other.left - label.left) < label.row.height
        and 0 < other.row.middle - row.middle < _NEXT_OF_SEVERAL * label.row.height
        and other.word != label.word
        for other in labels
    )
    if has_label_below:
        return joined(found.value + more.value, [found, more])
    return joined(found.value, [found], [texts.warnings.doubt_may_continue()])
