"""The bytes of a picture's file without what is not the picture, where they may go to an engine as they came.

The bytes are not trusted, and an engine may decode them with less care than we do. So the structure must be that of an
ordinary picture of the size that was checked, with nothing before, between or behind. Metadata, colour profiles and
previews are left out: no decoder of ours makes use of them, and they are nobody's business.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

Size = tuple[int, int]

_MOST_SCANS: Final = 16  # of a progressive JPEG; encoders write about ten
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended and progressive, with Huffman codes
_TABLES: Final = frozenset({0xC4, 0xDB, 0xDD})  # Huffman codes, quantisation, restart interval
_APP0, _APP14 = 0xE0, 0xEE  # JFIF and Adobe: they tell the colour space
_METADATA: Final = frozenset({*range(0xE0, 0xF0), 0xFE})
# A marker that is no part of a scan, without bytes that fill up to it: to match them too takes twenty times as long.
_MARKER: Final = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
# An APP1 segment up to the value of its only entry: the tag 0x0112, one SHORT (CIPA DC-008).
_ORIENTED: Final = b"\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"
_COMPONENTS: Final = (1, 3)  # grey and colour
_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_PNG_ELSE: Final = frozenset({b"tRNS", b"acTL"})  # transparency and animation
_WEBP_CODED: Final = (b"VP8 ", b"VP8L")


def jpeg_picture(data: bytes, size: Size, orientation: int = 1) -> bytes | None:
    """Return a JPEG's picture alone, None if it is not an ordinary whole one of `size` in grey or colour.

    An EXIF `orientation` from 2 to 8 is the only metadata that it has; `size` is that of the pixels as stored.
    """
    if data[:2] != b"\xff\xd8":
        return None
    kept, at, framed = [data[:2]], 2, False
    if orientation > 1:
        kept.append(_ORIENTED + bytes([orientation]) + bytes(7))
    while True:
        marker, length = data[at : at + 2], int.from_bytes(data[at + 2 : at + 4])
        if len(marker) < 2 or marker[0] != 0xFF or length < 2 or at + 2 + length > len(data):  # noqa: PLR2004 - bytes
            return None
        kind, segment = marker[1], data[at : at + 2 + length]
        if kind in _FRAMES:
            if framed or not _is_frame_of(segment, size):
                return None
            framed = True
        elif kind == _SOS:
            end = _end_of_scans(data, at) if framed else 0
            return b"".join([*kept, data[at:end]]) if end else None
        elif kind not in _TABLES | _METADATA:
            return None
        if kind not in _METADATA or kind in {_APP0, _APP14}:
            kept.append(segment)
        at += 2 + length


def _is_frame_of(segment: bytes, size: Size) -> bool:
    if len(segment) < 10:  # noqa: PLR2004 - marker, length, precision, height, width, components
        return False
    precision, height, width, components = struct.unpack(">BHHB", segment[4:10])
    return precision == 8 and (width, height) == size and components in _COMPONENTS  # noqa: PLR2004 - bits


def _end_of_scans(data: bytes, at: int) -> int:
    """Return the place behind the last of the scans, the first of which begins at `at`; 0 if they do not end well."""
    scans = 0
    while True:
        found = _MARKER.search(data, at)
        if found is None:
            return 0
        kind = found[1][0]
        if kind == _EOI:
            return found.end()
        scans += kind == _SOS
        if scans > _MOST_SCANS or kind not in _TABLES | {_SOS}:
            return 0
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2])


def png_picture(data: bytes, size: Size) -> bytes | None:
    """Return a PNG's picture alone, None if it is not an ordinary whole one of `size` without transparency."""
    chunks = list(_png_chunks(data))
    names = [name for name, _ in chunks]
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or _PNG_ELSE & {*names} or names.count(b"IHDR") > 1:
        return None
    width, height = struct.unpack(">II", chunks[0][1][8:16])
    if (width, height) != size:
        return None
    return _PNG_HEAD + b"".join(chunk for name, chunk in chunks if name in _PNG_KEPT)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and bytes of the chunks up to the end, or to the first that is broken."""
    at = len(_PNG_HEAD)
    if not data.startswith(_PNG_HEAD):
        return
    while True:
        end = at + 12 + int.from_bytes(data[at : at + 4])
        name, chunk = data[at + 4 : at + 8], data[at:end]
        if end > len(data) or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:]):
            return
        yield name, chunk
        if name == b"IEND":
            return
        at = end


def webp_picture(data: bytes) -> bytes | None:
    """Return a WebP's bytes if they are a simple file, of one picture and nothing else; None otherwise."""
    length = int.from_bytes(data[4:8], "little") + 8
    coded = int.from_bytes(data[16:20], "little") + 20
    is_simple = data[:4] == b"RIFF" and data[8:12] == b"WEBP" and data[12:16] in _WEBP_CODED
    return data[:length] if is_simple and length <= len(data) and coded + coded % 2 == length else None
