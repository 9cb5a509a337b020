"""The process that holds one PDF, `python -m workers.files.pdf.sandbox SECONDS`: requests on stdin, answers on stdout.

SECONDS of CPU are for opening the file; each request says how many its answer may take.

It reads eight bytes, the length of the file, and the file; then a JSON line for each request. An answer is a JSON line
followed by as many bytes as its `bytes` states. The kernel bounds memory and the CPU time of each answer: a
PDF of 40 KB can make pdfium take 3 GB, one of 5 KB minutes (pdfium 8149: long runs of operators, nested forms).
"""

import json
import math
import resource
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO, Final

from pypdfium2 import PdfBitmap, PdfDocument, PdfImage, PdfiumError, PdfPage, PdfTextPage
from pypdfium2.raw import (
    FPDF_ANNOT,
    FPDF_ERR_PASSWORD,
    FPDF_PAGEOBJ_FORM,
    FPDF_PAGEOBJ_IMAGE,
    FPDF_RenderPageBitmap,
    FPDFBitmap_BGR,
    FPDFPage_GetAnnotCount,
    FPDFText_GetUnicode,
)

from workers.files.pdf.fonts import provide_fonts
from workers.files.pdf.revisions import found_signatures, is_same
from workers.files.pdf.visibility import Character, shown_text
from workers.files.pictures.codings import MOST_SCANS

_MOST_MEMORY = 2**30  # bytes of address space; a page of 600 dpi in colour takes 105 MB, a drawn page at most 48 MB
_MOST_CHARACTERS = 20_000  # of a page
_MOST_OBJECTS = 2000  # of a page that are examined to recognise a scan
_DEEPEST = 4
_SCAN_MARKER = b"\xff\xda"  # of a JPEG
_MOST_ATTACHED = 8  # files that are looked at
_SCAN = 0.5  # the share of a page that pictures cover on a scan
_LEAST_SHARE = 0.1  # the share of a page that a picture must cover for its resolution to count
_STRIP = 0.8  # or the share of one side of the page, as for strips of a scan


_began_at: Final = [0.0]  # the CPU seconds of this process when the answer that is being made was begun


def main() -> None:
    """Answer requests until stdin is closed."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    provide_fonts()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    data = requests.read(int.from_bytes(requests.read(8), "big"))
    _allow_time(float(sys.argv[1]))
    try:
        document = PdfDocument(data)
        pages = len(document)
    except PdfiumError as error:
        locked = getattr(error, "err_code", None) == FPDF_ERR_PASSWORD
        _write_answer(answers, {"error": "locked" if locked else "broken"})
        return
    _write_answer(answers, {"pages": pages})
    for line in requests:
        request = json.loads(line)
        _allow_time(request["seconds"])
        if "attachments" in request:
            _write_attachments(answers, document, request["attachments"])
            continue
        if "signatures" in request:
            _write_answer(answers, *found_signatures(document))
            continue
        if "compared" in request:
            before, after = request["compared"]
            same = is_same(data, before, after, page=request["page"], stamped=request["stamped"])
            _write_answer(answers, {"same": same})
            continue
        try:
            page = document[request["page"]]
        except PdfiumError:
            _write_answer(answers, {"error": "broken"})
            continue
        if "size" in request:
            _write_drawn(answers, page, request["size"])
        else:
            try:
                _write_answer(answers, _page_contents(page))
            except _TooComplex:
                _write_answer(answers, {"error": "complex"})
        page.close()


def _write_attachments(stream: BinaryIO, document: PdfDocument, most: int) -> None:
    """Write the attached files of at most `most` bytes that begin like XML."""
    found: list[bytes] = []
    for index in range(min(document.count_attachments(), _MOST_ATTACHED)):
        try:
            data = bytes(document.get_attachment(index).get_data())
        except PdfiumError:
            continue
        if len(data) <= most and data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            found.append(data)
    _write_answer(stream, {"sizes": [len(data) for data in found]}, b"".join(found))


def _allow_time(seconds: float) -> None:
    """Have the kernel kill this process if the next answer takes more than `seconds` of CPU."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    _began_at[0] = time.process_time()


def _write_answer(stream: BinaryIO, answer: Mapping[str, Any], payload: bytes = b"") -> None:
    spent = time.process_time() - _began_at[0]
    stream.write(json.dumps({**answer, "spent": spent, "bytes": len(payload)}).encode() + b"\n")
    stream.write(payload)
    stream.flush()


def _page_contents(page: PdfPage) -> dict[str, Any]:
    """Return the page's displayed size in points, its characters, and properties that decide how it is drawn."""
    covered, density, only, pixels = _picture_coverage(page)
    shown: Sequence[Character] = ()
    try:
        layer = page.get_textpage()
        characters = dict(_characters(page, layer))
        if covered < _SCAN:  # else the picture speaks
            shown = shown_text(page, layer, characters)
    except PdfiumError:
        characters = {}
    width, height = page.get_size()
    return {
        "width": width,
        "height": height,
        "characters": [*shown],
        "layer": [*characters.values()] if covered >= _SCAN else [],
        "looked_at": len(characters),
        "scan": covered >= _SCAN,
        "pixels": pixels,
        "density": density,
        "only": only,
        "empty": not characters and next(page.get_objects(max_depth=1), None) is None and not _annotations(page),
    }


def _annotations(page: PdfPage) -> int:
    return int(FPDFPage_GetAnnotCount(page))


def _characters(page: PdfPage, layer: PdfTextPage) -> Iterator[tuple[int, Character]]:
    """Yield each character with its number in the text layer."""
    box = page.get_bbox()
    turn = page.get_rotation() // 90
    for index in range(min(layer.count_chars(), _MOST_CHARACTERS)):
        code = FPDFText_GetUnicode(layer, index)
        if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - Unicode's ends, and its surrogates
            continue
        x1, y1, x2, y2 = layer.get_charbox(index, loose=True)
        (ax, ay), (bx, by) = (_turned_point(x, y, turn, box) for x, y in ((x1, y1), (x2, y2)))
        yield index, (chr(code), min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _turned_point(x: float, y: float, turn: int, box: tuple[float, float, float, float]) -> tuple[float, float]:
    left, bottom, right, top = box
    return ((x - left, top - y), (y - bottom, x - left), (right - x, y - bottom), (top - y, right - x))[turn]


def _picture_coverage(page: PdfPage) -> tuple[float, float, bool, int]:
    """Return the share of the page that pictures cover, their pixels per point and whether there is nothing else.

    The last is the number of all their pixels, which is what drawing them costs.
    """
    box = page.get_bbox()
    width, height = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
    covered, densities, only, all_pixels = 0.0, [0.0], True, 0
    for item in islice(page.get_objects(max_depth=_DEEPEST), _MOST_OBJECTS):
        only &= item.type in {FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_FORM}
        if not isinstance(item, PdfImage):
            continue
        pixels = math.prod(item.get_px_size())
        if "DCTDecode" in item.get_filters() and bytes(item.get_data()).count(_SCAN_MARKER) > MOST_SCANS:
            raise _TooComplex
        all_pixels += pixels
        # A picture inside a form is placed in units of the form: assume that it fills the page.
        across, down = (width, height) if item.level else _visible_extent(item, box)
        covered += across * down / (width * height)
        is_strip = max(across / width, down / height) >= _STRIP
        if across * down and (is_strip or across * down >= _LEAST_SHARE * width * height):
            densities.append(math.sqrt(pixels / (across * down)))
    return covered, max(densities), only, all_pixels


def _visible_extent(picture: PdfImage, box: tuple[float, float, float, float]) -> tuple[float, float]:
    left, bottom, right, top = picture.get_bounds()
    across, down = min(right, box[2]) - max(left, box[0]), min(top, box[3]) - max(bottom, box[1])
    return max(across, 0.0), max(down, 0.0)


class _TooComplex(Exception):  # noqa: N818 - it describes the page
    """A picture on the page takes far longer to decode than its size tells."""


_WHITE: Final = (255, 255, 255, 255)


def _write_drawn(stream: BinaryIO, page: PdfPage, size: tuple[int, int]) -> None:
    """Draw the page as displayed at exactly `size` in pixels, and write it as rows of blue, green and red bytes."""
    width, height = size
    bitmap = PdfBitmap.new_native(width, height, FPDFBitmap_BGR)
    bitmap.fill_rect(_WHITE, 0, 0, width, height)
    FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, FPDF_ANNOT)
    _write_answer(stream, {"stride": bitmap.stride}, bytes(bitmap.buffer))
    bitmap.close()


if __name__ == "__main__":
    main()
