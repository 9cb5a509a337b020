"""The directories of a TIFF, one a page, found without parsing them (TIFF 6.0, BigTIFF).

Pillow parses all directories up to the page that is asked for, and the next ones to count them; directories that share
their entries then cost more than any file weighs. Here each is looked at once.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MOST_FRAMES, MOST_PICTURE_PIXELS
from workers.files.pictures.codings import MOST_SCANS
from workers.files.undecoded import Size

_MOST_ENTRIES: Final = 1000  # of a directory; ordinary ones have some twenty
_MOST_NUMBERS: Final = 200_000  # of an entry: the places of the strips of the tallest page, ten times over
_WIDTH, _HEIGHT, _COMPRESSION = 256, 257, 259
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
_PLACES, _LENGTHS = (273, 324), (279, 325)  # of strips, and of tiles
_JPEG: Final = frozenset({6, 7})  # compressions
_NUMBER_FORMATS: Final = {3: "H", 4: "L", 13: "L", 16: "Q", 18: "Q"}  # of an entry's type
_BYTES_EACH: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8}
_TEXTS: Final = frozenset({1, 2, 6, 7})  # types of which Pillow makes one value, however many there are
_MOST_SHARED: Final = 4  # times the file: what the strips of a page hold, if some are stored once


@dataclass(frozen=True, slots=True, kw_only=True)
class _TiffForm:
    """How a TIFF is written: the order of bytes, and the lengths and formats of its parts."""

    order: str  # of `struct`
    offset: str  # the formats of an offset, of the number of entries, and of an entry
    count: str
    entry: str

    @property
    def offset_bytes(self) -> int:
        """The length of an offset, and of the room for values in an entry."""
        return struct.calcsize(self.order + self.offset)

    @property
    def value_at(self) -> int:
        """The place of the value in an entry."""
        return struct.calcsize(self.order + self.entry) - self.offset_bytes


_CLASSIC: Final = {"offset": "L", "count": "H", "entry": "HHLL"}
_BIG: Final = {"offset": "Q", "count": "Q", "entry": "HHQQ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TiffDirectories:
    """A TIFF's bytes and the places of its directories, at most `MOST_FRAMES`."""

    data: bytes
    places: Sequence[int]
    layout: _TiffForm

    def page_alone(self, number: int) -> bytes:
        """Return a TIFF whose first page is page `number`. Raises `Refused` for one that nobody can decode in time."""
        self._check(number)
        at = self.layout.offset_bytes
        place = struct.pack(self.layout.order + self.layout.offset, self.places[number])
        return b"".join([self.data[:at], place, self.data[2 * at :]])

    def size(self, number: int) -> Size:
        """Return the size of a page, 0 by 0 if its directory does not tell."""
        entries = self._entries(number)
        return self._one(entries, _WIDTH), self._one(entries, _HEIGHT)

    def _check(self, number: int) -> None:
        """Raise `Refused` for a directory with too many entries or values, and for strips that cost too much."""
        count, _ = _head(self.data, self.places[number], self.layout)
        if count > _MOST_ENTRIES:
            raise _too_complex()
        entries = self._entries(number)
        if any(number > _MOST_NUMBERS and kind not in _TEXTS for kind, number, _ in entries.values()):
            raise _too_complex()
        tile = self._one(entries, _TILE_WIDTH), self._one(entries, _TILE_HEIGHT)
        if tile[0] * tile[1] > MOST_PICTURE_PIXELS:
            raise _too_complex()
        if self._one(entries, _COMPRESSION) in _JPEG:
            self._check_scans(entries)

    def _check_scans(self, entries: Mapping[int, tuple[int, int, int]]) -> None:
        """Raise `Refused` if strips in JPEG have many scans, each of which is decoded over the whole strip."""
        left = _MOST_SHARED * len(self.data)
        for places, lengths in zip(_PLACES, _LENGTHS, strict=True):
            for place, length in zip(self._numbers(entries, places), self._numbers(entries, lengths), strict=False):
                left -= length
                if left < 0 or self.data.count(b"\xff\xda", place, place + length) > MOST_SCANS:
                    raise _too_complex()

    def _entries(self, number: int) -> dict[int, tuple[int, int, int]]:
        """Return type, number of values and place of the value of each entry of a page, by tag."""
        count, start = _head(self.data, self.places[number], self.layout)
        form = self.layout.order + self.layout.entry
        each = struct.calcsize(form)
        count = max(0, min(count, _MOST_ENTRIES, (len(self.data) - start) // each))
        found: dict[int, tuple[int, int, int]] = {}
        for at in range(start, start + count * each, each):
            tag, kind, values, _ = struct.unpack_from(form, self.data, at)
            found.setdefault(tag, (kind, values, at + self.layout.value_at))
        return found

    def _one(self, entries: Mapping[int, tuple[int, int, int]], tag: int) -> int:
        return next(iter(self._numbers(entries, tag)), 0)

    def _numbers(self, entries: Mapping[int, tuple[int, int, int]], tag: int) -> Sequence[int]:
        kind, count, at = entries.get(tag, (0, 0, 0))
        form = _NUMBER_FORMATS.get(kind)
        if form is None:
            return ()
        length = count * _BYTES_EACH[kind]
        if length > self.layout.offset_bytes:
            (at,) = struct.unpack_from(self.layout.order + self.layout.offset, self.data, at)
        if at + length > len(self.data):
            return ()
        return struct.unpack_from(f"{self.layout.order}{count}{form}", self.data, at)


def find_directories(data: bytes) -> TiffDirectories:
    """Return the directories of a TIFF. Raises `Refused` if there is none."""
    layout = _TiffForm(order="<" if data[:2] == b"II" else ">", **(_BIG if 43 in data[2:4] else _CLASSIC))  # noqa: PLR2004 - BigTIFF's version
    places = tuple(_chain(data, layout))
    if not places:
        raise Refused("picture_broken", texts.unreadable.picture_broken())
    return TiffDirectories(data=data, places=places, layout=layout)


def _chain(data: bytes, layout: _TiffForm) -> Iterator[int]:
    """Yield the place of each directory, up to the last, to a broken one, or to one that was met before."""
    form = layout.order + layout.offset
    each = struct.calcsize(layout.order + layout.entry)
    seen = set[int]()
    at = layout.offset_bytes  # of the place of the first one
    while len(seen) < MOST_FRAMES and at + layout.offset_bytes <= len(data):
        (place,) = struct.unpack_from(form, data, at)
        if place == 0 or place in seen or place + struct.calcsize(layout.order + layout.count) > len(data):
            return
        seen.add(place)
        yield place
        count, start = _head(data, place, layout)
        at = start + count * each


def _head(data: bytes, place: int, layout: _TiffForm) -> tuple[int, int]:
    """Return the number of entries of a directory, and where they begin."""
    form = layout.order + layout.count
    (count,) = struct.unpack_from(form, data, place)
    return count, place + struct.calcsize(form)


def _too_complex() -> Refused:
    return Refused("picture_complex", texts.unreadable.picture_too_complex())
