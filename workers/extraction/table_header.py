"""The head of a table on a page: its labels, where their columns stand, and the rows between it and the sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.prompt import FieldSpec
from workers.extraction.form_words import FORM_LABELS, SUM_SIGN, TABLE_ENDS
from workers.extraction.labels import Label, find_labels, normal_label
from workers.layout.text_rows import TextRow

_LEAST_SHARE = 0.5  # of the columns that must stand in a head
_LEAST = 2
_SLACK = 1.0  # heights between the labels of one head
_WORD_GAP = 1.2  # heights; a wider one parts two labels
_SAME_LEVEL = 0.6  # heights between the middles of what is printed side by side


@dataclass(frozen=True, kw_only=True)
class Column:
    """Where a label stands; `spec` is None for one that no column of the prompt has: its cells are nobody's."""

    spec: FieldSpec | None
    left: float
    right: float


@dataclass(frozen=True, kw_only=True)
class Head:
    """The columns of a table from left to right, and the rows between its labels and its sums."""

    columns: tuple[Column, ...]
    rows: tuple[TextRow, ...]
    complete: bool  # each column of the prompt has its label there


def find_head(rows: Sequence[TextRow], specs: Sequence[FieldSpec]) -> Head | None:
    """Return the table whose labels are those of `specs`.

    None where there is none or more than one, where a label that it must have is missing, and where its end is.
    """
    words = {normal_label(label): spec for spec in specs for label in (spec.name, *spec.labels)}
    marks = [mark for mark in find_labels(rows, {*FORM_LABELS, *words}) if not mark.colon and mark.word in words]
    heads = list({frozenset(map(id, head)): head for row in rows if (head := _level_with(row, marks))}.values())
    most = max((len(_keys(head, words)) for head in heads), default=0)
    best = [head for head in heads if len(_keys(head, words)) == most]
    if most < max(_LEAST, _LEAST_SHARE * len(specs)) or len(best) > 1 or most < len(best[0]):
        return None
    columns = _columns(rows, best[0], words)
    found = [column.spec.key for column in columns if column.spec is not None]
    inside = _inside(rows, best[0])
    if not inside or len(found) > len({*found}) or any(spec.required and spec.key not in found for spec in specs):
        return None
    return Head(columns=columns, rows=inside, complete=len(found) == len(specs))


def _level_with(row: TextRow, marks: Sequence[Label]) -> tuple[Label, ...]:
    return tuple(mark for mark in marks if abs(mark.row.middle - row.middle) < _SLACK * row.height)


def _keys(head: Sequence[Label], words: Mapping[str, FieldSpec]) -> set[str]:
    return {words[mark.word].key for mark in head}


def _inside(rows: Sequence[TextRow], head: Sequence[Label]) -> tuple[TextRow, ...]:
    """Return the rows below the labels and above the first row of sums; nothing where the table has no such end."""
    own = {id(mark.row) for mark in head}
    bottom = max(mark.row.middle for mark in head)
    below = sorted((row for row in rows if row.middle > bottom and id(row) not in own), key=lambda row: row.middle)
    end = next((at for at, row in enumerate(below) if row.text.startswith(TABLE_ENDS) or SUM_SIGN in row.text), None)
    return _merged(below[:end]) if end is not None else ()


def _merged(rows: Sequence[TextRow]) -> tuple[TextRow, ...]:
    """Put rows together that stand side by side: on a leaning page one line falls apart."""
    merged: list[TextRow] = []
    for row in rows:
        if merged and _beside(merged[-1], row):
            merged[-1] = TextRow(chars=tuple(sorted((*merged[-1].chars, *row.chars), key=lambda char: char.left)))
        else:
            merged.append(row)
    return tuple(merged)


def _beside(one: TextRow, other: TextRow) -> bool:
    level = abs(one.middle - other.middle) < _SAME_LEVEL * min(one.height, other.height)
    return level and (one.chars[-1].right <= other.chars[0].left or other.chars[-1].right <= one.chars[0].left)


def _columns(rows: Sequence[TextRow], head: Sequence[Label], words: Mapping[str, FieldSpec]) -> tuple[Column, ...]:
    known = [Column(spec=words[mark.word], left=mark.left, right=mark.right) for mark in head]
    own = {id(mark.row) for mark in head}
    others = [column for row in rows if id(row) in own for column in _others(row, head, words)]
    return tuple(sorted((*known, *others), key=lambda column: column.left))


def _others(row: TextRow, head: Sequence[Label], words: Mapping[str, FieldSpec]) -> list[Column]:
    """Return what else stands in a row of labels: some of them so close to the next that they were no marks."""
    taken = {at for mark in head if mark.row is row for at in range(mark.start, mark.end)}
    runs: list[list[int]] = []
    for at in range(len(row.chars)):
        if at in taken:
            continue
        if runs and runs[-1][-1] == at - 1 and row.gap(at) < _WORD_GAP:
            runs[-1].append(at)
        else:
            runs.append([at])
    return [
        Column(
            spec=words.get("".join(row.chars[at].folded for at in run)),
            left=row.chars[run[0]].left,
            right=row.chars[run[-1]].right,
        )
        for run in runs
    ]
