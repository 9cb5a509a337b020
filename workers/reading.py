"""One file from bytes to a checked document, the same for the chat and for `ocrbot read`."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from time import perf_counter

from PIL.Image import Image

from bot.domain import texts
from bot.domain.document import Document, Field, Line, Reading, Row, Stop
from bot.domain.errors import Refused
from bot.domain.invoice_qr import InvoiceQr
from bot.domain.organisation import Company
from bot.domain.prompts import Output, Prompt, recognise
from bot.domain.proposals import Trial, with_confusions
from workers.again import AGAIN_SECONDS, read_again
from workers.carried import Carried, carried_fields, carried_rows
from workers.codes import codes_on
from workers.einvoice import EMBEDDED, read_carried
from workers.engines.base import Engine
from workers.fields import find_fields
from workers.grid import find_rows
from workers.outputs import assemble
from workers.pages import Page, open_pages
from workers.prompted import PLAIN, Fault, read_fields, read_text
from workers.sources import invoice_codes, with_qr
from workers.tiles import join, tiles

_INVOICE = "invoice"  # the check that a prompt of invoices names
_SIDE_BY_SIDE = 4  # pieces of one file that are with the engine at once


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What one file said: the prompt that fitted, its text and fields, and what made the reading doubtful."""

    prompt: Prompt
    text: str
    pages: int = 1
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
) -> Document:
    """Read `data`, a file that carries its own text and data or an image of any kind that `open_pages` takes.

    With `candidates`, what stands on the page decides, in words or in a code: the one that recognises it takes the
    place of `prompt`. An invoice is merged with what its QR code says before it is checked.
    Raises `Refused` for what cannot be read, `Unavailable` and `Misconfigured` from the engine.
    """
    if prompt.needs_model and not engine.takes_prompts:
        raise Refused("needs_model", texts.needs_model(prompt.title))
    started = perf_counter()
    carried = read_carried(data)
    pages = open_pages(data) if carried is None else ()
    if carried is not None:
        read = _from_file(carried, prompt, candidates)
    else:
        read = _from_pages(pages, prompt, candidates, engine, request_id)
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
    fields = with_confusions(read_again(judged.fields, trial, [page.image for page in pages], look), trial)
    return Document(
        prompt=read.prompt.name,
        title=read.prompt.title,
        engine=engine.name if carried is None else EMBEDDED,
        seconds=round(perf_counter() - started, 3),
        pages=read.pages,
        text=read.text,
        fields=fields,
        doubts=(*read.doubts, *judged.doubts, *_gaps(read.prompt, fields), *_gaps_in(read.rows, read.prompt)),
        rows=judged.rows,
    )


def _gaps(prompt: Prompt, fields: Sequence[Field]) -> list[str]:
    """Name the required fields that are missing; a page without any field is something else altogether."""
    found = {field.key for field in fields if field.value}
    missing = [spec.name for spec in prompt.fields if spec.required and spec.key not in found]
    return [texts.required_missing(missing)] if found and missing else []


def _gaps_in(rows: Sequence[Row], prompt: Prompt) -> list[str]:
    """Name the lines that lack a cell which each should have."""
    required = [spec.key for spec in prompt.columns if spec.required]
    lost = [[cell.name for cell in row.cells if cell.key in required and not cell.value] for row in rows]
    numbers = [number for number, names in enumerate(lost, 1) if names]
    names = tuple(dict.fromkeys(name for line in lost for name in line))
    return [texts.lines_incomplete(numbers, names)] if numbers else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What the person wants a page read as; `codes` are looked for beside the engine, and waited for here."""

    prompt: Prompt
    candidates: Sequence[Prompt]
    codes: Callable[[], Sequence[str]]

    def fitting(self, text: str) -> Prompt:
        if not self.candidates:
            return self.prompt
        return recognise(text, self.candidates, self.codes()) or self.prompt


def _from_file(carried: Carried, prompt: Prompt, candidates: Sequence[Prompt]) -> _Read:
    """Take what the file says by itself; an invoice is held against the QR code that the file says it has."""
    if prompt.needs_model or prompt.output not in {Output.TEXT, Output.FIELDS}:
        raise Refused("picture_only", texts.picture_only(prompt.title))
    codes = (carried.code,) if carried.code else ()
    taken = _Wanted(prompt=prompt, candidates=candidates, codes=lambda: codes).fitting(carried.words)
    has_fields = taken.output is Output.FIELDS
    read = _Read(
        prompt=taken,
        text=carried.text,
        pages=carried.pages,
        fields=carried_fields(carried, taken.fields) if has_fields else (),
        rows=carried_rows(carried, taken.columns) if has_fields else (),
        doubts=carried.doubts,
        codes=codes,
    )
    return _with_codes(read, invoice_codes(codes)) if _is_invoice(read) else read


def _from_pages(
    pages: Sequence[Page], prompt: Prompt, candidates: Sequence[Prompt], engine: Engine, request_id: str
) -> _Read:
    """Read with the engine, and look for codes beside it; more closely where an invoice seems to have none."""
    images = [page.image for page in pages]
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(codes_on, images)
        wanted = _Wanted(prompt=prompt, candidates=candidates, codes=looking.result)
        read = (_by_prompt if engine.takes_prompts else _by_lines)(pages, wanted, engine, request_id)
    read = replace(read, pages=len(pages), codes=looking.result())
    if not _is_invoice(read):
        return read
    return _with_codes(read, invoice_codes(read.codes) or invoice_codes(codes_on(images, closer=True)))


def _is_invoice(read: _Read) -> bool:
    return bool(read.fields) and any(check.name == _INVOICE for check in read.prompt.checks)


def _with_codes(read: _Read, codes: Sequence[InvoiceQr]) -> _Read:
    fields, doubts = with_qr(read.fields, codes)
    return replace(read, fields=fields, doubts=(*read.doubts, *doubts))


def _by_lines(pages: Sequence[Page], wanted: _Wanted, engine: Engine, request_id: str) -> _Read:
    """Read with an engine that gives lines and their places: one reading serves the text and the fields."""
    readings = [_lines_of(page, engine, request_id) for page in pages]
    text = "\n\n".join(reading.text for reading in readings if reading.text)
    taken = wanted.fitting(text)
    lines = [line for reading in readings for line in reading.lines]
    return _Read(
        prompt=taken,
        text=text,
        fields=find_fields(lines, taken.fields) if taken.output is Output.FIELDS else (),
        rows=find_rows(lines, taken.columns) if taken.output is Output.FIELDS else (),
        doubts=(texts.reading_cut_short(),) if any(reading.stop is not Stop.DONE for reading in readings) else (),
    )


def _lines_of(page: Page, engine: Engine, request_id: str) -> Reading:
    pieces = tiles(page)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        readings = list(threads.map(lambda piece: engine.read(piece.image, "", request_id=request_id), pieces))
    whole = join(pieces, readings)
    return replace(whole, lines=tuple(_on_page(line, page.index) for line in whole.lines))


def _on_page(line: Line, number: int) -> Line:
    return replace(line, page=number)


def _by_prompt(pages: Sequence[Page], wanted: _Wanted, engine: Engine, request_id: str) -> _Read:
    """Read with an engine that follows prompts: the text first where nobody named a kind, then the kind's fields."""

    def ask(number: int) -> "_Asking":
        return _Asking(engine=engine, request_id=request_id, priority=number)

    text, faults = "", list[Fault]()
    taken = prompt = wanted.prompt
    if prompt.output is not Output.FIELDS or wanted.candidates:
        asked = prompt if prompt.output is not Output.FIELDS else replace(prompt, text=PLAIN, output=Output.TEXT)
        answers = [_text_of(page, asked, ask(page.index)) for page in pages]
        text = "\n\n".join(said for said, _ in answers if said)
        faults += [fault for _, found in answers for fault in found]
        taken = wanted.fitting(text)
    fields: tuple[Field, ...] = ()
    if taken.output is Output.FIELDS:
        found = [read_fields(page.image, taken, ask(page.index)) for page in pages]
        faults += [fault for _, fault in found if fault is not None]
        fields = _first_found([of_page for of_page, _ in found])
    return _Read(
        prompt=taken, text=text, fields=fields, doubts=tuple(map(texts.reading_doubtful, dict.fromkeys(faults)))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    engine: Engine
    request_id: str
    priority: int  # of a long document the first page comes first, and another's only page before the rest

    def __call__(self, image: Image, prompt: str) -> Reading:
        return self.engine.read(image, prompt, request_id=self.request_id, priority=self.priority)


def _text_of(page: Page, prompt: Prompt, ask: _Asking) -> tuple[str, list[Fault]]:
    pieces = tiles(page)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        answers = list(threads.map(lambda piece: read_text(piece.image, prompt.text, ask), pieces))
    return assemble(prompt.output, pieces, answers)


def _first_found(pages: Sequence[Sequence[Field]]) -> tuple[Field, ...]:
    """Return each field as the first page has it that has it."""
    return tuple(
        next((replace(field, page=number) for number, field in enumerate(column) if field.value), column[0])
        for column in zip(*pages, strict=True)
    )
