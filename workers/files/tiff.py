"""TIFF files, whose pages are decoded one at a time."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MOST_FRAMES
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.format_protocol import OpenedFile, OpenRequest, Page, check_window, offer_rest
from workers.files.images import BROKEN_PICTURE, OnePicture, decode


@dataclass(frozen=True, slots=True, kw_only=True)
class TiffPages:
    """Some pages of a TIFF, decoded when needed."""

    file: IdentifiedFile
    numbers: Sequence[int]

    def page(self, number: int) -> Page:
        """Return a page; raises `Refused` if it is broken, too small or too large."""
        return Page(index=number, image=decode(self.file, frame=number))


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is a TIFF."""
    return file.kind is FileKind.TIFF


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the requested pages; of a TIFF with one page that page, whatever the window."""
    total = _count_frames(request.file.data)
    if total == 1:
        yield OpenedFile(embedded=None, pages=OnePicture(image=decode(request.file)))
        return
    first = request.window.first
    check_window(request.window, total)
    end = min(total, first + request.window.most)
    yield OpenedFile(
        embedded=None,
        pages=TiffPages(file=request.file, numbers=range(first, end)),
        first=first,
        count=end - first,
        left=total - end,
        doubts=offer_rest(first, end, total),
    )


def _count_frames(data: bytes) -> int:
    """Return the number of pages of a TIFF, at most `MOST_FRAMES`. Raises `Refused` if it cannot be opened."""
    count = 0
    try:
        with Image.open(io.BytesIO(data), formats=["TIFF"]) as image:
            while count < MOST_FRAMES:
                image.seek(count)
                count += 1
    except EOFError:
        return max(1, count)
    except BROKEN_PICTURE as error:
        if not count:
            raise Refused("picture_broken", texts.unreadable.picture_broken()) from error
    return count
