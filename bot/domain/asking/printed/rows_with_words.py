"""The rows of a paper's text that have words which a person asks by."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.asking.learned.spelling import simplified
from bot.domain.page_text.tables import is_rule
from bot.domain.task import WordsToFind

_MOST_ROWS: Final = 8
_MOST_FOR_WORD: Final = 3
_MOST_BELOW: Final = 5  # rows that are shown below a head that was asked by
_SHORTEST: Final = 2  # characters of a word that count
_ENOUGH: Final = 3  # characters of a label, however long it is
_ENOUGH_IN_TEXT: Final = 4  # characters, wherever they stand
_ENOUGH_LATIN: Final = 5  # letters, the same; shorter words stand in many a text, unless they are abbreviations
_ENOUGH_ALIKE: Final = 0.5  # of the characters of a label's beginning
_NEARLY_ALL: Final = 0.75  # of the characters of a message without a question
_SHORTEST_ROW: Final = 4  # characters of a row that says more than its label
_LONGEST_LABEL: Final = 12  # characters
_COLUMNS: Final = 3  # of a table
_PAIR: Final = 2  # cells of a row that may be one of a table
_TAKEN: Final = "\0"  # in place of characters that were found
_LONGEST_TEXT, _MOST_SEARCHED = 20_000, 500  # characters and rows that are searched
_LONGEST_CLAUSE, _MOST_PARTS = 40, 4  # characters of what is said that are looked for, and parts of it that are shown
_LONGEST_ROW: Final = 200  # characters; what is longer is running text, which is cut around the word
_AROUND: Final = 60  # characters shown on each side of a word in running text
_CELLS = re.compile(r"[ \t\u3000|]+")
_COLON = re.compile("[:：]")
_NOTE = re.compile(r"[(（][^()（）]*[)）]$")  # behind a label
_LABEL = re.compile(r"[^:：]{1,20}(?=[:：])")
_SUM = re.compile("[合总小共]计|total")
_STOPS = re.compile(r"[。；;!！?？]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowOfPaper:
    shown: str
    folded: str  # simplified, in the same number of characters
    cells: tuple[str, ...]
    labels: tuple[str, ...]  # its cells, or what stands before a colon in them, folded as well
    has_digits: bool

    @property
    def is_head(self) -> bool:
        """Whether it may be the head of a table: several cells, none with a digit."""
        return len(self.cells) >= _COLUMNS and self.may_be_of_table and not self.has_digits

    @property
    def may_be_of_table(self) -> bool:
        """Whether it may be a row of a table: several cells, none with a label before a colon."""
        return len(self.cells) >= _PAIR and not any(map(_LABEL.match, self.cells))


def rows_with_words(text: str, words: Sequence[WordsToFind], *, guess: bool = False) -> tuple[str, ...]:
    """Return the rows of a paper's text that have any of the words, in their order, with the heads of their tables.

    Empty if none has. A row that is long running text is cut around the word. With `guess`, rows with labels that may
    be meant are given for a part of the message of which no word is printed.
    """
    lines = [line for line in text[:_LONGEST_TEXT].split("\n") if line.strip() and not is_rule(line)]
    rows = [_row(line) for line in lines[:_MOST_SEARCHED]]
    shown = dict[int, str]()
    for part in words:
        best = [*_best_rows(part, rows)]
        if part.alone and not _says_little_else(part, best, rows):
            continue
        if guess and not best:
            best = [*_rows_with_labels(part.labels, rows)] or [*_rows_with_ends(part, rows)]
        for number, start, end in best:
            shown[number] = _cut(rows[number], start, end)
            shown.update((beside, rows[beside].shown) for beside in _with_table(rows, number))
    return tuple(shown[number] for number in sorted(shown)[:_MOST_ROWS])


def _row(line: str) -> _RowOfPaper:
    shown = " ".join(part for part in _CELLS.split(line) if part)
    folded = simplified(shown).casefold()
    before_colons = (_COLON.split(cell)[0] for cell in folded.split(" "))
    labels = (_NOTE.sub("", label) for before in before_colons for label in before.split("*"))
    return _RowOfPaper(
        shown=shown,
        folded=folded,
        cells=tuple(shown.split(" ")),
        labels=tuple(label for label in labels if _SHORTEST <= len(label) <= _LONGEST_LABEL),
        has_digits=any(char.isdigit() for char in folded),
    )


def _best_rows(words: WordsToFind, rows: Sequence[_RowOfPaper]) -> Iterator[tuple[int, int, int]]:
    """Yield the numbers of the rows that have the longest part of what is said, and its places in them.

    What is said may have several such parts: 毛重皮重. None is a part of another.
    """
    left = words.text[:_LONGEST_CLAUSE]
    page = "\n".join(row.folded for row in rows)
    for _ in range(_MOST_PARTS):
        found = _longest_part(left, words, rows, page)
        if found is None:
            return
        begin, length, places = found
        yield from ((number, start, start + length) for number, start in places[:_MOST_FOR_WORD])
        left = left[:begin] + _TAKEN * length + left[begin + length :]


def _longest_part(
    left: str, words: WordsToFind, rows: Sequence[_RowOfPaper], page: str
) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Return where the longest part of `left` begins that is printed, its length, and the rows and places that have it.

    None if nothing of it is printed. `page` is the text of all rows.
    """
    for length in range(len(left), _SHORTEST - 1, -1):
        for begin in range(len(left) - length + 1):
            part = left[begin : begin + length]
            if part not in page or not _may_be_a_word(left, words, begin, length):
                continue
            places = [(number, row.folded.find(part)) for number, row in enumerate(rows)]
            places = [(number, start) for number, start in places if _is_there(rows[number], part, start, words, begin)]
            if places:
                return begin, length, places
    return None


def _may_be_a_word(left: str, words: WordsToFind, begin: int, length: int) -> bool:
    """Return whether a part of what is left has a character of no known word, and cuts no Latin word in two."""
    part = left[begin : begin + length]
    is_own = any(begin <= place < begin + length for place in words.own)
    return is_own and part == part.strip() and _TAKEN not in part and _cuts_no_word(left, begin, length)


def _is_there(row: _RowOfPaper, part: str, start: int, words: WordsToFind, begin: int) -> bool:
    if start < 0 or not _cuts_no_word(row.folded, start, len(part)):
        return False
    is_common = part.isascii() and len(part) < _ENOUGH_LATIN and not row.shown[start : start + len(part)].isupper()
    return not is_common and _names(part, row, words, begin)


def _rows_with_labels(labels: Sequence[str], rows: Sequence[_RowOfPaper]) -> Iterator[tuple[int, int, int]]:
    """Yield the numbers of the rows that have the first of these labels that stands anywhere, and its places."""
    for label in labels:
        found = [(number, row.folded.find(label)) for number, row in enumerate(rows) if _has_label(row, label)]
        if found:
            yield from ((number, start, start + len(label)) for number, start in found[:_MOST_FOR_WORD])
            return


def _says_little_else(words: WordsToFind, best: Sequence[tuple[int, int, int]], rows: Sequence[_RowOfPaper]) -> bool:
    """Return whether labels are nearly all that is said: 保温杯实盘数, the 实盘数 in the row of 保温杯."""
    parts = {rows[number].folded[start:end] for number, start, end in best}
    return sum(map(len, parts)) >= _NEARLY_ALL * len(words.text)


def _rows_with_ends(words: WordsToFind, rows: Sequence[_RowOfPaper]) -> Iterator[tuple[int, int, int]]:
    """Yield the numbers of the rows whose labels say what is asked for, and begin with characters of what is said.

    谁修的 asks for a person, and so finds 维修人; 哪天取的样 finds 采样日期.
    """
    found = [
        (_likeness(label, words), number, label) for number, row in enumerate(rows) for label in row.labels if label
    ]
    best = max((likeness for likeness, *_ in found), default=0.0)
    if best >= _ENOUGH_ALIKE:
        for likeness, number, label in found:
            if likeness == best:
                start = rows[number].folded.find(label)
                yield number, start, start + len(label)


def _likeness(label: str, words: WordsToFind) -> float:
    """Return the share of a label's beginning that is said, 0 for one that does not say what is asked for."""
    end = next((end for end in words.ends if label.endswith(end) and len(label) > len(end)), "")
    core = label.removesuffix(end) if end else ""
    own = {words.text[place] for place in words.own}
    return sum(char in own for char in core) / len(core) if core else 0.0


def _has_label(row: _RowOfPaper, label: str) -> bool:
    """Return whether a part of a label stands in a row that says something besides."""
    return label in row.folded and len(row.folded) > _SHORTEST_ROW


def _cuts_no_word(text: str, start: int, length: int) -> bool:
    """Return whether a part of a text begins and ends where Latin words and numbers do."""
    around = text[max(start - 1, 0) : start + 1], text[start + length - 1 : start + length + 1]
    return not any(len(pair) > 1 and pair.isascii() and pair.isalnum() for pair in around)


def _names(part: str, row: _RowOfPaper, words: WordsToFind, begin: int) -> bool:
    """Return whether a part of what is said, at `begin` there, names what stands in a row, and not by chance."""
    if words.alone:
        return part in row.labels
    if part in row.labels:
        return True
    if len(part) >= (_ENOUGH_LATIN if part.isascii() else _ENOUGH_IN_TEXT):
        return True
    is_run = {begin - 1, begin + len(part)}.isdisjoint(words.own)
    return (
        not words.whole
        and (is_run or len(part) >= _ENOUGH)
        and any(
            label.startswith(part) or (row.has_digits and label.endswith(part))
            for label in row.labels
            if len(part) >= _ENOUGH or 2 * len(part) >= len(label)
        )
    )


def _with_table(rows: Sequence[_RowOfPaper], number: int) -> Iterator[int]:
    """Yield the numbers of the rows that make a row of a table understood: its head, or what stands below a head."""
    row = rows[number]
    if row.is_head:
        below = [*_below_head(rows, number)]
        yield from below
        above = rows[number - 1] if number else None
        if not below and above is not None and above.is_head and len(above.cells) == len(row.cells):
            yield number - 1  # the values of a form have no digits either
    elif row.may_be_of_table:
        for above_it in range(number - 1, -1, -1):
            if rows[above_it].is_head:
                yield above_it
                return
            if not rows[above_it].may_be_of_table or _SUM.match(rows[above_it].folded):
                return


def _below_head(rows: Sequence[_RowOfPaper], number: int) -> Iterator[int]:
    """Yield the numbers of the rows of a table below its head, or that of the values below the labels of a form."""
    head = rows[number]
    for below in range(number + 1, min(number + 1 + _MOST_BELOW, len(rows))):
        row = rows[below]
        is_next_head = row.is_head and (below > number + 1 or len(row.cells) != len(head.cells))
        if not row.may_be_of_table or is_next_head:
            return
        yield below


def _cut(row: _RowOfPaper, start: int, end: int) -> str:
    if len(row.shown) <= _LONGEST_ROW:
        return row.shown
    begin = max((match.end() for match in _STOPS.finditer(row.shown, 0, start)), default=0)
    begin = max(begin, start - _AROUND)
    stop = _STOPS.search(row.shown, end)
    finish = min(stop.end() if stop else len(row.shown), end + _AROUND)
    return f"{'…' if begin else ''}{row.shown[begin:finish]}{'…' if finish < len(row.shown) else ''}"
