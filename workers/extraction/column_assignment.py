"""Which column each word of a printed line belongs to, from left to right, and where that is not clear."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.domain.prompt import FieldType
from workers.extraction.table_header import Column
from workers.layout.text_rows import TextRow

_NUMBERS = re.compile(r"[-¥\d.,%* ]+", re.ASCII)
_RATES = re.compile(r"\d[\d.]*%|\*+|免税|不征税|(?:出口|普通)?零税率", re.ASCII)
_MARGIN = 0.5  # heights by which a word's column must be better than the next best
_OTHER_TYPE = 6.0  # heights that a word may be moved to stand under its own type


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The characters [start, end) of a row under each column, by its place, and the columns that may lack some."""

    spans: Mapping[int, tuple[int, int]]
    unclear: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class _Word:
    text: str
    start: int
    end: int
    left: float
    right: float


def placed(row: TextRow, columns: Sequence[Column], *, strict: bool) -> Placement:
    """Return where the words of `row` belong, in the order of the columns.

    `strict` where a label may have been lost: a word then counts only below a label.
    """
    words = _words(row)
    costs = [[_cost(word, column, row.height) for column in columns] for word in words]
    through = _through(costs)
    spans: dict[int, tuple[int, int]] = {}
    unclear: set[int] = set()
    for word, ways in zip(words, through, strict=True):
        best = min(ways)
        near = [at for at, cost in enumerate(ways) if cost < best + _MARGIN]
        at = near[0]
        beside = strict and at > 0 and _overlap(word, columns[at]) <= 0
        if len(near) > 1 or beside:
            unclear |= {at, *near}
        start, _ = spans.get(at, (word.start, word.end))
        spans[at] = (start, word.end)
    return Placement(spans=spans, unclear=frozenset(unclear))


def _words(row: TextRow) -> list[_Word]:
    starts = [at for at, char in enumerate(row.chars) if at == 0 or char.spaced]
    ends = [*starts[1:], len(row.chars)]
    return [
        _Word(
            text=row.text[start:end],
            start=start,
            end=end,
            left=row.chars[start].left,
            right=row.chars[end - 1].right,
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def _cost(word: _Word, column: Column, height: float) -> float:
    """Return how ill a word stands under a label: 0 below it, the more the further beside it, or of another type."""
    kind = column.spec.type if column.spec is not None else FieldType.TEXT
    fits = kind is FieldType.TEXT or (_RATES if kind is FieldType.RATE else _NUMBERS).fullmatch(word.text)
    overlap = _overlap(word, column)
    share = max(overlap, 0.0) / max(min(word.right - word.left, column.right - column.left), 1.0)
    return (0.0 if fits else _OTHER_TYPE) + max(-overlap, 0.0) / height + 1 - share


def _overlap(word: _Word, column: Column) -> float:
    return min(word.right, column.right) - max(word.left, column.left)


def _through(costs: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return, for each word and column, the cost of the best placement of all words with this word there."""
    ahead = _accumulated(costs)
    behind = [row[::-1] for row in _accumulated([row[::-1] for row in reversed(costs)])][::-1]
    return [
        [one + other - cost for one, other, cost in zip(*rows, strict=True)]
        for rows in zip(ahead, behind, costs, strict=True)
    ]


def _accumulated(costs: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the cost of the best placement of the words up to each, with it in each column.

    None stands left of one before it.
    """
    found: list[list[float]] = []
    for row in costs:
        before = [*accumulate(found[-1], min)] if found else [0.0] * len(row)
        found.append([one + cost for one, cost in zip(before, row, strict=True)])
    return found
