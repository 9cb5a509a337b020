"""Which glyph of a font stands for a character: the `cmap` table of TrueType and OpenType fonts (OpenType 1.9).

Only this table is read here; what draws the glyphs is pdfium.
"""

import struct
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

_COLLECTION: Final = b"ttcf"
_MOST_TABLES: Final = 64
_MOST_MAPPED: Final = 150_000  # characters; all of Unicode's have less
_MOST_GLYPHS: Final = 65_535
_SYMBOLS: Final = 0xF000  # where fonts of symbols have their characters
_BEST_FIRST: Final = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0), (3, 0), (1, 0))
_SYMBOL_TABLE: Final = (3, 0)
_SEGMENTS, _TRIMMED, _GROUPS, _BYTES = 4, 6, 12, 0  # formats of a table


def glyphs_by_character(font: bytes) -> Mapping[int, int]:
    """Return the glyph of each character by its code; nothing for a font without a table that is understood."""
    try:
        tables = dict(_tables(font))
        best = min(tables, key=_BEST_FIRST.index, default=None)
        if best is None:
            return {}
        found = dict(islice(_entries(font, tables[best]), _MOST_MAPPED))
    except (struct.error, IndexError):
        return {}
    if best == _SYMBOL_TABLE:
        return {code - _SYMBOLS if _SYMBOLS <= code < _SYMBOLS + 256 else code: glyph for code, glyph in found.items()}
    return found


def _tables(font: bytes) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the platform and encoding of each table that maps characters, and its place."""
    start = struct.unpack_from(">I", font, 12)[0] if font.startswith(_COLLECTION) else 0
    count = struct.unpack_from(">H", font, start + 4)[0]
    for number in range(min(count, _MOST_TABLES)):
        tag, _, place, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * number)
        if tag != b"cmap":
            continue
        for other in range(min(struct.unpack_from(">H", font, place + 2)[0], _MOST_TABLES)):
            platform, encoding, offset = struct.unpack_from(">HHI", font, place + 4 + 8 * other)
            if (platform, encoding) in _BEST_FIRST and _is_read(font, place + offset):
                yield (platform, encoding), place + offset


def _is_read(font: bytes, place: int) -> bool:
    return place + 2 <= len(font) and struct.unpack_from(">H", font, place)[0] in _READERS


def _entries(font: bytes, place: int) -> Iterator[tuple[int, int]]:
    return _READERS[struct.unpack_from(">H", font, place)[0]](font, place)


def _of_bytes(font: bytes, place: int) -> Iterator[tuple[int, int]]:
    return enumerate(font[place + 6 : place + 262])


def _of_segments(font: bytes, place: int) -> Iterator[tuple[int, int]]:
    count = struct.unpack_from(">H", font, place + 6)[0] // 2
    ends, starts = place + 14, place + 16 + 2 * count
    for number in range(count):
        end, start = (struct.unpack_from(">H", font, at + 2 * number)[0] for at in (ends, starts))
        delta, offset = (struct.unpack_from(">H", font, starts + 2 * (count * way + number))[0] for way in (1, 2))
        glyphs = starts + 2 * (2 * count + number) + offset
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                at = glyphs + 2 * (code - start)
                glyph = struct.unpack_from(">H", font, at)[0] if at + 2 <= len(font) else 0
            yield code, (glyph + delta) % 0x10000 if glyph else 0


def _of_trimmed(font: bytes, place: int) -> Iterator[tuple[int, int]]:
    first, count = struct.unpack_from(">HH", font, place + 6)
    return enumerate(struct.unpack_from(f">{count}H", font, place + 10), first)


def _of_groups(font: bytes, place: int) -> Iterator[tuple[int, int]]:
    for number in range(min(struct.unpack_from(">I", font, place + 12)[0], _MOST_MAPPED)):
        start, end, glyph = struct.unpack_from(">III", font, place + 16 + 12 * number)
        for step in range(min(end - start + 1, _MOST_GLYPHS)):
            yield start + step, min(glyph + step, _MOST_GLYPHS)


_READERS: Final = {_BYTES: _of_bytes, _SEGMENTS: _of_segments, _TRIMMED: _of_trimmed, _GROUPS: _of_groups}
