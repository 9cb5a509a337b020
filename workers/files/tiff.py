"""TIFF files, whose pages are decoded one at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.format_protocol import OpenedFile, OpenRequest, Page, check_window, offer_rest
from workers.files.images import OnePicture, decode
from workers.files.pictures.tiff_directories import TiffDirectories, find_directories
from workers.files.undecoded import Size


@dataclass(frozen=True, slots=True, kw_only=True)
class TiffPages:
    """Some pages of a TIFF, decoded when needed."""

    directories: TiffDirectories
    numbers: Sequence[int]

    def page(self, number: int) -> Page:
        """Return a page; raises `Refused` if it is broken, too small or too large."""
        return Page(index=number, image=_decoded(self.directories, number))

    def size(self, number: int) -> Size:
        """Return the size of a page as it is stored."""
        return self.directories.size(number)


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is a TIFF."""
    return file.kind is FileKind.TIFF


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the requested pages; of a TIFF with one page that page, whatever the window."""
    directories = find_directories(request.file.data)
    total = len(directories.places)
    if total == 1:
        yield OpenedFile(embedded=None, pages=OnePicture(image=_decoded(directories, 0)))
        return
    first = request.window.first
    check_window(request.window, total)
    end = min(total, first + request.window.most)
    yield OpenedFile(
        embedded=None,
        pages=TiffPages(directories=directories, numbers=range(first, end)),
        first=first,
        count=end - first,
        left=total - end,
        doubts=offer_rest(first, end, total),
    )


def _decoded(directories: TiffDirectories, number: int) -> Image.Image:
    return decode(IdentifiedFile(data=directories.page_alone(number), kind=FileKind.TIFF))
