"""The pages that must be looked at, through an engine of either kind: what each of them says."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

from bot.domain.document import Field, Reading, Row, Stop
from bot.domain.errors import Refused
from bot.domain.prompt import Output, Prompt
from bot.domain.texts import chat as texts
from workers.extraction.fields import fields_by_page, find_fields
from workers.extraction.table_rows import find_rows, page_of
from workers.files.embedded import EmbeddedContent
from workers.files.file_format import Page
from workers.reading.ask_model import PLAIN, Fault, read_fields, read_text
from workers.reading.ask_table import ask_rows
from workers.reading.assemble import assemble
from workers.reading.page_loop import SIDE_BY_SIDE, Asking, PageLoop
from workers.reading.split_papers import kind_of
from workers.reading.tiles import join, tiles


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReading:
    """What the person wants a page read as."""

    prompt: Prompt
    candidates: Sequence[Prompt]

    @property
    def needs_pictures(self) -> bool:
        """Whether a page must be looked at: the text that a file carries is not what is wanted."""
        return self.prompt.needs_model or self.prompt.output not in {Output.TEXT, Output.FIELDS}

    def fitting(self, pages: Mapping[int, str], codes: Mapping[int, Sequence[str]]) -> Prompt:
        """Return what pages with these texts and codes are read as."""
        if not self.candidates:
            return self.prompt
        with_codes = {number: (pages.get(number, ""), codes.get(number, ())) for number in {*pages, *codes}}
        return kind_of(with_codes, self.candidates) or self.prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesRead:
    """What pages say, by their numbers: the texts of all, and what was seen on those that were looked at."""

    prompt: Prompt
    texts: Mapping[int, str] = field(default_factory=dict)
    codes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[int, tuple[Field, ...]] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    doubts: tuple[str, ...] = ()

    def on(self, pages: Collection[int]) -> "PagesRead":
        """Return what was seen on these pages; the texts and what was doubtful stay whole."""
        return replace(
            self,
            codes={number: codes for number, codes in self.codes.items() if number in pages},
            fields={number: fields for number, fields in self.fields.items() if number in pages},
            rows=tuple(row for row in self.rows if page_of(row) in pages),
        )


def by_lines(
    embedded: EmbeddedContent | None, numbers: Sequence[int], wanted: WantedReading, page_loop: PageLoop
) -> PagesRead:
    """Read with an engine that gives lines and their places: one reading serves the text and the fields."""
    loop_results = page_loop.through(_lines_of, numbers, codes=True, text_of=lambda reading: reading.text)
    page_texts = {**_written(embedded), **{number: reading.text for number, reading in loop_results.found.items()}}
    taken = wanted.fitting(page_texts, loop_results.codes)
    lines = [line for _, reading in sorted(loop_results.found.items()) for line in reading.lines]
    has_fields = taken.output is Output.FIELDS
    none = find_fields((), taken.fields)
    cut_short = any(reading.stop is not Stop.DONE for reading in loop_results.found.values())
    return PagesRead(
        prompt=taken,
        texts=page_texts,
        codes=loop_results.codes,
        fields={**dict.fromkeys(loop_results.found, none), **fields_by_page(lines, taken.fields)} if has_fields else {},
        rows=find_rows(lines, taken.columns) if has_fields else (),
        doubts=(*([texts.reading_cut_short()] if cut_short else []), *_unread(loop_results.refused)),
    )


def _lines_of(page: Page, ask: Asking) -> Reading:
    pieces = tiles(page)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        readings = list(threads.map(lambda piece: ask(piece.image, ""), pieces))
    whole = join(pieces, readings)
    return replace(whole, lines=tuple(replace(line, page=page.index) for line in whole.lines))


def by_prompt(
    embedded: EmbeddedContent | None, numbers: Sequence[int], wanted: WantedReading, page_loop: PageLoop
) -> PagesRead:
    """Read with an engine that follows prompts: the text first where nobody named a kind, then the kind's fields."""
    page_texts: dict[int, str] = {}
    codes: Mapping[int, tuple[str, ...]] | None = None
    faults, refused = list[Fault](), dict[int, Refused]()
    written = _written(embedded)
    taken = prompt = wanted.prompt
    if prompt.output is not Output.FIELDS or wanted.candidates:
        asked = prompt if prompt.output is not Output.FIELDS else replace(prompt, text=PLAIN, output=Output.TEXT)
        answers = page_loop.through(partial(_text_of, asked), numbers, codes=True, text_of=lambda answer: answer[0])
        page_texts = {number: text for number, (text, _) in answers.found.items()}
        faults += [fault for _, found in answers.found.values() for fault in found]
        numbers, codes, refused = [*page_texts], answers.codes, {**answers.refused}
        taken = wanted.fitting({**written, **page_texts}, codes)
    fields: dict[int, tuple[Field, ...]] = {}
    rows: list[Row] = []
    if taken.output is Output.FIELDS:
        progress = None if page_texts else lambda _: ""
        found = page_loop.through(partial(_fields_of, taken), numbers, codes=codes is None, text_of=progress)
        faults += [fault for _, fault, _ in found.found.values() if fault is not None]
        fields = {number: _on(number, of_page) for number, (of_page, _, _) in found.found.items()}
        rows = [row for _, _, of_page in found.found.values() for row in of_page]
        codes, refused = found.codes if codes is None else codes, {**refused, **found.refused}
    return PagesRead(
        prompt=taken,
        texts={**written, **page_texts},
        codes=codes or {},
        fields=fields,
        rows=tuple(rows),
        doubts=(*map(texts.reading_doubtful, dict.fromkeys(faults)), *_unread(refused)),
    )


def _written(embedded: EmbeddedContent | None) -> Mapping[int, str]:
    return embedded.texts if embedded else {}


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


def _on(number: int, fields: Sequence[Field]) -> tuple[Field, ...]:
    return tuple(replace(field, page=number if field.value else None) for field in fields)


def first_found(pages: Mapping[int, Sequence[Field]]) -> tuple[Field, ...]:
    """Return each field as the first page has it that has it."""
    columns = zip(*(pages[number] for number in sorted(pages)), strict=True)
    return tuple(next((field for field in column if field.value), column[0]) for column in columns)


def _unread(refused: Mapping[int, Refused]) -> list[str]:
    return [texts.pages_unreadable([number + 1 for number in sorted(refused)])] if refused else []
