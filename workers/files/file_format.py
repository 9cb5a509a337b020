"""The protocol of a file format, and what a format makes of a file: embedded content, pages to look at, or both."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGES
from bot.domain.texts import chat as texts
from workers.files.embedded import EmbeddedContent
from workers.files.file_type import IdentifiedFile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """One page of a file: `index` counts from 0, `image` is RGB and the right way up as far as the file tells."""

    index: int
    image: Image.Image


class Pages(Protocol):
    """The pages of a file that are to be looked at, by their numbers in the file, from 0; each is made when needed."""

    @property
    def numbers(self) -> Sequence[int]:
        """Return the pages' numbers."""
        ...

    def page(self, number: int) -> Page:
        """Return a page. Raises `Refused` where it is broken. Safe to call from several threads."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPages:
    """The pages of a file that says everything by itself."""

    numbers: Sequence[int] = ()

    def page(self, number: int) -> Page:
        """Raise `LookupError`: there is none."""
        raise LookupError(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWindow:
    """The pages of a file that a person wants: `most` from `first` on, counted from 0."""

    first: int = 0
    most: int = MOST_PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """A file and what of it is wanted: with `as_pictures` a text layer beside pictures does not count."""

    file: IdentifiedFile
    window: PageWindow = PageWindow()
    as_pictures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """What a file says by itself, None where it says nothing, and its pages that must be looked at.

    `count` pages are read from `first` on, counted from 0, and `left` behind them are not.
    """

    embedded: EmbeddedContent | None
    pages: Pages
    first: int = 0
    count: int = 1
    left: int = 0
    doubts: tuple[str, ...] = ()


class FileFormat(Protocol):
    """One kind of file that is read. A module with these two functions is one; `registry` lists them.

    The bytes are a stranger's. A format whose decoder is neither memory-safe nor bounded by itself decodes in a process
    apart, as PDFs are in `pdf.sandbox`; all others decode in the worker's, which RQ forks for each job, within limits
    of their own: pictures through Pillow and libheif after a look at the size that they claim, zips and XML through
    `xml_package` and `safe_xml`.
    """

    def recognises(self, file: IdentifiedFile) -> bool:
        """Return whether the file is of this format. Decides by its kind and, where that leaves two, by its bytes."""
        ...

    def open_file(self, request: OpenRequest, /) -> AbstractContextManager[OpenedFile]:
        """Return the file, open for as long as its pages are needed.

        Raises `Refused` for one that cannot be read, and for a window behind the last page.
        """
        ...


def check_window(window: PageWindow, total: int) -> None:
    """Raise `Refused` for a window that begins behind the last of `total` pages."""
    if window.first >= total:
        raise Refused("no_such_page", texts.no_such_page(window.first + 1, total))


def offer_rest(first: int, end: int, total: int) -> tuple[str, ...]:
    """Return the sentence that offers the pages behind `end`, nothing where there are none."""
    return (texts.pages_offered(first + 1, end, total),) if end < total else ()
