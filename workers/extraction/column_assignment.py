"""Assigning the words of a printed line to the columns of a table, from left to right."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.domain.prompt import FieldType
from workers.extraction.table_header import Column
from workers.extraction.tables.table_words import FREE, Word, words_of
from workers.layout.text_rows import TextRow

_NUMBERS = re.compile(r"[-¥\d.,%* ]+", re.ASCII)
_TIMES = re.compile(r"[-\d/.:年月日]+", re.ASCII)
_RATES = re.compile(r"\d[\d.]*%|\*+|免税|不征税|(?:出口|普通)?零税率", re.ASCII)
_FORMS = {
    FieldType.RATE: _RATES,
    FieldType.CODE: re.compile(r"[0-9A-Za-z/.-]+"),
    FieldType.DATE: _TIMES,
    FieldType.TIME: _TIMES,
    FieldType.DATE_TIME: re.compile(rf"{_TIMES.pattern}(?:(?:周|星期).?)?|(?:周|星期).?|[一二三四五六日天]", re.ASCII),
}
_MARGIN = 0.5  # by which a word's best column must be cheaper than the next best; costs are in heights
_SAME_CELL = 0.8  # heights between two words of one cell: the day and the time
_OTHER_TYPE = 6.0  # the cost of a column of another type: a word moves up to so many heights for its own type
_NOWHERE_ELSE = 1e4  # the cost where a word was parted so that it fits another column


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The characters [start, end) of a row by column index, and the indices of the ambiguous columns.

    What is in the `doubtful` columns may belong to another one as well.
    """

    spans: Mapping[int, tuple[int, int]]
    unclear: frozenset[int]
    doubtful: frozenset[int] = frozenset()


def assign_columns(row: TextRow, columns: Sequence[Column], *, strict: bool) -> Placement:
    """Return the cheapest assignment of the words of `row` to columns.

    With `strict`, for a head that may lack a label, a word that is not below its label makes the column ambiguous.
    """
    words = words_of(row, columns)
    costs = [[_placement_cost(word, column, row.height) for column in columns] for word in words]
    total_costs = _path_costs(costs)
    spans: dict[int, tuple[int, int]] = {}
    unclear: set[int] = set()
    doubtful: set[int] = set()
    for word, by_column in zip(words, total_costs, strict=True):
        best = min(by_column)
        cheapest = [at for at, cost in enumerate(by_column) if cost < best + _MARGIN]
        at = cheapest[0]
        continues = at in spans and spans[at][1] == word.start and row.gap(word.start) < _SAME_CELL
        is_beside = strict and at > 0 and not continues and word.overlap(columns[at]) <= 0
        if len(cheapest) > 1 or is_beside:
            unclear |= {*cheapest}
        if word.is_doubtful:
            doubtful.add(at)
        start, _ = spans.get(at, (word.start, word.end))
        spans[at] = (start, word.end)
    return Placement(spans=spans, unclear=frozenset(unclear), doubtful=frozenset(doubtful))


def _placement_cost(word: Word, column: Column, height: float) -> float:
    """Return the cost of a word in a column, in heights: 0 below the label, more with distance or of another type."""
    kind = column.spec.type if column.spec is not None else FieldType.TEXT
    if word.column is not None and word.column is not column:
        return _NOWHERE_ELSE
    fits = kind in FREE or _FORMS.get(kind, _NUMBERS).fullmatch(word.text)
    overlap = word.overlap(column)
    share = max(overlap, 0.0) / max(min(word.right - word.left, column.right - column.left), 1.0)
    return (0.0 if fits else _OTHER_TYPE) + max(-overlap, 0.0) / height + 1 - share


def _path_costs(costs: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return, for each word and column, the least cost of all words together if this word is in that column."""
    up_to = _accumulated_costs(costs)
    from_here = [row[::-1] for row in _accumulated_costs([row[::-1] for row in reversed(costs)])][::-1]
    return [
        [before + after - cost for before, after, cost in zip(*rows, strict=True)]
        for rows in zip(up_to, from_here, costs, strict=True)
    ]


def _accumulated_costs(costs: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return, for each word and column, the least cost of the words up to this one if it is in that column.

    No word is in a column left of the word before it.
    """
    accumulated: list[list[float]] = []
    for row in costs:
        before = [*accumulate(accumulated[-1], min)] if accumulated else [0.0] * len(row)
        accumulated.append([least + cost for least, cost in zip(before, row, strict=True)])
    return accumulated
