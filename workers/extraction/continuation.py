"""Values that continue in the next line: a long name, an address, a licence's scope."""

from collections.abc import Sequence

from bot.domain import texts
from bot.domain.prompt import FieldType
from workers.extraction.candidates import Candidate, candidate, joined, run_end, span_of
from workers.extraction.labels import Label
from workers.layout.rows import join_wrapped
from workers.layout.text_rows import TextRow

_GAP = 1.5  # heights between the words of one line
_NEXT_LINE = 1.5  # heights down to the second line of a name
_WIDER = 2.0  # the same where a value of several lines is expected


def with_continuation(
    found: Candidate, label: Label, rows: Sequence[TextRow], labels: Sequence[Label], lines: int
) -> Candidate:
    """Return `found` with the lines that continue it, at most `lines` in all, each beginning where the first does.

    Where a value usually has one line, a second is taken only if the next label of the block stands below it; else
    the value becomes doubtful.
    """
    if lines == 1:
        return _with_second(found, label, rows, labels)
    last, level = found, label.row.middle
    for _ in range(lines - 1):
        more = _below(found, label, level, rows, labels)
        if more is None:
            break
        row, last = more
        level = row.middle
        found = joined(join_wrapped(found.value, last.value), [found, last])
    return found


def _below(
    found: Candidate, label: Label, level: float, rows: Sequence[TextRow], labels: Sequence[Label]
) -> tuple[TextRow, Candidate] | None:
    height = label.row.height
    for row in rows:
        start = _start(row, found.chars[0].left, height)
        if not 0 < row.middle - level < _WIDER * height or start is None:
            continue
        more = None if _is_labelled(label, row, start, labels) else _rest(row, start, labels)
        return (row, more) if more else None
    return None


def _is_labelled(label: Label, row: TextRow, start: int, labels: Sequence[Label]) -> bool:
    """Whether what begins at `start` has its own label, at the left of the same column."""
    owned = [other for other in labels if other.row is row and other.left < row.chars[start].right + row.height]
    return any(label.left - label.row.height < other.left for other in owned)


def _start(row: TextRow, left: float, height: float) -> int | None:
    starts = [index for index, char in enumerate(row.chars) if abs(char.left - left) < height and char.spaced]
    return starts[0] if starts else None


def _rest(row: TextRow, start: int, labels: Sequence[Label]) -> Candidate | None:
    following = [other.start for other in labels if other.row is row and other.start >= start]
    end = run_end(row, start, min(following, default=len(row.chars)), first=float("inf"), next_=_GAP)
    return candidate(FieldType.TEXT, span_of(row, start, end))


def _with_second(found: Candidate, label: Label, rows: Sequence[TextRow], labels: Sequence[Label]) -> Candidate:
    height = label.row.height
    for row in rows:
        start = _start(row, found.chars[0].left, height)
        if 0 < row.middle - label.row.middle < _NEXT_LINE * height and start is not None:
            return _second(found, label, row, start, labels)
    return found


def _second(found: Candidate, label: Label, row: TextRow, start: int, labels: Sequence[Label]) -> Candidate:
    if _is_labelled(label, row, start, labels):
        return found
    more = _rest(row, start, labels)
    if more is None or more.chars[-1].right > found.chars[-1].right + label.row.height:
        return found
    below = [
        other
        for other in labels
        if abs(other.left - label.left) < label.row.height
        and 0 < other.row.middle - row.middle < _WIDER * label.row.height
        and other.word != label.word
    ]
    if below:
        return joined(found.value + more.value, [found, more])
    return joined(found.value, [found], [texts.warnings.doubt_may_continue()])
