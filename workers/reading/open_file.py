"""A file opened for one reading: what it says by itself, and the pages that must be looked at."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGES
from bot.domain.texts import chat as texts
from workers.files.embedded import EmbeddedContent, page_texts
from workers.files.embedded_files import read_carried
from workers.files.file_type import Kind, sniff
from workers.files.images import Page, Pages, TiffPages, check_size, count_frames, open_picture
from workers.files.pdf.client import PdfFile
from workers.files.pdf_text import written


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The pages of a file that a person wants: `most` from `first` on, counted from 0."""

    first: int = 0
    most: int = MOST_PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`carried` is None where the file says nothing by itself; `count` pages are read from `first` on, not `left`."""

    carried: EmbeddedContent | None
    pages: Pages
    first: int = 0
    count: int = 1
    left: int = 0
    doubts: tuple[str, ...] = ()


@contextmanager
def opened(data: bytes, window: Window, *, as_pictures: bool = False) -> Iterator[Opened]:
    """Open `data` for as long as its pages are needed; with `as_pictures` a PDF's text layer does not count.

    Raises `Refused` for what cannot be read, and for a window behind the last page.
    """
    check_size(data)
    kind = sniff(data)
    if kind is Kind.PDF:
        with PdfFile(data) as file:
            yield _from_pdf(file, window, as_pictures=as_pictures)
        return
    if kind is Kind.TIFF:
        yield _from_tiff(data, window)
        return
    carried = read_carried(data)
    if carried is None:
        yield Opened(carried=None, pages=open_picture(data))
    else:
        yield Opened(carried=carried, pages=_NoPages(), count=carried.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class _NoPages:
    numbers: Sequence[int] = ()

    def page(self, number: int) -> Page:
        raise LookupError(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PdfPages:
    file: PdfFile
    sizes: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def numbers(self) -> Sequence[int]:
        return [*self.sizes]

    def page(self, number: int) -> Page:
        return Page(index=number, image=self.file.image(number, self.sizes[number]))


def _from_pdf(file: PdfFile, window: Window, *, as_pictures: bool) -> Opened:
    _begins_within(window, file.pages)
    found = written(file, window.first, window.most, as_pictures=as_pictures)
    if len(found.failed) == found.end - window.first:
        raise Refused("pdf_broken", texts.file_broken())
    carried = None
    if found.lines or not found.drawn:
        text = page_texts(found.lines, found.end)
        carried = EmbeddedContent(pages=file.pages, text=text, lines=found.lines)
    unread = (texts.pages_unreadable([number + 1 for number in found.failed]),) if found.failed else ()
    pages = _PdfPages(file=file, sizes=dict(found.drawn))
    return _windowed(carried, pages, window.first, found.end, file.pages, unread)


def _from_tiff(data: bytes, window: Window) -> Opened:
    total = count_frames(data)
    if total == 1:
        return Opened(carried=None, pages=open_picture(data))
    _begins_within(window, total)
    end = min(total, window.first + window.most)
    return _windowed(None, TiffPages(data=data, numbers=range(window.first, end)), window.first, end, total)


def _windowed(  # noqa: PLR0913, PLR0917 - what there is, and which part of it was opened
    carried: EmbeddedContent | None, pages: Pages, first: int, end: int, total: int, doubts: Sequence[str] = ()
) -> Opened:
    offer = (texts.pages_offered(first + 1, end, total),) if end < total else ()
    return Opened(
        carried=carried, pages=pages, first=first, count=end - first, left=total - end, doubts=(*doubts, *offer)
    )


def _begins_within(window: Window, total: int) -> None:
    if window.first >= total:
        raise Refused("no_such_page", texts.no_such_page(window.first + 1, total))
