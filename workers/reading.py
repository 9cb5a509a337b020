"""One file from bytes to a checked document, the same for the chat and for `ocrbot read`."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter

from PIL.Image import Image

from bot.domain import texts
from bot.domain.checks_by_name import run_checks
from bot.domain.document import Document, Field, Line, Reading, Stop
from bot.domain.prompts import Output, Prompt, recognise
from workers.engines.base import Engine
from workers.fields import find_fields
from workers.pages import Page, open_pages
from workers.prompted import Fault, read_fields, read_text
from workers.tiles import join, tiles

_SIDE_BY_SIDE = 4  # pieces of one file that are with the engine at once


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What one file said: the prompt that fitted, its text and fields, and what made the reading doubtful."""

    prompt: Prompt
    text: str
    fields: tuple[Field, ...] = ()
    doubts: tuple[str, ...] = ()


def read_document(  # noqa: PLR0913 - all six are what one reading depends on
    data: bytes,
    prompt: Prompt,
    candidates: Sequence[Prompt],
    engine: Engine,
    *,
    today: date,
    request_id: str = "",
) -> Document:
    """Read `data`, an image of any kind that `open_pages` takes.

    With `candidates`, what stands on the page decides: the one that recognises it takes the place of `prompt`.
    Raises `Refused` for what cannot be read, `Unavailable` and `Misconfigured` from the engine.
    """
    started = perf_counter()
    pages = open_pages(data)
    read = (_by_prompt if engine.takes_prompts else _by_lines)(pages, prompt, candidates, engine, request_id)
    fields, doubts = run_checks(read.fields, read.prompt.checks, today=today)
    return Document(
        prompt=read.prompt.name,
        title=read.prompt.title,
        engine=engine.name,
        seconds=round(perf_counter() - started, 3),
        pages=len(pages),
        text=read.text,
        fields=fields,
        doubts=(*read.doubts, *doubts),
    )


def _by_lines(
    pages: Sequence[Page], prompt: Prompt, candidates: Sequence[Prompt], engine: Engine, request_id: str
) -> _Read:
    """Read with an engine that gives lines and their places: one reading serves the text and the fields."""
    readings = [_lines_of(page, engine, request_id) for page in pages]
    text = "\n\n".join(reading.text for reading in readings if reading.text)
    taken = recognise(text, candidates) or prompt
    lines = [line for reading in readings for line in reading.lines]
    return _Read(
        prompt=taken,
        text=text,
        fields=find_fields(lines, taken.fields) if taken.output is Output.FIELDS else (),
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


def _by_prompt(
    pages: Sequence[Page], prompt: Prompt, candidates: Sequence[Prompt], engine: Engine, request_id: str
) -> _Read:
    """Read with an engine that follows prompts: the text first where nobody named a kind, then the kind's fields."""

    def ask(number: int) -> "_Asking":
        return _Asking(engine=engine, request_id=request_id, priority=number)

    text, faults = "", list[Fault]()
    taken = prompt
    if prompt.output is Output.TEXT:
        answers = [_text_of(page, prompt, ask(page.index)) for page in pages]
        text = "\n\n".join(said for said, _ in answers if said)
        faults += [fault for _, found in answers for fault in found]
        taken = recognise(text, candidates) or prompt
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
    text = join(pieces, [Reading(text=answer.text) for answer in answers]).text
    return text, [answer.fault for answer in answers if answer.fault is not None]


def _first_found(pages: Sequence[Sequence[Field]]) -> tuple[Field, ...]:
    """Return each field as the first page has it that has it."""
    return tuple(
        next((replace(field, page=number) for number, field in enumerate(column) if field.value), column[0])
        for column in zip(*pages, strict=True)
    )
