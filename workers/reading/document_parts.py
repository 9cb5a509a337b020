"""The parts of each document in a file, before they are checked: fields, rows and codes of its pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from PIL import Image

from bot.domain import texts
from bot.domain.checking.invoice_qr import InvoiceQr
from bot.domain.checking.registry import uses_bar_codes, uses_codes
from bot.domain.checking.role_uses import INVOICE_CHECK
from bot.domain.document import Box, Field, Line, Row
from bot.domain.errors import Refused
from bot.domain.prompt import Output, Prompt
from workers.extraction.asked_fields import with_asked, with_asked_in_texts
from workers.extraction.embedded_fields import embedded_fields, embedded_rows, lines_by_page, printed_by_page
from workers.extraction.fields import fields_by_page, merged_pages
from workers.extraction.table_rows import by_page, find_table
from workers.files.embedded import EmbeddedContent
from workers.files.format_protocol import OpenedFile, Pages
from workers.reading.barcodes import Code, code_texts, find_codes, find_qr_codes_enlarged
from workers.reading.merge_sources import invoice_codes, with_qr
from workers.reading.page_loop import PageLoop, ignore_page
from workers.reading.pages import PagesRead, WantedReading, first_found, read_as, read_by_lines, read_by_prompt
from workers.reading.papers.across_pages import PageContent
from workers.reading.papers.in_file import DividedFile, FilePaper, belongs, divide_file
from workers.reading.second_look.look import SecondLook
from workers.reading.second_look.taken import PageFound
from workers.reading.upright.straightened import Straightenings, turned

_MOST_LOOKS: Final = 6  # at papers that share a page
_JoinPages = Callable[[Mapping[int, tuple[Field, ...]]], tuple[Field, ...]]
_ReadAs = Callable[[Prompt, Sequence[int]], PagesRead]
_FindCodes = Callable[[Image.Image], tuple[Code, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentParts:
    """The parts of a document before it is checked, and the prompt that was chosen for it."""

    prompt: Prompt
    text: str
    fields: tuple[Field, ...] = ()
    rows: tuple[Row, ...] = ()
    doubts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # the texts of the codes on its pages
    pages: tuple[int, ...] | None = None  # those of one of several papers, None for all
    region: Box | None = None  # of its page, if it shares that with others
    mixed: bool = False  # papers that lie together on one page may be mixed, so that nothing of them is checked
    second: tuple[Field, ...] = ()  # what a second engine read by itself, to compare
    lines: tuple[Line, ...] = ()  # that the CPU engine read on pictures of its pages


@dataclass(frozen=True, slots=True, kw_only=True)
class FileParts:
    """The parts of each document in a file, at least one, and the text that belongs to none."""

    papers: tuple[DocumentParts, ...]
    left_over: str = ""
    straightened: Straightenings = field(default_factory=dict)  # how the boxes of fields and regions are

    def with_each(self, change: Callable[[DocumentParts], DocumentParts]) -> "FileParts":
        """Return the same with the parts of each document changed."""
        return replace(self, papers=tuple(map(change, self.papers)))

    def with_doubts(self, doubts: Sequence[str]) -> "FileParts":
        """Return the same with doubts about the file, which the first document is told of."""
        first, *others = self.papers
        return replace(self, papers=(replace(first, doubts=(*doubts, *first.doubts)), *others))


@dataclass(frozen=True, slots=True, kw_only=True)
class _WhatWasRead:
    """What was read of a file: its embedded content and its pages, and how to read pages as another kind."""

    embedded: EmbeddedContent | None
    pages_read: PagesRead
    read_as: _ReadAs
    join: _JoinPages = field(default=merged_pages)
    look: SecondLook | None = None  # at pages and parts of them that are hard to read


def read_opened(opened: OpenedFile, wanted: WantedReading, page_loop: PageLoop) -> FileParts:
    """Read an open file into the parts of its documents; raises as `read_document`."""
    if opened.embedded is not None and not opened.pages.numbers:
        return _from_file(opened.embedded, opened.code_pages, wanted)
    return _from_pages(opened, wanted, page_loop)


def _from_file(embedded: EmbeddedContent, code_pages: Pages, wanted: WantedReading) -> FileParts:
    """Read a file from its embedded content alone; an invoice is merged with its QR code.

    That is the text of the code embedded in the file or, without one, the code found on a page that is drawn for it.
    """
    if wanted.needs_pictures:
        raise Refused("picture_only", texts.unreadable.picture_only(wanted.prompt.title))
    codes = {0: embedded.codes} if embedded.codes else {}
    by_page_text = embedded.texts if _is_pages(embedded) else {0: embedded.recognition_text}
    pages_read = PagesRead(prompt=wanted.prompt_for(by_page_text, codes), texts=by_page_text, codes=codes)
    what = _WhatWasRead(
        embedded=embedded, pages_read=pages_read, read_as=lambda kind, _: replace(pages_read, prompt=kind, codes={})
    )
    found = _assemble(what, wanted).with_doubts(embedded.doubts)
    if len(found.papers) == 1:
        found = found.with_each(lambda read: replace(read, text=embedded.text))

    def with_codes(read: DocumentParts) -> DocumentParts:
        if read.fields and not embedded.code and uses_codes(read.prompt.checks):
            read = replace(read, codes=(*read.codes, *_codes_on_pages(read, code_pages, find_codes)))
        return _with_codes(read, invoice_codes(read.codes)) if _is_invoice(read) else read

    return found.with_each(with_codes)


def _from_pages(opened: OpenedFile, wanted: WantedReading, page_loop: PageLoop) -> FileParts:
    """Read page images with the engine and find QR codes, and other codes where a check needs them.

    Search again, with more effort, if an invoice has none.
    """
    read_pages, join = (
        (read_by_prompt, first_found) if page_loop.engine.takes_prompts else (read_by_lines, merged_pages)
    )
    pages_read = read_pages(opened.embedded, opened.pages.numbers, wanted, page_loop)
    reading_again = partial(read_as, pages_read, replace(page_loop, on_page=ignore_page))
    pages = turned(opened.pages, pages_read.straightened)
    look = SecondLook(pages=pages, reader=page_loop.reader, request_id=page_loop.request_id)
    what = _WhatWasRead(
        embedded=opened.embedded,
        pages_read=pages_read,
        read_as=reading_again,
        join=join,
        look=None if page_loop.engine.takes_prompts else look,
    )

    def with_codes(read: DocumentParts) -> DocumentParts:
        if read.fields and uses_bar_codes(read.prompt.checks):
            found = _codes_on_pages(read, pages, find_codes)
            read = replace(read, codes=tuple(dict.fromkeys((*read.codes, *found))))
        if not _is_invoice(read):
            return read
        enlarged = partial(_codes_on_pages, read, pages, find_qr_codes_enlarged)
        return _with_codes(read, invoice_codes(read.codes) or invoice_codes(enlarged()))

    return replace(_assemble(what, wanted).with_each(with_codes), straightened=pages_read.straightened)


def _codes_on_pages(read: DocumentParts, pages: Pages, find: _FindCodes) -> Sequence[str]:
    """Return the codes on the document's pages, those with fields if there are any; on its part of one its own."""
    with_fields = {field.page for field in read.fields}
    numbers = [number for number in pages.numbers if read.pages is None or number in read.pages]
    chosen = [number for number in numbers if number in with_fields] or numbers
    codes = code_texts(_images(pages, chosen), find)
    return codes if read.region is None else [code for code in codes if belongs(code, read.text)]


def _images(pages: Pages, numbers: Sequence[int]) -> Iterator[Image.Image]:
    for number in numbers:
        try:
            yield pages.page(number).image
        except Refused:
            continue


def _is_invoice(read: DocumentParts) -> bool:
    is_checked = any(check.name == INVOICE_CHECK for check in read.prompt.checks)
    return is_checked and bool(read.fields) and not read.mixed


def _with_codes(read: DocumentParts, codes: Sequence[InvoiceQr]) -> DocumentParts:
    fields, doubts = with_qr(read.fields, codes)
    return replace(read, fields=fields, doubts=(*read.doubts, *doubts))


def _is_pages(embedded: EmbeddedContent) -> bool:
    """Return whether embedded content is only text by page; data and a code belong to the file as a whole."""
    return not embedded.data and not embedded.code


def _assemble(what: _WhatWasRead, wanted: WantedReading) -> FileParts:
    """Return the parts of the documents in a file: of one with all its pages, or of each of several papers."""
    prompt, pages_read, embedded = what.pages_read.prompt, what.pages_read, what.embedded
    text = "\n\n".join(page for _, page in sorted(pages_read.texts.items()) if page)
    if prompt.output is not Output.FIELDS:
        codes = _codes_in_order(pages_read.codes)
        only = DocumentParts(prompt=prompt, text=text, doubts=pages_read.doubts, codes=codes)
        return FileParts(papers=(only,))
    contents = _page_contents(what) if embedded is None or _is_pages(embedded) else []
    alone = DividedFile(papers=(FilePaper(kind=prompt, contents=tuple(contents)),))
    file = divide_file(contents, prompt, wanted.candidates) if contents else alone
    if len(file.papers) == 1:
        only = replace(_parts_of_pages(what, file.papers[0], of_all=True), text=text)
        return FileParts(papers=(only,)).with_doubts(pages_read.doubts)
    papers = tuple(_parts_of(what, paper, may_look=place < _MOST_LOOKS) for place, paper in enumerate(file.papers))
    return FileParts(papers=papers, left_over=file.left_over).with_doubts(pages_read.doubts)


def _parts_of(what: _WhatWasRead, paper: FilePaper, *, may_look: bool) -> DocumentParts:
    if paper.region is not None:
        return _parts_of_region(what, paper, paper.region, may_look=may_look)
    return replace(_parts_of_pages(what, paper, of_all=False), text=paper.text, pages=paper.pages)


def _parts_of_pages(what: _WhatWasRead, paper: FilePaper, *, of_all: bool) -> DocumentParts:
    """Return the parts of a document that has pages of its own, or `of_all` pages of the file."""
    embedded, pages_read, kind = what.embedded, what.pages_read, paper.kind
    if not of_all:
        embedded = embedded and embedded.on(paper.pages)
        is_other = kind.name != pages_read.prompt.name
        pages_read = what.read_as(kind, paper.pages) if is_other else pages_read.on(paper.pages)
    doubts = _doubts_of(paper, len(what.pages_read.texts))
    if what.look is not None and not paper.mixed:
        pages_read, said = what.look.at(pages_read)
        doubts = (*doubts, *said)
    printed = printed_by_page(embedded, kind.fields) if embedded else {}
    lines = {**(lines_by_page(embedded) if embedded else {}), **pages_read.lines}
    fields = _merge_fields(
        embedded_fields(embedded, kind.fields, merged_pages(printed)) if embedded else (), what.join(pages_read.fields)
    )
    fields = with_asked(fields, kind.fields, [line for number in sorted(lines) for line in lines[number]])
    without_places = {number: text for number, text in pages_read.texts.items() if not lines.get(number)}
    codes = pages_read.codes if of_all else {one.number: one.codes for one in paper.contents}
    return DocumentParts(
        prompt=kind,
        text=paper.text,
        fields=with_asked_in_texts(fields, kind.fields, without_places),
        rows=by_page([*(embedded_rows(embedded, kind) if embedded else ()), *pages_read.rows]),
        doubts=doubts,
        codes=_codes_in_order(codes),
        mixed=paper.mixed,
        second=merged_pages(
            fields_by_page([line for _, lines in sorted(pages_read.beside.items()) for line in lines], kind.fields)
        ),
        lines=tuple(line for _, lines in sorted(pages_read.lines.items()) for line in lines),
    )


def _parts_of_region(what: _WhatWasRead, paper: FilePaper, region: Box, *, may_look: bool) -> DocumentParts:
    """Return the parts of a document that shares its page with others, from its lines there and from another look."""
    kind, (content,) = paper.kind, paper.contents
    fields, rows = content.fields, find_table(content.lines, kind)
    if content.number not in what.pages_read.lines and what.embedded is not None:
        own = replace(what.embedded, lines=content.lines, data=(), code="")
        fields, rows = embedded_fields(own, kind.fields), embedded_rows(own, kind)
    elif what.look is not None and may_look and not paper.mixed:
        found = what.look.at_part(PageFound(fields=fields, rows=rows), content.number, region, kind)
        fields, rows = found.fields, found.rows
    return DocumentParts(
        prompt=kind,
        text=content.text,
        fields=with_asked(fields, kind.fields, content.lines),
        rows=rows,
        doubts=_doubts_of(paper, len(what.pages_read.texts)),
        codes=content.codes,
        pages=paper.pages,
        region=region,
        mixed=paper.mixed,
        lines=content.lines if content.number in what.pages_read.lines else (),
    )


def _doubts_of(paper: FilePaper, pages: int) -> tuple[str, ...]:
    if not paper.mixed:
        return ()
    return (texts.unreadable.several_papers_on_page([page + 1 for page in paper.pages] if pages > 1 else ()),)


def _page_contents(what: _WhatWasRead) -> list[PageContent]:
    embedded, pages_read = what.embedded, what.pages_read
    printed = printed_by_page(embedded, pages_read.prompt.fields) if embedded else {}
    lines: dict[int, tuple[Line, ...]] = {**(lines_by_page(embedded) if embedded else {}), **pages_read.lines}
    fields = {**printed, **pages_read.fields}
    return [
        PageContent(
            number=number,
            text=pages_read.texts.get(number, ""),
            lines=lines.get(number, ()),
            codes=pages_read.codes.get(number, ()),
            fields=fields.get(number, ()),
        )
        for number in sorted({*fields, *pages_read.texts})
    ]


def _codes_in_order(codes: Mapping[int, Sequence[str]]) -> tuple[str, ...]:
    return tuple(code for number in sorted(codes) for code in codes[number])


def _merge_fields(embedded: Sequence[Field], from_images: Sequence[Field]) -> tuple[Field, ...]:
    """Merge the fields of embedded content with those of page images.

    If any values differ, they are of different documents, and only the one with more values counts.
    """
    if not embedded or not from_images:
        return tuple(embedded or from_images)
    pairs = [*zip(embedded, from_images, strict=True)]
    if any(one.value and other.value and one.value != other.value for one, other in pairs):
        return tuple(max(embedded, from_images, key=lambda fields: sum(bool(field.value) for field in fields)))
    return tuple(one if one.value else other for one, other in pairs)
