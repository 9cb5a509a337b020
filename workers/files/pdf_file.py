"""PDFs: the text layer of pages, and pages without one as images, both from a separate process."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.errors import Refused
from workers.files.embedded import EmbeddedContent, EmbeddedData, page_texts, voucher_data
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.format_protocol import OpenedFile, OpenRequest, Page, check_window, offer_rest
from workers.files.pdf.client import PdfFile
from workers.files.pdf_text import read_text_layer
from workers.files.safe_xml import BadXml, XmlAllowance, parse_xml
from workers.files.signatures.pdf_signatures import check_pdf
from workers.files.xbrl import Voucher, read_xbrl


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPages:
    """Pages of an open PDF that can be drawn, with their sizes in pixels."""

    file: PdfFile
    sizes: Mapping[int, tuple[int, int]]

    @property
    def numbers(self) -> Sequence[int]:
        """Return the pages' numbers."""
        return [*self.sizes]

    def page(self, number: int) -> Page:
        """Draw a page; raises `Refused` for one that cannot be drawn."""
        return Page(index=number, image=self.file.image(number, self.sizes[number]))

    def size(self, number: int) -> tuple[int, int]:
        """Return the size in which a page is drawn."""
        return self.sizes[number]


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is a PDF."""
    return file.kind is FileKind.PDF


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the text layer of the requested pages, and as images those without one."""
    with PdfFile(request.file.data) as file:
        yield replace(_open_window(file, request), signature=check_pdf(file, request.roots))


def _open_window(file: PdfFile, request: OpenRequest) -> OpenedFile:
    first = request.window.first
    check_window(request.window, file.pages)
    layer = read_text_layer(file, first, request.window.most, as_pictures=request.as_pictures)
    if len(layer.failed) == layer.end - first:
        raise layer.refusal or Refused("pdf_broken", texts.unreadable.file_broken())
    embedded = None
    if layer.lines or not layer.drawn:
        embedded = EmbeddedContent(
            pages=file.pages,
            text=page_texts(layer.lines, layer.end),
            lines=layer.lines,
            data=_attached_data(file) if file.pages == 1 else (),
        )
    unread = (texts.unreadable.pages_unreadable([number + 1 for number in layer.failed]),) if layer.failed else ()
    return OpenedFile(
        embedded=embedded,
        pages=PdfPages(file=file, sizes=dict(layer.drawn)),
        code_pages=PdfPages(file=file, sizes=dict(layer.written)),
        first=first,
        count=layer.end - first,
        left=file.pages - layer.end,
        doubts=(*unread, *offer_rest(first, layer.end, file.pages)),
        beside=layer.beside,
    )


def _attached_data(file: PdfFile) -> tuple[EmbeddedData, ...]:
    """Return the only voucher attached as XBRL, none if there are several.

    In a file of several pages it may be that of one of several papers, so only those of one page are asked for it.
    """
    try:
        attached = file.attachments()
    except Refused:
        return ()
    allowance = XmlAllowance()
    vouchers = [voucher for data in attached if (voucher := _voucher_in(data, allowance)) is not None]
    return (voucher_data(texts.warnings.PLACE_ATTACHED, vouchers[0]),) if len(vouchers) == 1 else ()


def _voucher_in(data: bytes, allowance: XmlAllowance) -> Voucher | None:
    try:
        return read_xbrl(parse_xml(data, allowance))
    except BadXml:
        return None
