"""One file from bytes to a checked document, the same for the chat and for `ocrbot read`."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from time import perf_counter

from bot.domain import texts
from bot.domain.checks import check_invoice
from bot.domain.document import Document, Field, Line, Reading, Stop
from bot.domain.prompts import Output, Prompt, recognise
from workers.engines.base import Engine
from workers.fields import find_fields
from workers.pages import Page, open_pages
from workers.tiles import join, tiles

_SIDE_BY_SIDE = 4  # pieces of one file that are with the engine at once


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
    readings = [_read_page(page, prompt, engine, request_id) for page in pages]
    text = "\n\n".join(reading.text for reading in readings if reading.text)
    taken = recognise(text, candidates) or prompt
    fields, doubts = _fields([line for reading in readings for line in reading.lines], taken, today)
    if any(reading.stop is not Stop.DONE for reading in readings):
        doubts = (texts.reading_cut_short(), *doubts)
    return Document(
        prompt=taken.name,
        title=taken.title,
        engine=engine.name,
        seconds=round(perf_counter() - started, 3),
        pages=len(pages),
        text=text,
        fields=fields,
        doubts=doubts,
    )


def _read_page(page: Page, prompt: Prompt, engine: Engine, request_id: str) -> Reading:
    pieces = tiles(page)
    if len(pieces) == 1:
        readings = [engine.read(pieces[0].image, prompt.text, request_id=request_id)]
    else:
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
            readings = list(
                threads.map(lambda piece: engine.read(piece.image, prompt.text, request_id=request_id), pieces)
            )
    whole = join(pieces, readings)
    return replace(whole, lines=tuple(replace(line, page=page.index) for line in whole.lines))


def _fields(lines: Sequence[Line], prompt: Prompt, today: date) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    if prompt.output is not Output.FIELDS:
        return (), ()
    return check_invoice(find_fields(lines, prompt.fields), today=today)
