"""One file from bytes to a checked document, the same for the chat and for `ocrbot read`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from time import perf_counter

from bot.domain.checking.invoice_qr import InvoiceQr
from bot.domain.checking.proposals import CheckedFields, with_confusions
from bot.domain.document import Document, Field, Row
from bot.domain.errors import Refused
from bot.domain.organisation import Company
from bot.domain.prompt import Output, Prompt
from bot.domain.texts import chat as texts
from workers.engines.base import Engine
from workers.extraction.embedded_fields import embedded_fields, embedded_rows, printed_by_page
from workers.extraction.fields import merged_pages
from workers.extraction.table_rows import by_page, incomplete
from workers.files.embedded import EmbeddedContent
from workers.files.embedded_files import EMBEDDED
from workers.files.images import Pages
from workers.reading.barcodes import codes_on
from workers.reading.merge_sources import invoice_codes, with_qr
from workers.reading.open_file import Opened, Window, opened
from workers.reading.page_loop import OnPage, PageLoop, untold
from workers.reading.pages import PagesRead, WantedReading, by_lines, by_prompt, first_found
from workers.reading.reread import AGAIN_SECONDS, read_again
from workers.reading.split_papers import PageContent, first_of, papers_of

_INVOICE = "invoice"  # the check that a prompt of invoices names

_Join = Callable[[Mapping[int, tuple[Field, ...]]], tuple[Field, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assembled:
    """What one file said: the prompt that fitted, its text and fields, and what made the reading doubtful."""

    prompt: Prompt
    text: str
    fields: tuple[Field, ...] = ()
    rows: tuple[Row, ...] = ()
    doubts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # the texts of the codes on its pages
    pages: frozenset[int] | None = None  # of the paper that is told of, None: all


def read_document(  # noqa: PLR0913 - all are what one reading depends on
    data: bytes,
    prompt: Prompt,
    candidates: Sequence[Prompt],
    engine: Engine,
    *,
    today: date,
    companies: Sequence[Company] = (),
    request_id: str = "",
    window: Window = Window(),  # noqa: B008 - frozen
    on_page: OnPage = untold,
) -> Document:
    """Read `data`, a file that carries its own text and data, pictures of any kind, or both page by page.

    With `candidates`, what stands on the page decides, in words or in a code: the one that recognises it takes the
    place of `prompt`. An invoice is merged with what its QR code says before it is checked. Of a file with pages the
    `window` is read, and `on_page` told as pages that had to be looked at finish.
    Raises `Refused` for what cannot be read, `Unavailable` and `Misconfigured` from the engine.
    """
    if prompt.needs_model and not engine.takes_prompts:
        raise Refused("needs_model", texts.needs_model(prompt.title))
    started = perf_counter()
    wanted = WantedReading(prompt=prompt, candidates=candidates)
    with opened(data, window, as_pictures=wanted.looks) as paper:
        leafing = PageLoop(pages=paper.pages, engine=engine, request_id=request_id, on_page=on_page)
        read = _read(paper, wanted, leafing)
        trial = CheckedFields(
            read=read.fields,
            prompt=read.prompt,
            today=today,
            companies=tuple(companies),
            codes=read.codes,
            rows=read.rows,
            partial=paper.first > 0 or paper.left > 0,
        )
        judged = trial.result()
        look = partial(engine.read, prompt="", request_id=request_id, timeout=AGAIN_SECONDS)
        fields = with_confusions(read_again(judged.fields, trial, paper.pages, look), trial)
    return Document(
        prompt=read.prompt.name,
        title=read.prompt.title,
        engine=engine.name if paper.pages.numbers else EMBEDDED,
        seconds=round(perf_counter() - started, 3),
        pages=paper.count,
        text=read.text,
        fields=fields,
        doubts=(*paper.doubts, *read.doubts, *judged.doubts, *_gaps(read, fields)),
        rows=judged.rows,
        first_page=paper.first,
        pages_left=paper.left,
    )


def _gaps(read: _Assembled, fields: Sequence[Field]) -> list[str]:
    """Name the required fields and cells that are missing; a page without any field is something else altogether."""
    found = {field.key for field in fields if field.value}
    missing = [spec.name for spec in read.prompt.fields if spec.required and spec.key not in found]
    told = [texts.required_missing(missing)] if found and missing else []
    return [*told, *incomplete(read.rows, read.prompt.columns)]


def _read(paper: Opened, wanted: WantedReading, leafing: PageLoop) -> _Assembled:
    if paper.carried is not None and not paper.pages.numbers:
        return _from_file(paper.carried, wanted)
    return _from_pages(paper, wanted, leafing)


def _from_file(carried: EmbeddedContent, wanted: WantedReading) -> _Assembled:
    """Take what the file says by itself; an invoice is held against the QR code that the file says it has."""
    if wanted.looks:
        raise Refused("picture_only", texts.picture_only(wanted.prompt.title))
    codes = {0: (carried.code,)} if carried.code else {}
    said = carried.texts if _is_pages(carried) else {0: carried.words}
    looked = PagesRead(prompt=wanted.fitting(said, codes), texts=said, codes=codes)
    read = _put_together(carried, looked, wanted)
    read = replace(read, text=carried.text, doubts=(*carried.doubts, *read.doubts))
    return _with_codes(read, invoice_codes(read.codes)) if _is_invoice(read) else read


def _from_pages(paper: Opened, wanted: WantedReading, leafing: PageLoop) -> _Assembled:
    """Read with the engine, and look for codes beside it; more closely where an invoice seems to have none."""
    look, join = (by_prompt, first_found) if leafing.engine.takes_prompts else (by_lines, merged_pages)
    looked = look(paper.carried, paper.pages.numbers, wanted, leafing)
    read = _put_together(paper.carried, looked, wanted, join)
    if not _is_invoice(read):
        return read
    return _with_codes(read, invoice_codes(read.codes) or invoice_codes(_closer(read, paper.pages)))


def _closer(read: _Assembled, pages: Pages) -> tuple[str, ...]:
    """Look for codes once more on the pages that fields were found on, of the paper that is told of."""
    numbers = {field.page for field in read.fields}
    own = [number for number in pages.numbers if read.pages is None or number in read.pages]
    chosen = [number for number in own if number in numbers] or own
    return codes_on((pages.page(number).image for number in chosen), closer=True)


def _is_invoice(read: _Assembled) -> bool:
    return bool(read.fields) and any(check.name == _INVOICE for check in read.prompt.checks)


def _with_codes(read: _Assembled, codes: Sequence[InvoiceQr]) -> _Assembled:
    fields, doubts = with_qr(read.fields, codes)
    return replace(read, fields=fields, doubts=(*read.doubts, *doubts))


def _is_pages(carried: EmbeddedContent) -> bool:
    """Whether a file is pages of text and nothing else; data and a code speak for the whole of it."""
    return not carried.data and not carried.code


def _put_together(
    carried: EmbeddedContent | None, looked: PagesRead, wanted: WantedReading, join: _Join = merged_pages
) -> _Assembled:
    """Make one document of what the file says and what was seen; of several papers the first one's pages count."""
    taken = looked.prompt
    text = "\n\n".join(said for _, said in sorted(looked.texts.items()) if said)
    if taken.output is not Output.FIELDS:
        return _Assembled(prompt=taken, text=text, doubts=looked.doubts, codes=_flat(looked.codes))
    written = printed_by_page(carried, taken.fields) if carried else {}
    leaves = _leaves(looked, written) if carried is None or _is_pages(carried) else []
    pages, doubts = first_of(papers_of(leaves, taken, wanted.candidates), taken)
    if pages is not None:
        carried, looked = carried and carried.on(pages), looked.on(pages)
        written = {number: fields for number, fields in written.items() if number in pages}
    return _Assembled(
        prompt=taken,
        text=text,
        fields=_merged(
            embedded_fields(carried, taken.fields, merged_pages(written)) if carried else (), join(looked.fields)
        ),
        rows=by_page([*(embedded_rows(carried, taken.columns) if carried else ()), *looked.rows]),
        doubts=(*doubts, *looked.doubts),
        codes=_flat(looked.codes),
        pages=pages,
    )


def _leaves(looked: PagesRead, written: Mapping[int, tuple[Field, ...]]) -> list[PageContent]:
    found = {**written, **looked.fields}
    return [
        PageContent(
            number=number,
            text=looked.texts.get(number, ""),
            codes=looked.codes.get(number, ()),
            fields=found.get(number, ()),
        )
        for number in sorted({*found, *looked.texts})
    ]


def _flat(codes: Mapping[int, Sequence[str]]) -> tuple[str, ...]:
    return tuple(code for number in sorted(codes) for code in codes[number])


def _merged(written: Sequence[Field], seen: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields of the pages with text and of those that were looked at.

    Where both have a value and they differ there is more than one document, and the one with more fields is told.
    """
    if not written or not seen:
        return tuple(written or seen)
    pairs = [*zip(written, seen, strict=True)]
    if any(one.value and other.value and one.value != other.value for one, other in pairs):
        return tuple(max(written, seen, key=lambda fields: sum(bool(field.value) for field in fields)))
    return tuple(one if one.value else other for one, other in pairs)
