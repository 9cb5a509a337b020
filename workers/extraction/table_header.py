"""The head of a table: the columns that its labels name, their position on a page, and the rows below them.

The same rules for heads and ends of tables hold for a printed page and for a table in a model's answer.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.document import Row
from bot.domain.prompt import FieldSpec
from workers.extraction.form_words import FORM_LABELS, HALF_SUMS, IN_WORDS, SUM_SIGN, TABLE_ENDS
from workers.extraction.labels import Label, find_labels, normal_label
from workers.extraction.tables.misread_labels import is_unsure, only_like
from workers.extraction.tables.touching_heads import touching_heads
from workers.layout.rows import group_rows, is_level
from workers.layout.text_rows import TextRow

_LEAST_SHARE = 0.5  # of the prompt's columns that a head must name
_LEAST_COLUMNS = 2
_SLACK = 1.0  # heights between the labels of one head
_LIKE = 0.5  # of a label's characters that were read, in their order
_WORD_GAP = 1.2  # heights; a wider one separates two labels
_TALLEST = 2.5  # times the height of the head: what is higher is no text of the table
_SAME_LEVEL = 0.6  # heights between the middles of the parts of a row that fell apart: more than within a row


@dataclass(frozen=True, kw_only=True)
class HeadMatch:
    """The column that each text of a row names, in the order of the texts; None for a text that is no label."""

    columns: tuple[FieldSpec | None, ...]
    specs: Sequence[FieldSpec]

    @property
    def keys(self) -> list[str]:
        """The keys of the columns named, a key twice if two texts name it."""
        return [column.key for column in self.columns if column is not None]

    @property
    def is_head(self) -> bool:
        """Whether enough columns are named to distinguish a head from other text."""
        return len({*self.keys}) >= max(_LEAST_COLUMNS, _LEAST_SHARE * len(self.expected))

    @property
    def expected(self) -> frozenset[str]:
        """The keys of the columns of the form that most of the named columns belong to, and of those of all forms."""
        forms = Counter(column.form for column in self.columns if column is not None and column.form)
        own = next((form for form, _ in forms.most_common(1)), None)
        own = own if own is not None else next((spec.form for spec in self.specs if spec.form), "")
        return frozenset(spec.key for spec in self.specs if spec.form in {"", own})

    @property
    def is_complete(self) -> bool:
        """Whether each column of the form is named, and none of another one."""
        return {*self.keys} == self.expected

    @property
    def is_sound(self) -> bool:
        """Whether no column is named twice and all required ones are named."""
        keys = self.keys
        return len({*keys}) == len(keys) and all(spec.key in keys for spec in self.specs if spec.required)


def labels_of(specs: Sequence[FieldSpec]) -> dict[str, FieldSpec]:
    """Return the columns by their names and labels, as `normal_label` writes them."""
    return {normal_label(label): spec for spec in specs for label in (spec.name, *spec.labels)}


def match_head(texts: Sequence[str], specs: Sequence[FieldSpec]) -> HeadMatch:
    """Return the columns of `specs` that the texts of a row name; the texts are as `normal_label` writes them."""
    labels = labels_of(specs)
    return HeadMatch(columns=tuple(map(labels.get, texts)), specs=specs)


def in_own_form(rows: Sequence[Row], specs: Sequence[FieldSpec]) -> tuple[Row, ...]:
    """Return rows with a cell for each spec, without the cells of forms that the table does not have.

    Its form is that with the most values, or else the first one.
    """
    forms = dict.fromkeys(spec.form for spec in specs if spec.form)
    values = {form: _values_in(rows, [spec.key for spec in specs if spec.form == form]) for form in forms}
    own = max(values, key=lambda form: values[form], default="")
    kept = {spec.key for spec in specs if spec.form in {"", own}}
    return tuple(replace(row, cells=tuple(cell for cell in row.cells if cell.key in kept)) for row in rows)


def _values_in(rows: Sequence[Row], keys: Collection[str]) -> int:
    return sum(bool(cell.value) for row in rows for cell in row.cells if cell.key in keys)


def is_table_end(text: str, ends: Sequence[str] = ()) -> bool:
    """Return whether a row of this text, without spaces, is the row of sums below a table's lines.

    With `ends`, for tables that may have no such row, it is also one that begins with one of these words; then a
    currency sign may stand in any row.
    """
    if text.startswith((*TABLE_ENDS, *map(normal_label, ends))) or HALF_SUMS.match(text) or IN_WORDS.search(text):
        return True
    return SUM_SIGN in text and not ends


@dataclass(frozen=True, kw_only=True)
class Column:
    """The extent of a label; `spec` is None if the prompt has no such column, and its cells are ignored."""

    spec: FieldSpec | None
    left: float
    right: float
    is_misread: bool = False  # only a part of the label could be read


@dataclass(frozen=True, kw_only=True)
class Head:
    """The columns of a table from left to right, and the rows between its labels and its sums."""

    columns: tuple[Column, ...]
    rows: tuple[TextRow, ...]
    complete: bool  # no label lacks: it has one for each column of its form, or was not read by an engine


def find_head(rows: Sequence[TextRow], specs: Sequence[FieldSpec], ends: Sequence[str] = ()) -> Head | None:
    """Return the head and the rows of the table with the columns `specs`.

    None if there is no such table or more than one, if a required label is missing, or if no row of sums ends it: with
    `ends` one of these words or the page ends it too.
    """
    words = labels_of(specs)
    every = find_labels(rows, {*FORM_LABELS, *words})
    labels = [label for label in every if not label.colon and label.word in words]
    labels += touching_heads(rows, every, words)
    level = (_without_translations(_labels_level_with(row, labels), words) for row in rows)
    heads = list({frozenset(map(id, head)): head for head in level if head}.values())
    matches = [match_head([label.word for label in head], specs) for head in heads]
    most = max((len({*match.keys}) for match in matches), default=0)
    best = [at for at, match in enumerate(matches) if len({*match.keys}) == most]
    best = [at for at in best if at == best[0] or not _translates(heads[at], heads[best[0]], words)]
    if len(best) != 1 or most < _LEAST_COLUMNS or most < len(heads[best[0]]):
        return None
    head = heads[best[0]]
    columns = _head_columns(rows, head, specs)
    if not HeadMatch(columns=tuple(column.spec for column in columns), specs=specs).is_head:
        return None
    match = HeadMatch(columns=tuple(None if column.is_misread else column.spec for column in columns), specs=specs)
    inside = rows_between(rows, head, ends)
    if not inside or not match.is_sound:
        return None
    is_printed = all(label.row.chars[label.start].piece.line.confidence is None for label in head)
    return Head(columns=columns, rows=inside, complete=match.is_complete or is_printed)


def _labels_level_with(row: TextRow, labels: Sequence[Label]) -> tuple[Label, ...]:
    return tuple(label for label in labels if abs(label.row.middle - row.middle) < _SLACK * row.height)


def _without_translations(head: Sequence[Label], columns: Mapping[str, FieldSpec]) -> tuple[Label, ...]:
    """Return labels without those that stand below another one of the same column, as in a form in two languages."""
    return tuple(label for label in head if not any(_is_below_its_like(label, other, columns) for other in head))


def _translates(head: Sequence[Label], above: Sequence[Label], columns: Mapping[str, FieldSpec]) -> bool:
    """Return whether each label of a head stands right below one of the same column, as its translation."""
    return all(
        any(
            _is_below_its_like(label, other, columns)
            and label.row.middle - other.row.middle < 2 * _SLACK * other.row.height
            for other in above
        )
        for label in head
    )


def _is_below_its_like(label: Label, other: Label, columns: Mapping[str, FieldSpec]) -> bool:
    """Return whether a label stands below another one of the same column."""
    overlap = min(other.right, label.right) - max(other.left, label.left)
    return columns[other.word] is columns[label.word] and other.row.middle < label.row.middle and overlap > 0


def rows_between(rows: Sequence[TextRow], head: Sequence[Label], ends: Sequence[str]) -> tuple[TextRow, ...]:
    """Return the rows below the labels and above the row that ends the table; nothing if there is none but must be."""
    head_rows = {id(label.row) for label in head}
    bottom = max(label.row.middle for label in head)
    below = sorted(
        (row for row in rows if row.middle > bottom and id(row) not in head_rows), key=lambda row: row.middle
    )
    end = next((at for at, row in enumerate(below) if is_table_end(row.text, ends)), len(below) if ends else None)
    tallest = _TALLEST * max(label.row.height for label in head)
    legible = (_without_tall_pieces(row, tallest) for row in below[:end])
    return _merged_rows([row for row in legible if row.chars]) if end is not None else ()


def _without_tall_pieces(row: TextRow, tallest: float) -> TextRow:
    """Return a row without the pieces that are higher than `tallest`: watermarks and seals across the table."""
    return TextRow(chars=tuple(char for char in row.chars if char.piece.height <= tallest))


def _merged_rows(rows: Sequence[TextRow]) -> tuple[TextRow, ...]:
    """Return the rows, merging those side by side: on a tilted page one line falls apart into several rows."""
    return tuple(_joined_row(group) for group in group_rows(rows, _is_beside_row))


def _joined_row(rows: Sequence[TextRow]) -> TextRow:
    """Return the rows as one; pieces printed across each other, such as a watermark, stay whole."""
    chars = (char for row in rows for char in row.chars)
    return TextRow(chars=tuple(sorted(chars, key=lambda char: (char.piece.left, char.piece.top, char.left))))


def _is_beside_row(rows: Sequence[TextRow], other: TextRow) -> bool:
    one = _joined_row(rows)
    apart = one.chars[-1].right <= other.chars[0].left or other.chars[-1].right <= one.chars[0].left
    return apart and is_level(one, other, within=_SAME_LEVEL)


def _head_columns(rows: Sequence[TextRow], head: Sequence[Label], specs: Sequence[FieldSpec]) -> tuple[Column, ...]:
    head_rows = {id(label.row) for label in head}
    words = labels_of(specs)
    columns = [Column(spec=words.get(label.word), left=label.left, right=label.right) for label in head]
    others = [other for row in rows if id(row) in head_rows for other in _other_texts(row, head)]
    columns += [_column(row, start, end, words.get(row.text[start:end])) for row, start, end in others]
    named = {column.spec.key for column in columns if column.spec is not None}
    missing = {word: spec for word, spec in words.items() if spec.key not in named}
    unnamed = [other for other in others if other[0].text[other[1] : other[2]] not in words]
    columns = [column for column in columns if column.spec is not None]
    columns += [column for other in unnamed for column in _unnamed_columns(*other, missing)]
    return tuple(sorted(columns, key=lambda column: column.left))


def _column(row: TextRow, start: int, end: int, spec: FieldSpec | None) -> Column:
    return Column(spec=spec, left=row.chars[start].left, right=row.chars[end - 1].right)


def _unnamed_columns(row: TextRow, start: int, end: int, missing: Mapping[str, FieldSpec]) -> Iterator[Column]:
    """Yield the columns of a text that is no label: if unsure, that of the label that it begins with or is like."""
    text = row.text[start:end]
    if not is_unsure(row, start, end):
        yield _column(row, start, end, None)
        return
    first = max((word for word in missing if len(word) > 1 and text.startswith(word)), key=len, default="")
    alike = first or only_like(text, missing, least=_LIKE)
    middle = start + len(first) if first else end
    yield replace(_column(row, start, middle, missing.get(alike)), is_misread=bool(alike))
    if middle < end:
        yield _column(row, middle, end, None)


def _other_texts(row: TextRow, head: Sequence[Label]) -> list[tuple[TextRow, int, int]]:
    """Return where the other texts in a row of labels begin and end: labels too close to the next are there."""
    taken = {at for label in head if label.row is row for at in range(label.start, label.end)}
    runs: list[list[int]] = []
    for at in range(len(row.chars)):
        if at in taken:
            continue
        if runs and runs[-1][-1] == at - 1 and row.gap(at) < _WORD_GAP:
            runs[-1].append(at)
        else:
            runs.append([at])
    return [(row, run[0], run[-1] + 1) for run in runs]
