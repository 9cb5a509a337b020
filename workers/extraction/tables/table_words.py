"""The words of a printed line of a table, and what was read as one word of two cells: 2024-02-0210:04, CZ2493Z."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.domain.prompt import FieldSpec, FieldType, value_pattern
from workers.extraction.table_header import Column
from workers.extraction.values.field_values import find_value
from workers.layout.text_rows import TextRow

FREE = frozenset({FieldType.TEXT, FieldType.PLATE, FieldType.TAX_ID})  # types whose values may have letters
_SAME_CELL = 0.8  # heights between the day and the time
_DAY_OF_WEEK = re.compile(r"(?:周|星期)[一二三四五六日天]?")  # behind a time, which says as much
_TIME_OF_DAY = re.compile(r"\d\d?:\d\d(?::\d\d)?$", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Word:
    """The characters [start, end) of a row that stand apart from others, with their text and edges in pixels."""

    text: str
    start: int
    end: int
    left: float
    right: float
    column: Column | None = None  # the only one that it can belong to
    is_doubtful: bool = False  # parted although it might be one value

    def overlap(self, column: Column) -> float:
        """Return by how many pixels the word stands below a label; negative for what stands beside it."""
        return min(self.right, column.right) - max(self.left, column.left)


def words_of(row: TextRow, columns: Sequence[Column]) -> list[Word]:
    """Return the words of a row; one that reaches into two columns is parted where only that makes a value of each.

    The day of the week goes with the time before it.
    """
    starts = [at for at, char in enumerate(row.chars) if at == 0 or char.spaced]
    starts = [start for start, end in pairwise([*starts, len(row.chars)]) if not _is_day_of_week(row, start, end)]
    words = [_word(row, start, end) for start, end in zip(starts, [*starts[1:], len(row.chars)], strict=True)]
    return [part for word in words for part in _parted(word, row, columns, words)]


def fits(spec: FieldSpec, text: str) -> bool:
    """Return whether a text is a value of a column and nothing else."""
    found = find_value(spec.type, text, text)
    if found is None or (found.start, found.end) != (0, len(text)):
        return False
    return not spec.patterns or any(value_pattern(pattern).fullmatch(text) for pattern in spec.patterns)


def _is_day_of_week(row: TextRow, start: int, end: int) -> bool:
    is_beside = start > 0 and row.gap(start) < _SAME_CELL and _TIME_OF_DAY.search(row.text, 0, start) is not None
    return is_beside and _DAY_OF_WEEK.fullmatch(row.text, start, end) is not None


def _word(row: TextRow, start: int, end: int) -> Word:
    left, right = row.chars[start].left, row.chars[end - 1].right
    return Word(text=row.text[start:end], start=start, end=end, left=left, right=right)


def _parted(word: Word, row: TextRow, columns: Sequence[Column], words: Sequence[Word]) -> Iterator[Word]:
    below = [column for column in columns if word.overlap(column) > 0]
    specs = [column.spec for column in below if column.spec is not None and _is_strict(column.spec)]
    if len(below) != len(specs) or len(specs) != 2:  # noqa: PLR2004 - two cells
        yield word
        return
    first, second = specs
    cuts = [at for at in range(1, len(word.text)) if fits(first, word.text[:at]) and fits(second, word.text[at:])]
    is_one = any(fits(spec, word.text) for spec in specs)
    has_others = any(
        other.overlap(column) > 0 and fits(spec, other.text)
        for other in words
        if other is not word
        for column, spec in zip(below, specs, strict=True)
    )
    if len(cuts) != 1 or (is_one and has_others):
        yield word
        return
    middle = word.start + cuts[0]
    yield replace(_word(row, word.start, middle), column=below[0], is_doubtful=is_one)
    yield replace(_word(row, middle, word.end), column=below[1], is_doubtful=is_one)


def _is_strict(spec: FieldSpec) -> bool:
    return spec.type not in FREE or bool(spec.patterns)
