"""In the process that holds a PDF: its signatures, and whether a page changed between two revisions of the file.

A revision is the beginning of a file up to where a signature's coverage ends: a PDF of its own, to which others were
appended. Both are drawn by the same library that the file is read with, so that what counts is what is seen and read.
"""

import ctypes
from collections.abc import Mapping, Sequence
from typing import Any

from pypdfium2 import PdfAttachment, PdfBitmap, PdfDocument, PdfiumError, PdfPage
from pypdfium2.raw import (
    FPDF_ANNOT,
    FPDF_ANNOT_WIDGET,
    FPDF_FORMFIELD_SIGNATURE,
    FS_RECTF,
    FPDF_GetSignatureCount,
    FPDF_GetSignatureObject,
    FPDF_PageToDevice,
    FPDF_RenderPageBitmap,
    FPDFAnnot_GetFormFieldType,
    FPDFAnnot_GetRect,
    FPDFAnnot_GetSubtype,
    FPDFBitmap_BGR,
    FPDFPage_CloseAnnot,
    FPDFPage_GetAnnot,
    FPDFPage_GetAnnotCount,
    FPDFSignatureObj_GetByteRange,
    FPDFSignatureObj_GetContents,
    FPDFSignatureObj_GetSubFilter,
)

MOST_SIGNATURES = 8
_MOST_CONTENT_BYTES = 2**20  # of a signature; with a seal's picture it has some tens of KB
_MOST_NUMBERS = 4  # of the ranges that a signature covers
_MOST_FILTER_BYTES = 64
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
        value = _buffer(FPDFSignatureObj_GetContents, signature, _MOST_CONTENT_BYTES)
        kind = _buffer(FPDFSignatureObj_GetSubFilter, signature, _MOST_FILTER_BYTES).rstrip(b"\x00").decode("latin-1")
        found.append({"range": _ranges(signature), "kind": kind, "size": len(value)})
        values.append(value)
    return {"signatures": found}, b"".join(values)


def is_same(data: bytes, before_end: int, after_end: int, *, page: int | None, stamped: bool) -> bool | None:
    """Return whether two revisions, which end there, are the same in one page, counted from 0; None if unknown.

    A page is compared as it is drawn and by its text. Without `page` the revisions are compared by how many pages they
    have and by what is attached. With `stamped` the second one may show the seals of signatures beside that.
    """
    try:
        before, after = (PdfDocument(data[:end]) for end in (before_end, after_end))
        after.init_forms()
        if page is None:
            return len(before) == len(after) and _attached(before) == _attached(after)
        return _is_same_page(before[page], after[page], after if stamped else None)
    except PdfiumError:
        return None


def _is_same_page(before: PdfPage, after: PdfPage, stamped: PdfDocument | None) -> bool:
    if before.get_bbox() != after.get_bbox() or before.get_rotation() != after.get_rotation():
        return False
    if _characters(before) != _characters(after) or _drawn(before, 0) != _drawn(after, 0):
        return False
    one, other = _drawn(before, FPDF_ANNOT), _drawn(after, FPDF_ANNOT)
    if one != other and stamped is not None:
        places = _seals(after, stamped)
        one, other = (_without(drawn, places, _size(after)[0]) for drawn in (one, other))
    return one == other


def _characters(page: PdfPage) -> list[tuple[str, tuple[float, ...]]]:
    layer = page.get_textpage()
    count = min(layer.count_chars(), _MOST_CHARACTERS)
    return [(layer.get_text_range(index, 1), layer.get_charbox(index)) for index in range(count)]


def _size(page: PdfPage) -> tuple[int, int]:
    """Return in how many pixels a page is drawn, across by fours, so that its rows follow each other without a gap."""
    width, height = page.get_size()
    scale = min(_MOST_SCALE, (_PIXELS / max(width * height, 1.0)) ** 0.5)
    return max(1, round(width * scale / 4)) * 4, max(1, round(height * scale))


def _drawn(page: PdfPage, flags: int) -> bytes:
    """Return the page as displayed: rows of blue, green and red."""
    width, height = _size(page)
    bitmap = PdfBitmap.new_native(width, height, FPDFBitmap_BGR)
    bitmap.fill_rect(_WHITE, 0, 0, width, height)
    FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
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


def _seals(page: PdfPage, document: PdfDocument) -> list[tuple[int, int, int, int]]:
    """Return where signatures show their seals on a drawn page: left, top, right, bottom in pixels."""
    places = []
    for index in range(min(FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS) if document.formenv else 0):
        annotation, area = FPDFPage_GetAnnot(page, index), FS_RECTF()
        is_seal = (
            FPDFAnnot_GetSubtype(annotation) == FPDF_ANNOT_WIDGET
            and FPDFAnnot_GetFormFieldType(document.formenv, annotation) == FPDF_FORMFIELD_SIGNATURE
        )
        if is_seal and FPDFAnnot_GetRect(annotation, area):
            places.append(_place(page, area))
        FPDFPage_CloseAnnot(annotation)
    return places


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


def _buffer(function: Any, signature: Any, most: int) -> bytes:
    """Return what a function of pdfium writes into a buffer, b"" if that is too much."""
    size = function(signature, None, 0)
    if not 0 < size <= most:
        return b""
    buffer = ctypes.create_string_buffer(size)
    function(signature, buffer, size)
    return bytes(buffer.raw)


def _ranges(signature: Any) -> list[int]:
    count = FPDFSignatureObj_GetByteRange(signature, None, 0)
    if count != _MOST_NUMBERS:
        return []
    numbers = (ctypes.c_int * count)()
    FPDFSignatureObj_GetByteRange(signature, numbers, count)
    return list(numbers)
