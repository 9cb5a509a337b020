"""One file from bytes to a checked document, the same for the chat and for `ocrbot read`."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from time import perf_counter

from bot.domain import texts
from bot.domain.document import Document, Field, Reading, Row, Stop
from bot.domain.errors import Refused
from bot.domain.invoice_qr import InvoiceQr
from bot.domain.organisation import Company
from bot.domain.prompts import Output, Prompt, recognise
from bot.domain.proposals import Trial, with_confusions
from workers.again import AGAIN_SECONDS, read_again
from workers.carried import Carried, carried_fields, carried_rows
from workers.codes import codes_on
from workers.einvoice import EMBEDDED
from workers.engines.base import Engine
from workers.fields import find_fields
from workers.grid import by_page, find_rows, incomplete
from workers.model_rows import ask_rows
from workers.opening import Opened, Window, opened
from workers.outputs import assemble
from workers.page_reading import SIDE_BY_SIDE, Asking, Leafing, OnPage, untold
from workers.pages import Page, Pages
from workers.prompted import PLAIN, Fault, read_fields, read_text
from workers.sources import invoice_codes, with_qr
from workers.tiles import join, tiles

_INVOICE = "invoice"  # the check that a prompt of invoices names


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What one file said: the prompt that fitted, its text and fields, and what made the reading doubtful."""

    prompt: Prompt
    text: str
    fields: tuple[Field, ...] = ()
    rows: tuple[Row, ...] = ()
    doubts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # the texts of the codes on its pages


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
    wanted = _Wanted(prompt=prompt, candidates=candidates)
    with opened(data, window, as_pictures=wanted.looks) as paper:
        if paper.carried is not None and not paper.pages.numbers:
            read = _from_file(paper.carried, wanted)
        else:
            leafing = Leafing(pages=paper.pages, engine=engine, request_id=request_id, on_page=on_page)
            read = _from_pages(paper, wanted, leafing)
        trial = Trial(
            read=read.fields,
            prompt=read.prompt,
            today=today,
            companies=tuple(companies),
            codes=read.codes,
            rows=read.rows,
        )
        judged = trial.judged()
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
        doubts=(
            *paper.doubts,
            *read.doubts,
            *judged.doubts,
            *_gaps(read.prompt, fields),
            *incomplete(read.rows, read.prompt.columns),
        ),
        rows=judged.rows,
        first_page=paper.first,
        pages_left=paper.left,
    )


def _gaps(prompt: Prompt, fields: Sequence[Field]) -> list[str]:
    """Name the required fields that are missing; a page without any field is something else altogether."""
    found = {field.key for field in fields if field.value}
    missing = [spec.name for spec in prompt.fields if spec.required and spec.key not in found]
    return [texts.required_missing(missing)] if found and missing else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What the person wants a page read as."""

    prompt: Prompt
    candidates: Sequence[Prompt]

    @property
    def looks(self) -> bool:
        """Whether text that a file carries is not what is wanted: a page must be looked at."""
        return self.prompt.needs_model or self.prompt.output not in {Output.TEXT, Output.FIELDS}

    def fitting(self, text: str, codes: Sequence[str]) -> Prompt:
        if not self.candidates:
            return self.prompt
        return recognise(text, self.candidates, codes) or self.prompt


def _from_file(carried: Carried, wanted: _Wanted) -> _Read:
    """Take what the file says by itself; an invoice is held against the QR code that the file says it has."""
    if wanted.looks:
        raise Refused("picture_only", texts.picture_only(wanted.prompt.title))
    codes = (carried.code,) if carried.code else ()
    taken = wanted.fitting(carried.words, codes)
    has_fields = taken.output is Output.FIELDS
    read = _Read(
        prompt=taken,
        text=carried.text,
        fields=carried_fields(carried, taken.fields) if has_fields else (),
        rows=carried_rows(carried, taken.columns) if has_fields else (),
        doubts=carried.doubts,
        codes=codes,
    )
    return _with_codes(read, invoice_codes(codes)) if _is_invoice(read) else read


def _from_pages(paper: Opened, wanted: _Wanted, leafing: Leafing) -> _Read:
    """Read with the engine, and look for codes beside it; more closely where an invoice seems to have none."""
    read = (_by_prompt if leafing.engine.takes_prompts else _by_lines)(paper, wanted, leafing)
    if not _is_invoice(read):
        return read
    return _with_codes(read, invoice_codes(read.codes) or invoice_codes(_closer(read, paper.pages)))


def _closer(read: _Read, pages: Pages) -> tuple[str, ...]:
    """Look for codes once more on the pages that fields were found on."""
    numbers = {field.page for field in read.fields}
    chosen = [number for number in pages.numbers if number in numbers] or pages.numbers
    return codes_on((pages.page(number).image for number in chosen), closer=True)


def _is_invoice(read: _Read) -> bool:
    return bool(read.fields) and any(check.name == _INVOICE for check in read.prompt.checks)


def _with_codes(read: _Read, codes: Sequence[InvoiceQr]) -> _Read:
    fields, doubts = with_qr(read.fields, codes)
    return replace(read, fields=fields, doubts=(*read.doubts, *doubts))


def _by_lines(paper: Opened, wanted: _Wanted, leafing: Leafing) -> _Read:
    """Read with an engine that gives lines and their places: one reading serves the text and the fields."""
    leafed = leafing.through(_lines_of, paper.pages.numbers, codes=True, said=lambda reading: reading.text)
    text = _in_order(paper.carried, {number: reading.text for number, reading in leafed.found.items()})
    taken = wanted.fitting(text, leafed.codes)
    lines = [line for _, reading in sorted(leafed.found.items()) for line in reading.lines]
    has_fields = taken.output is Output.FIELDS
    found = find_fields(lines, taken.fields) if has_fields else ()
    cut_short = any(reading.stop is not Stop.DONE for reading in leafed.found.values())
    return _Read(
        prompt=taken,
        text=text,
        fields=_merged(_carried_fields(paper.carried, taken), found),
        rows=by_page([*_carried_rows(paper.carried, taken), *(find_rows(lines, taken.columns) if has_fields else ())]),
        doubts=(*([texts.reading_cut_short()] if cut_short else []), *_unread(leafed.refused)),
        codes=leafed.codes,
    )


def _lines_of(page: Page, ask: Asking) -> Reading:
    pieces = tiles(page)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        readings = list(threads.map(lambda piece: ask(piece.image, ""), pieces))
    whole = join(pieces, readings)
    return replace(whole, lines=tuple(replace(line, page=page.index) for line in whole.lines))


def _by_prompt(paper: Opened, wanted: _Wanted, leafing: Leafing) -> _Read:
    """Read with an engine that follows prompts: the text first where nobody named a kind, then the kind's fields."""
    numbers, codes = paper.pages.numbers, None
    said: dict[int, str] = {}
    faults, refused = list[Fault](), dict[int, Refused]()
    taken = prompt = wanted.prompt
    if prompt.output is not Output.FIELDS or wanted.candidates:
        asked = prompt if prompt.output is not Output.FIELDS else replace(prompt, text=PLAIN, output=Output.TEXT)
        answers = leafing.through(partial(_text_of, asked), numbers, codes=True, said=lambda answer: answer[0])
        said = {number: text for number, (text, _) in answers.found.items()}
        faults += [fault for _, found in answers.found.values() for fault in found]
        numbers, codes, refused = [*said], answers.codes, {**answers.refused}
        taken = wanted.fitting(_in_order(paper.carried, said), codes)
    fields: tuple[Field, ...] = ()
    rows: list[Row] = []
    if taken.output is Output.FIELDS:
        told = None if said else lambda _: ""
        found = leafing.through(partial(_fields_of, taken), numbers, codes=codes is None, said=told)
        faults += [fault for _, fault, _ in found.found.values() if fault is not None]
        fields = _first_found({number: of_page for number, (of_page, _, _) in found.found.items()})
        rows = [row for _, _, of_page in found.found.values() for row in of_page]
        codes, refused = found.codes if codes is None else codes, {**refused, **found.refused}
    return _Read(
        prompt=taken,
        text=_in_order(paper.carried, said),
        fields=_merged(_carried_fields(paper.carried, taken), fields),
        rows=by_page([*_carried_rows(paper.carried, taken), *rows]),
        doubts=(*map(texts.reading_doubtful, dict.fromkeys(faults)), *_unread(refused)),
        codes=codes or (),
    )


def _text_of(prompt: Prompt, page: Page, ask: Asking) -> tuple[str, list[Fault]]:
    pieces = tiles(page)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        answers = list(threads.map(lambda piece: read_text(piece.image, prompt.text, ask), pieces))
    return assemble(prompt.output, pieces, answers)


def _fields_of(prompt: Prompt, page: Page, ask: Asking) -> tuple[Sequence[Field], Fault | None, Sequence[Row]]:
    """Ask for the fields, and beside them for the table where the prompt has columns; the fields do without it."""
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(ask_rows, page, prompt.columns, ask) if prompt.columns else None
        fields, fault = read_fields(page.image, prompt, ask)
        return fields, fault, asked.result() if asked is not None else ()


def _first_found(pages: Mapping[int, Sequence[Field]]) -> tuple[Field, ...]:
    """Return each field as the first page has it that has it."""
    columns = zip(*([replace(field, page=number) for field in pages[number]] for number in sorted(pages)), strict=True)
    return tuple(next((field for field in column if field.value), replace(column[0], page=None)) for column in columns)


def _carried_fields(carried: Carried | None, prompt: Prompt) -> tuple[Field, ...]:
    return carried_fields(carried, prompt.fields) if carried and prompt.output is Output.FIELDS else ()


def _carried_rows(carried: Carried | None, prompt: Prompt) -> tuple[Row, ...]:
    return carried_rows(carried, prompt.columns) if carried and prompt.output is Output.FIELDS else ()


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


def _in_order(carried: Carried | None, said: Mapping[int, str]) -> str:
    """Return the texts of all pages, those with a text layer and those that were looked at, in their order."""
    written = carried.texts if carried else {}
    whole = {**written, **said}
    return "\n\n".join(whole[number] for number in sorted(whole) if whole[number])


def _unread(refused: Mapping[int, Refused]) -> list[str]:
    return [texts.pages_unreadable([number + 1 for number in sorted(refused)])] if refused else []
