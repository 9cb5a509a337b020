"""Labels on a page: the words that announce a value and end the one before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workers.extraction.form_words import COLON_ONLY, LABEL_VARIANTS, LABELS_IN_WORDS, PARTY_CHARACTERS
from workers.layout.text_rows import TextRow, fold

_SPREAD = 0.8  # heights between the characters of a label that is spread to the width of those around it
_WIDEST_SPLIT = 6.0  # heights between the characters of one label: 名　　称
_COLONS = ":;︰"


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label in a row: its characters are [start, end), the colon behind it included."""

    word: str  # folded, without spaces
    row: TextRow
    start: int
    end: int
    colon: bool

    @property
    def left(self) -> float:
        """The left of its first character."""
        return self.row.chars[self.start].left

    @property
    def right(self) -> float:
        """The right of its last character."""
        return self.row.chars[self.end - 1].right

    @property
    def center(self) -> float:
        """Half-way between both."""
        return (self.left + self.right) / 2


def normal_label(word: str) -> str:
    """Return the word of a label as rows are searched for it: half width, no spaces, no colon at its end."""
    return "".join(fold(word).split()).rstrip(_COLONS)


def find_labels(rows: Iterable[TextRow], words: Iterable[str]) -> tuple[Label, ...]:
    """Return the labels in `rows`, the longest where several begin at one place; none overlaps another."""
    known = {normal_label(word) for word in words} - {""}
    written = [(form, word) for word in known for form in (word, *LABEL_VARIANTS.get(word, ()))]
    ordered = sorted(written, key=lambda pair: len(pair[0]), reverse=True)
    return tuple(label for row in rows for label in _labels_in(row, ordered))


def _labels_in(row: TextRow, words: Sequence[tuple[str, str]]) -> list[Label]:
    labels: list[Label] = []
    index = 0
    while index < len(row.text):
        label = next((label for form, word in words if (label := _label_at(row, index, form, word, labels))), None)
        if label is None:
            index += 1
        else:
            labels.append(label)
            index = label.end
    return labels


def _label_at(row: TextRow, start: int, form: str, word: str, before: Sequence[Label]) -> Label | None:
    end = start + len(form)
    if not row.text.startswith(form, start) or any(row.gap(at) > _WIDEST_SPLIT for at in range(start + 1, end)):
        return None
    colon = end < len(row.text) and row.text[end] in _COLONS
    if form in COLON_ONLY and not colon:
        return None
    if not _begins(row, start, word, before, colon=colon) or not (colon or _is_whole(row, start, end, word)):
        return None
    return Label(word=word, row=row, start=start, end=end + colon, colon=colon)


def _begins(row: TextRow, start: int, word: str, before: Sequence[Label], *, colon: bool) -> bool:
    """Whether a word begins at `start` instead of being the rest of a longer one."""
    if not row.touches(start) or word.startswith("(") or row.text[start - 1] in "([;,|":
        return True
    if before and before[-1].end == start:
        return before[-1].word.endswith(")") or before[-1].colon
    piece = row.chars[start].piece
    if all(char.folded in PARTY_CHARACTERS for char in row.chars[:start] if char.piece is piece):
        return True
    return colon and bool(before) and word not in LABELS_IN_WORDS


def _is_whole(row: TextRow, start: int, end: int, word: str) -> bool:
    """Whether a label without a colon ends at `end`: before a space, or before what continues no Chinese word."""
    if end >= len(row.text) or not row.touches(end) or word.endswith(")"):
        return True
    if row.chars[end].spaced and any(row.gap(at) > _SPREAD for at in range(start + 1, end)):
        return True  # 名　　称: only labels are spread, so the smallest space separates one from its value
    follows = row.text[end]
    if word.isascii():
        return follows.isdigit() or follows == "."
    return not "\u4e00" <= follows <= "\u9fff"
