"""The file format of JBIG2 (ITU-T T.88, annex D), in which OFD keeps QR codes: PDF takes what is behind its head."""

import struct
from typing import Final

HEAD: Final = b"\x97JB2\r\n\x1a\n"
_SEQUENTIAL, _PAGES_UNKNOWN = 0x1, 0x2  # flags behind the head
_PAGE_SEGMENT, _KIND, _WIDE_PAGE = 48, 0x3F, 0x40
_MOST_SEGMENTS: Final = 16  # before the one that tells the size
_LONG_COUNT: Final = 7  # of segments that a segment refers to: it is told in four bytes


def jbig2_picture(data: bytes) -> tuple[tuple[int, int], bytes] | None:
    """Return the size that a file claims and its segments, None for a file that is not in the usual order."""
    if len(data) < len(HEAD) + 5 or not data.startswith(HEAD) or not data[len(HEAD)] & _SEQUENTIAL:
        return None
    segments = data[len(HEAD) + (1 if data[len(HEAD)] & _PAGES_UNKNOWN else 5) :]
    try:
        return _size(segments), segments
    except (struct.error, ValueError):
        return None


def _size(segments: bytes) -> tuple[int, int]:
    """Return the size of the first page. Raises `ValueError` or `struct.error` where there is none."""
    at = 0
    for _ in range(_MOST_SEGMENTS):
        number, flags, referred = struct.unpack_from(">IBB", segments, at)
        if referred >> 5 == _LONG_COUNT:
            break
        bytes_each = 1 if number <= 256 else 2 if number <= 65_536 else 4  # noqa: PLR2004 - 7.2.5
        at += 6 + (referred >> 5) * bytes_each + (4 if flags & _WIDE_PAGE else 1)
        length = struct.unpack_from(">I", segments, at)[0]
        if flags & _KIND == _PAGE_SEGMENT:
            width, height = struct.unpack_from(">II", segments, at + 4)
            return width, height
        at += 4 + length
    raise ValueError(at)
