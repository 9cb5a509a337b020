"""Reading one file, from its bytes to a checked document, for the chat and for `ocrbot read`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from time import perf_counter

from PIL import Image

from bot.domain import texts
from bot.domain.checking.invoice_qr import InvoiceQr
from bot.domain.checking.lines import CheckResult
from bot.domain.checking.proposals import CheckedFields, with_confusions
from bot.domain.checking.registry import uses_bar_codes, uses_codes
from bot.domain.checking.role_uses import INVOICE_CHECK
from bot.domain.document import Document, Field, Line, Row, SignatureState
from bot.domain.errors import Refused
from bot.domain.organisation import Company
from bot.domain.prompt import Output, Prompt
from workers.engines.base import AskOptions, Engine, profile_of_engine
from workers.extraction.asked_fields import with_asked
from workers.extraction.embedded_fields import (
    embedded_fields,
    embedded_rows,
    lines_by_page,
    printed_by_page,
)
from workers.extraction.fields import merged_pages
from workers.extraction.table_rows import by_page, incomplete_lines
from workers.files.embedded import EMBEDDED, EmbeddedContent
from workers.files.file_type import IdentifiedFile
from workers.files.format_protocol import OpenedFile, OpenRequest, Pages, PageWindow
from workers.files.registry import open_file
from workers.reading.barcodes import Code, code_texts, find_codes, find_qr_codes_enlarged
from workers.reading.held_pixels import HeldPixels
from workers.reading.image_reader import ImageReader
from workers.reading.merge_sources import against_layer, invoice_codes, with_qr
from workers.reading.model_words import engine_with_words_of
from workers.reading.page_loop import OnPage, PageLoop, ignore_page
from workers.reading.pages import PagesRead, WantedReading, first_found, read_by_lines, read_by_prompt
from workers.reading.papers_on_page import has_several_papers, without_marks
from workers.reading.reread import AGAIN_SECONDS, read_again
from workers.reading.split_papers import PageContent, first_paper, papers_of

_JoinPages = Callable[[Mapping[int, tuple[Field, ...]]], tuple[Field, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _DocumentParts:
    """The parts of a document before it is checked, and the prompt that was chosen for it."""

    prompt: Prompt
    text: str
    fields: tuple[Field, ...] = ()
    rows: tuple[Row, ...] = ()
    doubts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # the texts of the codes on its pages
    pages: frozenset[int] | None = None  # those of the first of several papers, None for all
    mixed: bool = False  # papers that lie together on one page may be mixed, so that nothing of them is checked


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """A file and how it is to be read.

    A prompt of the `candidates` that recognises the text or a code of a page replaces `prompt`. Only the pages in
    `window` are read. `companies` are those that invoices may be made out to; `request_id` identifies the reading in
    the engine's log. `roots` are certificates as PEM; who signed a file is said if all its signers lead to them.
    """

    file: IdentifiedFile
    prompt: Prompt
    candidates: Sequence[Prompt] = ()
    today: date
    companies: Sequence[Company] = ()
    window: PageWindow = PageWindow()  # noqa: RUF009 - frozen
    request_id: str = ""
    roots: tuple[str, ...] = ()


def read_document(
    request: ReadRequest, engine: Engine, *, on_page: OnPage = ignore_page, held: HeldPixels | None = None
) -> Document:
    """Return the document in a file with embedded text and data, page images, or both.

    An invoice is merged with its QR code before it is checked. `on_page` is called for each page image that was read;
    files that are read at the same time share `held`. Raises `Refused` for a file that cannot be read, and the engine's
    `Unavailable` and `Misconfigured`.
    """
    prompt, request_id = request.prompt, request.request_id
    if prompt.needs_model and not engine.takes_prompts:
        raise Refused("needs_model", texts.failures.needs_model(prompt.title))
    started, held = perf_counter(), held or HeldPixels()
    wanted = WantedReading(prompt=prompt, candidates=request.candidates)
    opening = OpenRequest(
        file=request.file, window=request.window, as_pictures=wanted.needs_pictures, roots=request.roots
    )
    with open_file(opening) as opened:
        # A file without page images needs no engine, which need not answer then.
        profile = profile_of_engine(engine) if opened.pages.numbers else None
        worded = engine_with_words_of(profile, engine)
        page_loop = PageLoop(pages=opened.pages, engine=worded, request_id=request_id, on_page=on_page, held=held)
        read = _read_opened(opened, wanted.in_words_of(profile), page_loop)
        verdict = _checked(read, request, opened, ImageReader(engine=engine, held=held))
    return Document(
        prompt=read.prompt.name,
        title=read.prompt.title,
        engine=engine.name if opened.pages.numbers else EMBEDDED,
        seconds=round(perf_counter() - started, 3),
        pages=opened.count,
        text=read.text,
        fields=verdict.fields,
        doubts=(*_doubts_about(opened), *read.doubts, *verdict.doubts, *_missing_values(read, verdict.fields)),
        rows=verdict.rows,
        first_page=opened.first,
        pages_left=opened.left,
        credit=profile.credit if profile is not None else None,
        mixed=read.mixed,
        signature=opened.signature,
    )


def _checked(read: _DocumentParts, request: ReadRequest, opened: OpenedFile, reader: ImageReader) -> CheckResult:
    """Return the fields and rows as the checks leave them, with proposals for those that failed."""
    trial = CheckedFields(
        read=read.fields,
        prompt=read.prompt,
        today=request.today,
        companies=tuple(request.companies),
        codes=read.codes,
        rows=read.rows,
        partial=opened.first > 0 or opened.left > 0,
    )
    verdict = trial.result()
    if read.mixed or _is_changed(opened):
        return without_marks(verdict)
    again = AskOptions(request_id=request.request_id, timeout=AGAIN_SECONDS)
    read_region = partial(reader.read, prompt="", options=again)
    fields = with_confusions(read_again(verdict.fields, trial, opened.pages, read_region), trial)
    return replace(verdict, fields=_against_layer(fields, read.prompt, opened.beside))


def _against_layer(fields: tuple[Field, ...], prompt: Prompt, beside: Sequence[Line]) -> tuple[Field, ...]:
    """Return the fields with doubts where the text that the file holds of a scanned page says something else."""
    if not fields or not beside:
        return fields
    layer = printed_by_page(EmbeddedContent(pages=0, text="", lines=tuple(beside)), prompt.fields)
    return against_layer(fields, layer, {spec.key for spec in prompt.fields if spec.masked})


def _is_changed(opened: OpenedFile) -> bool:
    """Return whether a file differs from what was signed, so that nothing in it confirms anything else in it."""
    return opened.signature is not None and opened.signature.state is SignatureState.CHANGED


def _doubts_about(opened: OpenedFile) -> tuple[str, ...]:
    return (*((texts.warnings.changed_after_signing(),) if _is_changed(opened) else ()), *opened.doubts)


def _missing_values(read: _DocumentParts, fields: Sequence[Field]) -> list[str]:
    """Return doubts that name the required fields and cells without a value; none if no field has any."""
    present = {field.key for field in fields if field.value}
    missing = [spec.name for spec in read.prompt.fields if spec.required and spec.key not in present]
    doubts = [texts.warnings.required_missing(missing)] if present and missing else []
    return [*doubts, *incomplete_lines(read.rows, read.prompt.columns)]


def _read_opened(opened: OpenedFile, wanted: WantedReading, page_loop: PageLoop) -> _DocumentParts:
    if opened.embedded is not None and not opened.pages.numbers:
        return _from_file(opened.embedded, opened.code_pages, wanted)
    return _from_pages(opened, wanted, page_loop)


def _from_file(embedded: EmbeddedContent, code_pages: Pages, wanted: WantedReading) -> _DocumentParts:
    """Read a file from its embedded content alone; an invoice is merged with its QR code.

    That is the text of the code embedded in the file or, without one, the code found on a page that is drawn for it.
    """
    if wanted.needs_pictures:
        raise Refused("picture_only", texts.unreadable.picture_only(wanted.prompt.title))
    codes = {0: embedded.codes} if embedded.codes else {}
    by_page = embedded.texts if _is_pages(embedded) else {0: embedded.recognition_text}
    pages_read = PagesRead(prompt=wanted.prompt_for(by_page, codes), texts=by_page, codes=codes)
    read = _assemble(embedded, pages_read, wanted)
    read = replace(read, text=embedded.text, doubts=(*embedded.doubts, *read.doubts))
    if read.fields and not embedded.code and uses_codes(read.prompt.checks):
        read = replace(read, codes=(*read.codes, *_codes_on_pages(read, code_pages, find_codes)))
    return _with_codes(read, invoice_codes(read.codes)) if _is_invoice(read) else read


def _from_pages(opened: OpenedFile, wanted: WantedReading, page_loop: PageLoop) -> _DocumentParts:
    """Read page images with the engine and find QR codes, and other codes where a check needs them.

    Search again, with more effort, if an invoice has none.
    """
    read_pages, join = (
        (read_by_prompt, first_found) if page_loop.engine.takes_prompts else (read_by_lines, merged_pages)
    )
    pages_read = read_pages(opened.embedded, opened.pages.numbers, wanted, page_loop)
    read = _assemble(opened.embedded, pages_read, wanted, join)
    if read.fields and uses_bar_codes(read.prompt.checks):
        read = replace(
            read, codes=tuple(dict.fromkeys((*read.codes, *_codes_on_pages(read, opened.pages, find_codes))))
        )
    if not _is_invoice(read):
        return read
    enlarged = partial(_codes_on_pages, read, opened.pages, find_qr_codes_enlarged)
    return _with_codes(read, invoice_codes(read.codes) or invoice_codes(enlarged()))


def _codes_on_pages(
    read: _DocumentParts, pages: Pages, find: Callable[[Image.Image], tuple[Code, ...]]
) -> Sequence[str]:
    """Return the codes on the document's pages, those with fields if there are any."""
    with_fields = {field.page for field in read.fields}
    numbers = [number for number in pages.numbers if read.pages is None or number in read.pages]
    chosen = [number for number in numbers if number in with_fields] or numbers
    return code_texts(_images(pages, chosen), find)


def _images(pages: Pages, numbers: Sequence[int]) -> Iterator[Image.Image]:
    for number in numbers:
        try:
            yield pages.page(number).image
        except Refused:
            continue


def _is_invoice(read: _DocumentParts) -> bool:
    is_checked = any(check.name == INVOICE_CHECK for check in read.prompt.checks)
    return is_checked and bool(read.fields) and not read.mixed


def _with_codes(read: _DocumentParts, codes: Sequence[InvoiceQr]) -> _DocumentParts:
    fields, doubts = with_qr(read.fields, codes)
    return replace(read, fields=fields, doubts=(*read.doubts, *doubts))


def _is_pages(embedded: EmbeddedContent) -> bool:
    """Return whether embedded content is only text by page; data and a code belong to the file as a whole."""
    return not embedded.data and not embedded.code


def _assemble(
    embedded: EmbeddedContent | None, pages_read: PagesRead, wanted: WantedReading, join: _JoinPages = merged_pages
) -> _DocumentParts:
    """Return the parts of one document; if the file has several papers, only the pages of the first one count."""
    prompt = pages_read.prompt
    text = "\n\n".join(page for _, page in sorted(pages_read.texts.items()) if page)
    if prompt.output is not Output.FIELDS:
        return _DocumentParts(
            prompt=prompt, text=text, doubts=pages_read.doubts, codes=_codes_in_order(pages_read.codes)
        )
    printed = printed_by_page(embedded, prompt.fields) if embedded else {}
    lines = {**(lines_by_page(embedded) if embedded else {}), **pages_read.lines}
    contents = _page_contents(pages_read, printed, lines) if embedded is None or _is_pages(embedded) else []
    pages, doubts = first_paper(papers_of(contents, prompt, wanted.candidates), prompt)
    if pages is not None:
        embedded, pages_read = embedded and embedded.on(pages), pages_read.on(pages)
        printed = {number: fields for number, fields in printed.items() if number in pages}
    mixed = [
        content.number + 1
        for content in contents
        if (pages is None or content.number in pages) and has_several_papers(content, prompt, wanted.candidates)
    ]
    if mixed:
        doubts = (texts.unreadable.several_papers_on_page(mixed if len(contents) > 1 else ()), *doubts)
    fields = _merge_fields(
        embedded_fields(embedded, prompt.fields, merged_pages(printed)) if embedded else (), join(pages_read.fields)
    )
    return _DocumentParts(
        prompt=prompt,
        text=text,
        fields=with_asked(fields, prompt.fields, [line for number in sorted(lines) for line in lines[number]]),
        rows=by_page([*(embedded_rows(embedded, prompt) if embedded else ()), *pages_read.rows]),
        doubts=(*doubts, *pages_read.doubts),
        codes=_codes_in_order(pages_read.codes),
        pages=pages,
        mixed=bool(mixed),
    )


def _page_contents(
    pages_read: PagesRead, printed: Mapping[int, tuple[Field, ...]], lines: Mapping[int, tuple[Line, ...]]
) -> list[PageContent]:
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
