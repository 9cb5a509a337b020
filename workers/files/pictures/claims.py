"""How many pixels a picture says it has, by its header alone; nothing is decoded."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGES
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.pictures.codings import jpeg_size, webp_size
from workers.files.pictures.tiff_directories import find_directories


def claimed_pixels(file: IdentifiedFile) -> int:
    """Return the pixels of a picture, of a TIFF those of as many pages as are read; 0 for any other or broken file."""
    claim = _CLAIMS.get(file.kind)
    try:
        return claim(file.data) if claim is not None else 0
    except Refused:
        return 0


def _of_tiff(data: bytes) -> int:
    directories = find_directories(data)
    return sum(math.prod(directories.size(number)) for number in range(min(MOST_PAGES, len(directories.places))))


_CLAIMS: Final[Mapping[FileKind, Callable[[bytes], int]]] = {
    FileKind.PNG: lambda data: int.from_bytes(data[16:20]) * int.from_bytes(data[20:24]),
    FileKind.GIF: lambda data: int.from_bytes(data[6:8], "little") * int.from_bytes(data[8:10], "little"),
    FileKind.BMP: lambda data: int.from_bytes(data[18:22], "little") * int.from_bytes(data[22:26], "little"),
    FileKind.JPEG: lambda data: math.prod(jpeg_size(data)),
    FileKind.WEBP: lambda data: math.prod(webp_size(data)),
    FileKind.TIFF: _of_tiff,
}
