"""The text layer of a PDF as lines with boxes, and the pages to draw because theirs is not usable."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.document import Box, Line
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGES, MOST_TEXT_CHARACTERS, MOST_TEXT_LINES, MOST_TEXT_PAGES
from workers.files.pdf.client import PdfChar, PdfFile, PdfPageContents

_TENTHS = 254 / 72  # of a millimetre in a point
_THINNEST = 0.3  # points; no character is lower
_CELL_GAP = 1.0  # heights of a character; a wider gap separates two cells of a row
_SPACED_CELL_GAP = 0.7  # the same where a space was laid into the gap; one between two words is narrower
_LEAST_LETTERS = 0.5  # share of readable characters in a usable layer
_TWO_DIGITS = re.compile(r"\d\d", re.ASCII)
_GAP_IN_FIGURES = re.compile(r"(?<=[\d.,¥￥-]) (?=[\d.,%])|(?<=\d) (?=[A-Z])|(?<=[A-Z]) (?=\d)", re.ASCII)
_LEAST_GAPS = 2
_HYPHEN_AT_END = "\x02"  # what a reader gives for a hyphen with which a line ends
_STAMP = 40  # characters at most that a scanning app adds to a scan: not the text of the page


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayer:
    """The lines of some pages of a PDF, with boxes in tenths of a mm, and the pages that must be drawn."""

    end: int  # the number of the page after the last one that was opened
    lines: tuple[Line, ...] = ()
    beside: tuple[Line, ...] = ()  # the lines of pages that are scans, whose pictures speak
    drawn: tuple[tuple[int, tuple[int, int]], ...] = ()  # each page's number and size in pixels
    written: tuple[tuple[int, tuple[int, int]], ...] = ()  # the same of the pages with usable text
    failed: tuple[int, ...] = ()  # pages that cannot be opened
    refusal: Refused | None = None  # of the first of them


def read_text_layer(file: PdfFile, first: int, most: int, *, as_pictures: bool = False) -> TextLayer:
    """Return the text of `most` pages from `first` on, or of 50 pages of a file that is text from its first page on.

    With `as_pictures` all pages are to be drawn. Raises `Refused` for a file that takes too much to open.
    """
    lines: list[Line] = []
    beside: list[Line] = []
    drawn: list[tuple[int, tuple[int, int]]] = []
    written: list[tuple[int, tuple[int, int]]] = []
    failed: list[int] = []
    refusal: Refused | None = None
    number = first
    characters = 0
    while number < file.pages and len(lines) < MOST_TEXT_LINES and characters < MOST_TEXT_CHARACTERS:
        further = number - first >= most
        if further and not (first == 0 and most >= MOST_PAGES and number < MOST_TEXT_PAGES and not drawn):
            break
        try:
            contents = file.contents(number)
        except Refused as refused:
            if refused.reason == "pdf_heavy":
                raise
            failed.append(number)
            refusal = refusal or refused
            contents = PdfPageContents(empty=True)
        characters += contents.looked_at
        is_picture = not contents.empty and (as_pictures or _is_picture(contents))
        if is_picture and further:
            break
        if is_picture:
            drawn.append((number, contents.size))
            beside += _page_lines(contents.layer, number)
        elif not contents.empty:
            lines += _page_lines(contents.characters, number)
            written.append((number, contents.size))
        number += 1
    return TextLayer(
        end=number,
        lines=tuple(lines[:MOST_TEXT_LINES]),
        beside=tuple(beside[:MOST_TEXT_LINES]),
        drawn=tuple(drawn),
        written=tuple(written),
        failed=tuple(failed),
        refusal=refusal,
    )


def _is_picture(contents: PdfPageContents) -> bool:
    """Return whether the characters are not the text of the page: none, hardly any on a scan, or mostly unreadable.

    Fonts without a character map give private-use characters instead of letters.
    """
    signs = [char.text for char in contents.characters if not char.text.isspace()]
    known = sum(char.isprintable() and char != "\N{REPLACEMENT CHARACTER}" for char in signs)
    return not signs or known < _LEAST_LETTERS * len(signs) or (contents.scan and len(signs) <= _STAMP)


def _page_lines(characters: Sequence[PdfChar], number: int) -> Iterator[Line]:
    run: list[PdfChar] = []
    solid: PdfChar | None = None  # the last character that is no space
    for char in characters:
        if solid is not None and _begins_piece(solid, char, spaced=run[-1] is not solid):
            yield from _line_of(run, number)
            run, solid = [], None
        if run or not char.text.isspace():
            run.append(char)
        solid = solid if char.text.isspace() else char
    yield from _line_of(run, number)


def _begins_piece(before: PdfChar, char: PdfChar, *, spaced: bool) -> bool:
    """Return whether a character begins another piece: on another line, or after the gap between two cells.

    `before` is the last character that is no space: many programs fill the gap between two cells with real spaces.
    """
    if char.text in "\r\n":
        return True
    if char.text.isspace():
        return False
    height = max(before.bottom - before.top, char.bottom - char.top, _THINNEST)
    is_level = abs((before.top + before.bottom) - (char.top + char.bottom)) < height
    widest = (_SPACED_CELL_GAP if spaced else _CELL_GAP) * height
    return not is_level or not -height < char.left - before.right < widest


def _without_gaps_in_figures(text: str) -> str:
    """Return a text without the spaces that a reader puts between figures which a program drew one by one.

    Then no two digits of the line stand together, and there are more gaps than between two numbers.
    """
    is_apart = not _TWO_DIGITS.search(text) and len(_GAP_IN_FIGURES.findall(text)) >= _LEAST_GAPS
    return _GAP_IN_FIGURES.sub("", text) if is_apart else text


def _line_of(run: list[PdfChar], number: int) -> Iterator[Line]:
    solid = [char for char in run if not char.text.isspace()]
    text = "".join(char.text for char in run).replace(_HYPHEN_AT_END, "-")
    text = _without_gaps_in_figures(" ".join(text.split()))
    corners = (
        (
            min(char.left for char in solid),
            min(char.top for char in solid),
            max(char.right for char in solid),
            max(char.bottom for char in solid),
        )
        if solid
        else ()
    )
    if corners:
        left, top, right, bottom = (round(corner * _TENTHS) for corner in corners)
        yield Line(
            text=text, box=Box(left=left, top=top, right=max(right, left + 1), bottom=max(bottom, top + 1)), page=number
        )
