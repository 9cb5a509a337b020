"""The formats that can be read, and opening a file of any of them."""

from contextlib import AbstractContextManager
from typing import Final

from workers.files import docx_file, einvoice_file, images, ofd, pdf_file, tiff
from workers.files.file_type import IdentifiedFile
from workers.files.format_protocol import FileFormat, OpenedFile, OpenRequest
from workers.files.refusals import check_size, unreadable_kind

FORMATS: Final[tuple[FileFormat, ...]] = (
    images,
    tiff,
    pdf_file,
    ofd,
    einvoice_file,
    docx_file,
)


def is_readable(file: IdentifiedFile) -> bool:
    """Return whether one of the formats recognises the file."""
    return _format_of(file) is not None


def open_file(request: OpenRequest) -> AbstractContextManager[OpenedFile]:
    """Return a context in which the file is open and its pages are available.

    Raises `Refused`, at once or on entering, for a file that cannot be read and for a window after its last page.
    """
    check_size(request.file.data)
    file_format = _format_of(request.file)
    if file_format is None:
        raise unreadable_kind(request.file.kind)
    return file_format.open_file(request)


def _format_of(file: IdentifiedFile) -> FileFormat | None:
    return next((candidate for candidate in FORMATS if candidate.recognises(file)), None)
