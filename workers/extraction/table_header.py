"""The head of a table: which columns its labels stand for, where on a page they stand, and what is below them.

What makes a head, and what ends a table, is the same for a printed page and for a table in a model's answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.prompt import FieldSpec
from workers.extraction.labels import FORM_WORDS, Mark, find_marks, plain
from workers.layout.rows import group_rows, is_level
from workers.layout.text_rows import TextRow

_LEAST_SHARE = 0.5  # of the columns that must stand in a head
_LEAST = 2
_SLACK = 1.0  # heights between the labels of one head
_WORD_GAP = 1.2  # heights; a wider one parts two labels
_ENDS = ("合计", "小计", "总计", "价税合计")
_SUM = "¥"  # stands before sums; no line of goods has one
_SAME_LEVEL = 0.6  # heights between the middles of what is printed side by side: more than in a row, for it fell apart


@dataclass(frozen=True, kw_only=True)
class HeadMatch:
    """The columns of a prompt that texts stand for as labels, in the order of the texts; None for what is no label."""

    columns: tuple[FieldSpec | None, ...]
    specs: Sequence[FieldSpec]

    @property
    def keys(self) -> list[str]:
        """The keys of the columns that are there, a key twice where two texts stand for it."""
        return [column.key for column in self.columns if column is not None]

    @property
    def is_head(self) -> bool:
        """Whether there are enough columns to tell a head from other text."""
        return len({*self.keys}) >= max(_LEAST, _LEAST_SHARE * len(self.specs))

    @property
    def is_sound(self) -> bool:
        """Whether no column is there twice and none is missing that each line must have."""
        keys = self.keys
        return len({*keys}) == len(keys) and all(spec.key in keys for spec in self.specs if spec.required)


def labels_of(specs: Sequence[FieldSpec]) -> dict[str, FieldSpec]:
    """Return the columns by their labels, as `plain` writes them."""
    return {plain(label): spec for spec in specs for label in (spec.name, *spec.labels)}


def match_head(texts: Sequence[str], specs: Sequence[FieldSpec]) -> HeadMatch:
    """Return what texts side by side, as `plain` writes them, are as the head of a table of `specs`."""
    labels = labels_of(specs)
    return HeadMatch(columns=tuple(map(labels.get, texts)), specs=specs)


def is_table_end(text: str) -> bool:
    """Return whether a row of this text, without spaces, is that of the sums, which are below a table's lines."""
    return text.startswith(_ENDS) or _SUM in text


@dataclass(frozen=True, kw_only=True)
class Column:
    """The place of a label; `spec` is None for one that the prompt has no column for: its cells are ignored."""

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

    None if there is none or more than one, if a required label is missing, or if no row of sums ends it.
    """
    labels = labels_of(specs)
    marks = [mark for mark in find_marks(rows, {*FORM_WORDS, *labels}) if not mark.colon and mark.word in labels]
    heads = list({frozenset(map(id, head)): head for row in rows if (head := _marks_level_with(row, marks))}.values())
    matches = [match_head([mark.word for mark in head], specs) for head in heads]
    most = max((len({*match.keys}) for match in matches), default=0)
    best = [at for at, match in enumerate(matches) if len({*match.keys}) == most]
    if len(best) != 1 or not matches[best[0]].is_head or most < len(heads[best[0]]):
        return None
    head = heads[best[0]]
    columns = _head_columns(rows, head, specs)
    match = HeadMatch(columns=tuple(column.spec for column in columns), specs=specs)
    inside = _rows_between(rows, head)
    if not inside or not match.is_sound:
        return None
    return Head(columns=columns, rows=inside, complete=len(match.keys) == len(specs))


def _marks_level_with(row: TextRow, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if abs(mark.row.middle - row.middle) < _SLACK * row.height)


def _rows_between(rows: Sequence[TextRow], head: Sequence[Mark]) -> tuple[TextRow, ...]:
    """Return the rows below the labels and above the first row of sums; nothing where the table has no such end."""
    own = {id(mark.row) for mark in head}
    bottom = max(mark.row.middle for mark in head)
    below = sorted((row for row in rows if row.middle > bottom and id(row) not in own), key=lambda row: row.middle)
    end = next((at for at, row in enumerate(below) if is_table_end(row.text)), None)
    return _merged_rows(below[:end]) if end is not None else ()


def _merged_rows(rows: Sequence[TextRow]) -> tuple[TextRow, ...]:
    """Return the rows with those merged that are side by side: on a leaning page one line falls apart."""
    return tuple(_one_row(group) for group in group_rows(rows, _is_beside_row))


def _one_row(rows: Sequence[TextRow]) -> TextRow:
    return TextRow(chars=tuple(sorted((char for row in rows for char in row.chars), key=lambda char: char.left)))


def _is_beside_row(rows: Sequence[TextRow], other: TextRow) -> bool:
    one = _one_row(rows)
    apart = one.chars[-1].right <= other.chars[0].left or other.chars[-1].right <= one.chars[0].left
    return apart and is_level(one, other, within=_SAME_LEVEL)


def _head_columns(rows: Sequence[TextRow], head: Sequence[Mark], specs: Sequence[FieldSpec]) -> tuple[Column, ...]:
    own = {id(mark.row) for mark in head}
    labels = [(mark.word, mark.left, mark.right) for mark in head]
    labels += [label for row in rows if id(row) in own for label in _other_labels(row, head)]
    match = match_head([text for text, _, _ in labels], specs)
    columns = (
        Column(spec=spec, left=left, right=right) for spec, (_, left, right) in zip(match.columns, labels, strict=True)
    )
    return tuple(sorted(columns, key=lambda column: column.left))


def _other_labels(row: TextRow, head: Sequence[Mark]) -> list[tuple[str, float, float]]:
    """Return what else stands in a row of labels, with left and right: some are too close to the next to be marks."""
    taken = {at for mark in head if mark.row is row for at in range(mark.start, mark.end)}
    runs: list[list[int]] = []
    for at in range(len(row.chars)):
        if at in taken:
            continue
        if runs and runs[-1][-1] == at - 1 and row.gap(at) < _WORD_GAP:
            runs[-1].append(at)
        else:
            runs.append([at])
    return [(row.text[run[0] : run[-1] + 1], row.chars[run[0]].left, row.chars[run[-1]].right) for run in runs]
