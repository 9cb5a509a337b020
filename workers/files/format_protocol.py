"""The protocol of file formats, and opened files: with embedded content, page images, or both."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from bot.domain import texts
from bot.domain.document import FileSignature, Line
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGES
from workers.files.embedded import EmbeddedContent
from workers.files.file_type import IdentifiedFile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """One page of a file: `index` counts from 0, `image` is RGB and upright according to the file's metadata."""

    index: int
    image: Image.Image


class Pages(Protocol):
    """The page images of a file by page number, from 0; each is made when it is needed."""

    @property
    def numbers(self) -> Sequence[int]:
        """Return the pages' numbers."""
        ...

    def page(self, number: int) -> Page:
        """Return a page. Raises `Refused` if it is broken. Safe to call from several threads."""
        ...

    def size(self, number: int) -> tuple[int, int]:
        """Return about how many pixels a page takes, as width and height, without making it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPages:
    """No page images: those of a file with only embedded content."""

    numbers: Sequence[int] = ()

    def page(self, number: int) -> Page:
        """Raise `LookupError`."""
        raise LookupError(number)

    def size(self, number: int) -> tuple[int, int]:
        """Raise `LookupError`."""
        raise LookupError(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWindow:
    """The part of a file to read: at most `most` pages from page `first` on, counted from 0."""

    first: int = 0
    most: int = MOST_PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """A file to open; with `as_pictures` every page becomes an image, even if it has a text layer."""

    file: IdentifiedFile
    window: PageWindow = PageWindow()
    as_pictures: bool = False
    roots: tuple[str, ...] = ()  # certificates as PEM that lead to those whose names are said


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file's embedded content, None if it has none, and the images of its other pages.

    `count` pages from `first` on, counted from 0, are open; `left` pages follow them. `code_pages` are the pages with
    embedded text that can be drawn to find the codes on them. `beside` is the text that the file holds of scans,
    which are read as pictures: it is no source of values, for nobody sees it.
    """

    embedded: EmbeddedContent | None
    pages: Pages
    code_pages: Pages = NoPages()
    first: int = 0
    count: int = 1
    left: int = 0
    doubts: tuple[str, ...] = ()
    beside: tuple[Line, ...] = ()
    signature: FileSignature | None = None


class FileFormat(Protocol):
    """A kind of file that can be read. A module with these two functions implements it; `registry` lists them.

    The bytes are not trusted. A format whose decoder can use unbounded memory or time is decoded in a separate process,
    as PDF in `pdf.sandbox`, which draws pages of OFDs too. All others are decoded in the reader (`workers.readers`),
    whose files share its limits: pictures by Pillow and libheif after a check of the size that they claim, zip and XML
    by Python's zipfile and expat within the limits of `xml_package` and `safe_xml`.
    """

    def recognises(self, file: IdentifiedFile) -> bool:
        """Return whether the file has this format, by its kind or, if two formats share a kind, by its bytes."""
        ...

    def open_file(self, request: OpenRequest, /) -> AbstractContextManager[OpenedFile]:
        """Return a context in which the file is open and its pages are available.

        Entering it raises `Refused` for a file that cannot be read and for a window after its last page.
        """
        ...


def check_window(window: PageWindow, total: int) -> None:
    """Raise `Refused` for a window that begins after the last of `total` pages."""
    if window.first >= total:
        raise Refused("no_such_page", texts.unreadable.no_such_page(window.first + 1, total))


def offer_rest(first: int, end: int, total: int) -> tuple[str, ...]:
    """Return the sentence that offers the pages from `end` on, none if there are no more."""
    return (texts.unreadable.pages_offered(first + 1, end, total),) if end < total else ()
