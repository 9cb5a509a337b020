"""The text layer of a PDF, as lines with their places; nothing is drawn."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, PdfTextPage
from pypdfium2.raw import FPDFText_GetUnicode

from bot.domain import texts
from bot.domain.document import Box, Line
from bot.domain.errors import Refused
from workers.carried import MOST_LINES, Carried, page_texts

_MOST_PAGES = 50
_MOST_CHARACTERS = 20_000  # of a page
_TENTHS = 254 / 72  # of a millimetre in a point
_WORD_GAP = 0.15  # of a character's height: less is no gap, and pdfium puts its own spaces besides
_CELL_GAP = 1.0  # more parts two cells of one row
_LEAST_LETTERS = 0.5  # of the characters that mean something; a layer of boxes and private signs is not usable
_BAD_PASSWORD = 4  # FPDF_ERR_PASSWORD
_ONE_AT_A_TIME = threading.Lock()  # pdfium may not be entered twice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Char:
    text: str
    left: float
    top: float
    right: float
    bottom: float


def read_pdf(data: bytes) -> Carried:
    """Return the text of a PDF. Raises `Refused` for one that is broken, locked or without usable text.

    Pages without text, and pages behind the first 50, are named in `doubts`.
    """
    with _ONE_AT_A_TIME:
        try:
            document = PdfDocument(data)
        except PdfiumError as error:
            if getattr(error, "err_code", None) == _BAD_PASSWORD:
                raise Refused("pdf_locked", texts.file_locked()) from error
            raise Refused("pdf_broken", texts.file_broken()) from error
        try:
            pages = len(document)
            lines = [_page_lines(document, number) for number in range(min(pages, _MOST_PAGES))]
        finally:
            document.close()
    if not any(lines):
        raise Refused("kind_pdf", texts.file_pdf())
    empty = [number for number, page in enumerate(lines, 1) if not page]
    together = tuple(line for page in lines for line in page)[:MOST_LINES]
    doubts = [
        *([texts.pages_without_text(empty)] if empty else []),
        *([texts.pages_left_out(_MOST_PAGES, pages)] if pages > _MOST_PAGES else []),
    ]
    return Carried(pages=pages, text=page_texts(together, len(lines)), lines=together, doubts=tuple(doubts))


def _page_lines(document: PdfDocument, number: int) -> list[Line]:
    try:
        page = document[number]
        layer = page.get_textpage()
    except PdfiumError:
        return []
    characters = [*_characters(page, layer)]
    return [*_joined(characters, number)] if _is_usable(characters) else []


def _is_usable(characters: list[_Char]) -> bool:
    """Whether most characters are ones that somebody could have written: fonts without a table give signs."""
    written = [char.text for char in characters if not char.text.isspace()]
    known = sum(char.isprintable() and char != "\N{REPLACEMENT CHARACTER}" for char in written)
    return bool(written) and known >= _LEAST_LETTERS * len(written)


def _characters(page: PdfPage, layer: PdfTextPage) -> Iterator[_Char]:
    """Yield the characters with their places on the upright page, in tenths of a millimetre from its top left."""
    left, bottom, right, top = page.get_bbox()
    turn = page.get_rotation() // 90
    count = min(layer.count_chars(), _MOST_CHARACTERS)
    for index in range(count):
        text = _character(layer, index)
        if not text:
            continue
        x1, y1, x2, y2 = layer.get_charbox(index, loose=True)
        corners = [_turned(x, y, turn, (left, bottom, right, top)) for x, y in ((x1, y1), (x2, y2))]
        (ax, ay), (bx, by) = corners
        yield _Char(text=text, left=min(ax, bx), right=max(ax, bx), top=min(ay, by), bottom=max(ay, by))


def _character(layer: PdfTextPage, index: int) -> str:
    code = FPDFText_GetUnicode(layer, index)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""  # noqa: PLR2004 - Unicode's ends


def _turned(x: float, y: float, turn: int, page: tuple[float, float, float, float]) -> tuple[float, float]:
    left, bottom, right, top = page
    placed = ((x - left, top - y), (y - bottom, x - left), (right - x, y - bottom), (top - y, right - x))[turn]
    return placed[0] * _TENTHS, placed[1] * _TENTHS


def _joined(characters: list[_Char], number: int) -> Iterator[Line]:
    run: list[_Char] = []
    for char in characters:
        if run and _is_apart(run[-1], char):
            yield from _line(run, number)
            run = []
        if run or not char.text.isspace():
            run.append(char)
    yield from _line(run, number)


def _is_apart(before: _Char, char: _Char) -> bool:
    """Whether a character begins another piece: below, above, or a cell's width further."""
    if char.text in "\r\n":
        return True
    if char.text.isspace():
        return False
    height = max(before.bottom - before.top, char.bottom - char.top, 1.0)
    is_level = abs((before.top + before.bottom) - (char.top + char.bottom)) < height
    return not is_level or not -height < char.left - before.right < _CELL_GAP * height


def _line(run: list[_Char], number: int) -> Iterator[Line]:
    solid = [char for char in run if not char.text.isspace()]
    text = " ".join("".join(char.text for char in run).split())
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
    if corners and all(abs(corner) < 1e6 for corner in corners):  # noqa: PLR2004 - a kilometre of paper, or no number
        left, top, right, bottom = map(round, corners)
        yield Line(
            text=text, box=Box(left=left, top=top, right=max(right, left + 1), bottom=max(bottom, top + 1)), page=number
        )
