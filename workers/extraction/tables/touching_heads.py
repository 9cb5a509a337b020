"""Heads of columns that were read in one word because they stand close together: 航班号座位等级, 序号车型."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from workers.extraction.form_words import FORM_LABELS, LABELS_OF_PAPERS
from workers.extraction.labels import Label, normal_label
from workers.layout.text_rows import TextRow

_LEAST = 2  # characters of such a head; single ones stand in any word


def touching_heads(rows: Sequence[TextRow], labels: Sequence[Label], words: Collection[str]) -> tuple[Label, ...]:
    """Return the heads in words that consist of nothing but heads of `words`, and of labels of papers in general.

    A word that has one of the `labels` already, or is a single head, has none.
    """
    taken = {(id(label.row), at) for label in labels for at in range(label.start, label.end)}
    return tuple(
        label
        for row in rows
        for start, end in _words_of(row)
        if not any((id(row), at) in taken for at in range(start, end))
        for label in _heads_in(row, start, end, frozenset(words))
    )


def _words_of(row: TextRow) -> list[tuple[int, int]]:
    """Return where what was read without a space in between begins and ends."""
    starts = [at for at, char in enumerate(row.chars) if char.spaced]
    return list(pairwise([*starts, len(row.chars)]))


def _heads_in(row: TextRow, start: int, end: int, words: frozenset[str]) -> Iterator[Label]:
    parts = _split(row.text[start:end], words)
    for part in parts if len(parts) > 1 else ():
        if part in words:
            yield Label(word=part, row=row, start=start, end=start + len(part), colon=False)
        start += len(part)


def _split(text: str, words: frozenset[str]) -> tuple[str, ...]:
    """Return the fewest labels that make up a text; () if none do."""
    known = _known_labels() | words
    best: list[tuple[str, ...] | None] = [(), *[None] * len(text)]
    for end in range(1, len(text) + 1):
        ways = (
            (*before, text[start:end])
            for start in range(end - _LEAST + 1)
            if (before := best[start]) is not None and text[start:end] in known
        )
        best[end] = min(ways, key=len, default=None)
    return best[-1] or ()


@lru_cache(maxsize=1)
def _known_labels() -> frozenset[str]:
    return frozenset(map(normal_label, (*FORM_LABELS, *LABELS_OF_PAPERS)))
