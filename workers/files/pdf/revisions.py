"""In the process that holds a PDF: its signatures, and whether a page changed between two revisions of the file.

A revision is the beginning of a file up to where a signature's coverage ends: a PDF of its own, to which others were
appended. Both are drawn by the same library that the file is read with, so that what counts is what is seen and read.
"""

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pypdfium2 import PdfAttachment, PdfBitmap, PdfDocument, PdfiumError, PdfPage
from pypdfium2.raw import (
    FPDF_ANNOT,
    FPDF_ANNOT_APPEARANCEMODE_NORMAL,
    FPDF_ANNOT_WIDGET,
    FPDF_FORMFIELD_SIGNATURE,
    FPDF_WCHAR,
    FS_RECTF,
    FPDF_FFLDraw,
    FPDF_GetSignatureCount,
    FPDF_GetSignatureObject,
    FPDF_PageToDevice,
    FPDF_RenderPageBitmap,
    FPDFAnnot_GetAP,
    FPDFAnnot_GetFlags,
    FPDFAnnot_GetFormFieldType,
    FPDFAnnot_GetRect,
    FPDFAnnot_GetStringValue,
    FPDFAnnot_GetSubtype,
    FPDFBitmap_BGR,
    FPDFPage_CloseAnnot,
    FPDFPage_GetAnnot,
    FPDFPage_GetAnnotCount,
    FPDFSignatureObj_GetByteRange,
    FPDFSignatureObj_GetContents,
    FPDFSignatureObj_GetSubFilter,
    FPDFSignatureObj_GetTime,
)

MOST_SIGNATURES = 8
_MOST_CONTENT_BYTES = 2**20  # of a signature; with a seal's picture it has some tens of KB
_MOST_NUMBERS = 4  # of the ranges that a signature covers
_PIXELS = 1_500_000  # of a drawn page: about 120 dpi of A4
_MOST_SCALE = 2.0  # pixels to a point
_MOST_CHARACTERS = 20_000
_MOST_ANNOTATIONS = 200
_MOST_ATTACHED = 16
_WHITE = (255, 255, 255, 255)


def found_signatures(document: PdfDocument) -> tuple[Mapping[str, Any], bytes]:
    """Return the ranges, kinds and sizes of the file's signatures, and their values one after the other.

    `signatures` is None if there are too many.
    """
    count = FPDF_GetSignatureCount(document)
    if count > MOST_SIGNATURES:
        return {"signatures": None}, b""
    found, values = [], []
    for index in range(max(count, 0)):
        signature = FPDF_GetSignatureObject(document, index)
        value = _buffer(partial(FPDFSignatureObj_GetContents, signature))
        kind, at = (
            _buffer(partial(function, signature)).rstrip(b"\x00").decode("latin-1")
            for function in (FPDFSignatureObj_GetSubFilter, FPDFSignatureObj_GetTime)
        )
        found.append({"range": _ranges(signature), "sub_filter": kind, "at": at, "size": len(value)})
        values.append(value)
    return {"signatures": found}, b"".join(values)


def is_same(data: bytes, before_end: int, after_end: int, *, page: int | None, stamped: bool) -> bool | None:
    """Return whether two revisions, which end there, are the same in one page, counted from 0; None if unknown.

    A page is compared as it is drawn and by its text. Without `page` the revisions are compared by how many pages they
    have and by what is attached. With `stamped` the second one may show the seals of signatures beside that.
    """
    try:
        before, after = (PdfDocument(data[:end]) for end in (before_end, after_end))
        for document in (before, after):
            document.init_forms()
        if page is None:
            return len(before) == len(after) and _attached(before) == _attached(after)
        one, other = (_ShownPage(document=document, page=document[page]) for document in (before, after))
        return _is_same_page(one, other, stamped=stamped)
    except PdfiumError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownPage:
    """A page of a document, which has the forms that are filled in on it."""

    document: PdfDocument
    page: PdfPage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """An annotation: what it is, where it is on the drawn page, and what it is drawn with and says."""

    subtype: int
    place: tuple[int, int, int, int]  # left, top, right, bottom in pixels
    flags: int
    look: bytes
    words: bytes
    is_seal: bool  # it is where a signature shows
    is_empty: bool  # it covers nothing


def _is_same_page(before: _ShownPage, after: _ShownPage, *, stamped: bool) -> bool:
    one, other = before.page, after.page
    if one.get_bbox() != other.get_bbox() or one.get_rotation() != other.get_rotation():
        return False
    if _text_layer(one) != _text_layer(other) or _drawn(before) != _drawn(after):
        return False
    earlier, later = _notes(before), _notes(after)
    added, gone = [note for note in later if note not in earlier], [note for note in earlier if note not in later]
    # A signature may be put where there was a place for one.
    if not all(note.is_seal and (stamped or note.is_empty) for note in (*added, *gone)):
        return False
    places = [note.place for note in (*added, *gone)]
    width = _size(other)[0]
    return _without(_drawn(before, notes=True), places, width) == _without(_drawn(after, notes=True), places, width)


def _text_layer(page: PdfPage) -> list[tuple[str, tuple[float, ...]]]:
    layer = page.get_textpage()
    count = min(layer.count_chars(), _MOST_CHARACTERS)
    return [(layer.get_text_range(index, 1), layer.get_charbox(index)) for index in range(count)]


def _size(page: PdfPage) -> tuple[int, int]:
    """Return in how many pixels a page is drawn, across by fours, so that its rows follow each other without a gap."""
    width, height = page.get_size()
    scale = min(_MOST_SCALE, (_PIXELS / max(width * height, 1.0)) ** 0.5)
    return max(1, round(width * scale / 4)) * 4, max(1, round(height * scale))


def _drawn(shown: _ShownPage, *, notes: bool = False) -> bytes:
    """Return the page as displayed, with its annotations or without: rows of blue, green and red."""
    width, height = _size(shown.page)
    bitmap = PdfBitmap.new_native(width, height, FPDFBitmap_BGR)
    bitmap.fill_rect(_WHITE, 0, 0, width, height)
    FPDF_RenderPageBitmap(bitmap, shown.page, 0, 0, width, height, 0, FPDF_ANNOT if notes else 0)
    if notes and shown.document.formenv:
        FPDF_FFLDraw(shown.document.formenv, bitmap, shown.page, 0, 0, width, height, 0, FPDF_ANNOT)
    rows = bytes(bitmap.buffer)
    bitmap.close()
    return rows


def _without(drawn: bytes, places: Sequence[tuple[int, int, int, int]], width: int) -> bytes:
    rest = bytearray(drawn)
    for left, top, right, bottom in places:
        for row in range(top, bottom):
            begin, end = (3 * (row * width + column) for column in (left, right))
            rest[begin:end] = bytes(end - begin)
    return bytes(rest)


def _notes(shown: _ShownPage) -> list[_Note]:
    """Return the page's annotations. Raises `PdfiumError` if there are too many to compare."""
    count = FPDFPage_GetAnnotCount(shown.page)
    if count > _MOST_ANNOTATIONS:
        raise PdfiumError("too many annotations")
    notes = []
    for index in range(count):
        annotation = FPDFPage_GetAnnot(shown.page, index)
        notes.append(_note(shown, annotation))
        FPDFPage_CloseAnnot(annotation)
    return notes


def _note(shown: _ShownPage, annotation: Any) -> _Note:
    area, subtype = FS_RECTF(), FPDFAnnot_GetSubtype(annotation)
    has_area = bool(FPDFAnnot_GetRect(annotation, area))
    of_form = shown.document.formenv is not None and subtype == FPDF_ANNOT_WIDGET
    return _Note(
        subtype=subtype,
        place=_place(shown.page, area) if has_area else (0, 0, 0, 0),
        flags=FPDFAnnot_GetFlags(annotation),
        look=_wide(partial(FPDFAnnot_GetAP, annotation, FPDF_ANNOT_APPEARANCEMODE_NORMAL)),
        words=_wide(partial(FPDFAnnot_GetStringValue, annotation, b"Contents")),
        is_seal=of_form and FPDFAnnot_GetFormFieldType(shown.document.formenv, annotation) == FPDF_FORMFIELD_SIGNATURE,
        is_empty=area.left == area.right or area.top == area.bottom,
    )


def _place(page: PdfPage, area: FS_RECTF) -> tuple[int, int, int, int]:
    """Return an area of a page in pixels, with two more on each side, as a seal's rim is blurred."""
    size = width, height = _size(page)
    x, y = ctypes.c_int(), ctypes.c_int()
    across, down = [], []
    for point in ((area.left, area.top), (area.right, area.bottom)):
        FPDF_PageToDevice(page, 0, 0, *size, 0, *point, x, y)
        across.append(x.value)
        down.append(y.value)
    left, top = (max(0, min(edges) - 2) for edges in (across, down))
    right, bottom = (min(most, max(edges) + 2) for edges, most in ((across, width), (down, height)))
    return min(left, width), min(top, height), max(min(left, width), right), max(min(top, height), bottom)


def _attached(document: PdfDocument) -> list[tuple[str, bytes]]:
    """Return the names and contents of the attached files. Raises `PdfiumError` if there are too many to compare."""
    count = document.count_attachments()
    if count > _MOST_ATTACHED:
        raise PdfiumError("too many attachments")
    attached = (document.get_attachment(index) for index in range(count))
    return [(one.get_name(), _content(one)) for one in attached]


def _content(attachment: PdfAttachment) -> bytes:
    try:
        return bytes(attachment.get_data())
    except PdfiumError:  # it has none
        return b""


def _buffer(write: Callable[[Any, int], int], most: int = _MOST_CONTENT_BYTES) -> bytes:
    """Return what a function of pdfium writes into a buffer, b"" if that is too much."""
    size = write(None, 0)
    if not 0 < size <= most:
        return b""
    buffer = ctypes.create_string_buffer(size)
    write(buffer, size)
    return bytes(buffer.raw)


def _wide(write: Callable[[Any, int], int]) -> bytes:
    """Return what a function of pdfium writes into a buffer of wide characters, as it writes them."""
    return _buffer(lambda buffer, size: write(buffer and ctypes.cast(buffer, ctypes.POINTER(FPDF_WCHAR)), size))


def _ranges(signature: Any) -> list[int]:
    count = FPDFSignatureObj_GetByteRange(signature, None, 0)
    if count != _MOST_NUMBERS:
        return []
    numbers = (ctypes.c_int * count)()
    FPDFSignatureObj_GetByteRange(signature, numbers, count)
    return list(numbers)
