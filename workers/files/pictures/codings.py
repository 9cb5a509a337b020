"""Codings that cost far more to decode than their bytes and pixels: checked by the bytes, before a decoder has them.

Each check takes time in proportion to the bytes, and raises `Refused` or returns nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MEGABYTE
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.pictures.sizes import check_pixels
from workers.files.undecoded import Size

MOST_SCANS: Final = 100  # of a JPEG; each is decoded over the whole picture, and encoders write about ten
_MOST_SCANNED: Final = 1_500_000_000  # pixels of all scans together: those of the largest picture, 23 times
_SCAN: Final = re.compile(rb"\xff\xda")
_FRAME: Final = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]")
_MARKER: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")  # that is no part of a scan
_EOI, _SOS, _LEAST_SEGMENT = 0xD9, 0xDA, 2
_MOST_CHUNKS: Final = 50_000  # of a PNG; encoders write one for each 8 KB or more
_MOST_WEBP_PIXELS: Final = 40_000_000  # Pillow's decoder holds 16 bytes for each: two canvases and two copies
_MOST_RLE_BYTES: Final = MEGABYTE  # of a BMP in run lengths, which Pillow decodes by a loop in Python
_RLE8, _RLE4 = 1, 2  # compressions of a BMP


def check_coding(file: IdentifiedFile) -> None:
    """Raise `Refused` for a picture whose coding would take a decoder far more than pictures of its size do."""
    check = _CHECKS.get(file.kind)
    if check is not None:
        check(file.data)


def count_scans(data: bytes) -> int:
    """Return the number of scans of a JPEG up to its end, without those of previews in its metadata."""
    return sum(1 for _ in _scans(data))


def _check_jpeg(data: bytes) -> None:
    width, height = jpeg_size(data)
    most = min(MOST_SCANS, _MOST_SCANNED // max(1, width * height))
    # Most pictures have so few of these bytes that they need not be looked at one by one.
    if sum(1 for _ in islice(_SCAN.finditer(data), most + 1)) > most and count_scans(data) > most:
        raise _too_complex()


def jpeg_size(data: bytes) -> Size:
    """Return the size in a JPEG's frame header, nothing by nothing without one."""
    at = next((at for kind, at in _segments(data) if _FRAME.match(data, at) and kind != _SOS), None)
    if at is None or len(data) < at + 9:
        return 0, 0
    return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the marker and the place of each segment of a JPEG's head, up to its first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - of every marker
        yield data[at + 1], at
        if data[at + 1] == _SOS:
            return
        at += 2 + max(_LEAST_SEGMENT, int.from_bytes(data[at + 2 : at + 4]))


def _scans(data: bytes) -> Iterator[int]:
    at = next((at for kind, at in _segments(data) if kind == _SOS), None)
    while at is not None:
        found = _MARKER.search(data, at)
        if found is None or found[1][0] == _EOI:
            return
        if found[1][0] == _SOS:
            yield found.start()
        at = found.end()


def _check_png(data: bytes) -> None:
    at, chunks = 8, 0
    while at + 8 <= len(data):
        chunks += 1
        if chunks > _MOST_CHUNKS:
            raise _too_complex()
        at += 12 + int.from_bytes(data[at : at + 4])


def _check_webp(data: bytes) -> None:
    """Check the size before Pillow has the bytes: it makes its canvases as soon as it opens them."""
    check_pixels(*webp_size(data), most=_MOST_WEBP_PIXELS)


def webp_size(data: bytes) -> Size:
    """Return the size in a WebP's header (RFC 9649); raises `Refused` if there is none."""
    body, coding = data[20:30], data[12:16]
    if len(body) == 10:  # noqa: PLR2004 - bytes
        if coding == b"VP8X":
            return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        if coding == b"VP8L":
            bits = int.from_bytes(body[1:5], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        if coding == b"VP8 ":
            return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise Refused("picture_broken", texts.unreadable.picture_broken())


def _check_bmp(data: bytes) -> None:
    if len(data) > _MOST_RLE_BYTES and int.from_bytes(data[30:34], "little") in {_RLE8, _RLE4}:
        raise _too_complex()


def _too_complex() -> Refused:
    return Refused("picture_complex", texts.unreadable.picture_too_complex())


_CHECKS: Final[Mapping[FileKind, Callable[[bytes], None]]] = {
    FileKind.JPEG: _check_jpeg,
    FileKind.PNG: _check_png,
    FileKind.WEBP: _check_webp,
    FileKind.BMP: _check_bmp,
}
