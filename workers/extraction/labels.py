"""Labels on a page: words that stand before a value and end the previous one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from workers.extraction.form_words import (
    COLON_ONLY,
    LABEL_VARIANTS,
    LABELS_IN_WORDS,
    PARTY_CHARACTERS,
    ROW_START_ONLY,
)
from workers.layout.text_rows import TextRow, fold

_SPREAD = 0.8  # heights between the characters of a label that is spread to the width of its neighbours
_WIDEST_SPLIT = 6.0  # heights between the characters of one label: 名　　称
_LONG = 4  # characters: a word of so many is hardly a part of another one
_COLONS = ":;︰"
# The number of a clause, or a character of 其他信息, which bills print vertically at the left edge.
_BEFORE_LABEL = re.compile(r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.]|[其他信息]")
# Behind a label: its translation, the unit of its value, or what is to be put there.
_GLOSS = re.compile(
    r"[(\[](?:[A-Za-z][A-Za-z .]{1,18}|盖章|公章|签章|签字|签名|章"
    r"|(?:单位:)?(?:万?元|公里|千米|分钟|次|%|¥|人民币))[)\]]",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label in a row: its characters are [start, end), including what is in brackets and a colon behind it."""

    word: str  # as `normal_label` writes it
    row: TextRow
    start: int
    end: int
    colon: bool

    @property
    def left(self) -> float:
        """The left edge of its first character."""
        return self.row.chars[self.start].left

    @property
    def right(self) -> float:
        """The right edge of its last character."""
        return self.row.chars[self.end - 1].right

    @property
    def center(self) -> float:
        """The x half-way between both edges."""
        return (self.left + self.right) / 2


@lru_cache(maxsize=4096)
def normal_label(word: str) -> str:
    """Return a label in the form that is searched for in rows: half width, without spaces and a final colon."""
    return "".join(fold(word).split()).rstrip(_COLONS)


def find_labels(rows: Iterable[TextRow], words: Iterable[str]) -> tuple[Label, ...]:
    """Return the labels in `rows`, row by row from left to right; none overlap, and the longest wins."""
    forms = _forms_of(frozenset(words))
    return tuple(label for row in rows for label in _labels_in(row, forms))


_Forms = Mapping[str, Sequence[tuple[str, str]]]
"""Printed forms with their labels, the longest first, by first character."""


@lru_cache(maxsize=256)
def _forms_of(words: frozenset[str]) -> _Forms:
    known = {normal_label(word) for word in words} - {""}
    forms = {(form, word) for word in known for form in (word, *LABEL_VARIANTS.get(word, ()), *_other_cases(word))}
    ordered = sorted(forms, key=lambda pair: (-len(pair[0]), pair))
    return {first: [pair for pair in ordered if pair[0][0] == first] for first in {form[0] for form, _ in ordered}}


def _other_cases(word: str) -> tuple[str, ...]:
    """Return other ways to write a label in English: DUE DATE, Due date; in small letters it would be prose."""
    return (word.upper(), word.capitalize()) if word.isascii() and len(word) >= _LONG else ()


def _labels_in(row: TextRow, forms: _Forms) -> list[Label]:
    labels: list[Label] = []
    index = 0
    while index < len(row.text):
        possible = forms.get(row.text[index], ())
        label = next(
            (label for form, word in possible if (label := _label_at(row, index, form, word, labels, forms))), None
        )
        if label is None:
            index += 1
        else:
            labels.append(label)
            index = label.end
    return labels


def _label_at(  # noqa: PLR0913, PLR0917 - what tells a label from a part of a word
    row: TextRow, start: int, form: str, word: str, before: Sequence[Label], forms: _Forms
) -> Label | None:
    end = start + len(form)
    if not row.text.startswith(form, start) or any(row.gap(at) > _WIDEST_SPLIT for at in range(start + 1, end)):
        return None
    if _is_aside(row, start, end) or (form in ROW_START_ONLY and start > 0):
        return None
    gloss = _GLOSS.match(row.text, end)
    end = gloss.end() if gloss is not None else _translation_end(row, end, form)
    colon = end < len(row.text) and row.text[end] in _COLONS
    if form in COLON_ONLY and not colon:
        return None
    is_whole = colon or end > start + len(form) or _is_whole(row, start, end, word)
    # A long label with another one right behind it is the head of two columns, read as one: 增值税税率增值税税额.
    is_whole = is_whole or (len(form) >= _LONG and _has_label_at(row, end, forms))
    follows = bool(before) and before[-1].end == start and len(before[-1].word) >= _LONG
    if not (follows or _begins(row, start, word, before, colon=colon)) or not is_whole:
        return None
    return Label(word=word, row=row, start=start, end=end + colon, colon=colon)


def _translation_end(row: TextRow, end: int, form: str) -> int:
    """Return the end of a label's translation behind a stroke, 房号/Room No., or `end` if there is none."""
    if row.text[end : end + 1] != "/":
        return end
    last = end + 1
    while last < len(row.text) and (row.text[last].isalpha() or row.text[last] == ".") and row.gap(last) < _SPREAD:
        last += 1
    word = row.text[end + 1 : last]
    is_other_script = word.isascii() != form.isascii()
    is_closed = last == len(row.text) or row.gap(last) >= _SPREAD or not row.text[last].isalpha()
    return last if len(word) > 1 and is_other_script and is_closed else end


def _has_label_at(row: TextRow, start: int, forms: _Forms) -> bool:
    """Return whether a label begins at `start` and ends at a gap, or is long enough to be no part of a word."""
    return any(
        row.text.startswith(form, start)
        and (len(form) >= _LONG or (end := start + len(form)) == len(row.text) or not row.touches(end))
        for form, _ in forms.get(row.text[start : start + 1], ())
        if len(form) > 1
    )


def _is_aside(row: TextRow, start: int, end: int) -> bool:
    """Return whether a word stands in brackets in running text: 由王小样(法定代表人)留存 names no representative."""
    return row.text[start - 1 : start] == "(" and row.text[end : end + 1] == ")" and row.touches(start - 1)


def _begins(row: TextRow, start: int, word: str, before: Sequence[Label], *, colon: bool) -> bool:
    """Return whether a word begins at `start`, rather than being the rest of a longer one."""
    if not row.touches(start) or word.startswith("(") or row.text[start - 1] in "([;,|":
        return True
    if row.text[start - 1] == "." and (start == 1 or not row.touches(start - 1)):
        return True  # the dot that marks an entry of a list
    if _is_apart(row, start, word) or (colon and _BEFORE_LABEL.fullmatch(row.text, 0, start)):
        return True
    if before and before[-1].end == start:
        return before[-1].word.endswith(")") or before[-1].colon
    piece = row.chars[start].piece
    if all(char.folded in PARTY_CHARACTERS for char in row.chars[:start] if char.piece is piece):
        return True
    return colon and bool(before) and word not in LABELS_IN_WORDS


def _is_apart(row: TextRow, start: int, word: str) -> bool:
    """Return whether a word is a piece of its own, however near the value before it, or stands behind a number."""
    if len(word) == 1:
        return False
    piece = row.chars[start].piece
    is_own_piece = piece is not row.chars[start - 1].piece and normal_label(piece.text) == word
    behind_number = row.text[start - 1].isdigit() and word not in LABELS_IN_WORDS and not word.isascii()
    return is_own_piece or behind_number


def _is_whole(row: TextRow, start: int, end: int, word: str) -> bool:
    """Return whether a label without a colon ends at `end`: at a space or before a non-Chinese character."""
    if end >= len(row.text) or not row.touches(end) or word.endswith(")"):
        return True
    if row.chars[end].spaced and any(row.gap(at) > _SPREAD for at in range(start + 1, end)):
        return True  # 名　　称: only labels are spread, so any space separates a spread label from its value
    pieces = [row.chars[at].piece for at in (start, end - 1, end)]
    if pieces[1] is not pieces[2] and (start == 0 or row.chars[start - 1].piece is not pieces[0]):
        return True  # in a form with boxes a label and its value are printed apart, however narrow the gap
    if end - start > 1 and row.chars[start].spaced and all(row.chars[at].spaced for at in range(start + 1, end)):
        return True  # 类 型个人独资企业: the rest of a longer word would be spread as well
    follows = row.text[end]
    if word.isascii():
        return follows.isdigit() or follows == "."
    return not "\u4e00" <= follows <= "\u9fff"
