"""Reading the page images of a file: with an engine that returns lines, or with one that follows prompts."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

from bot.domain import texts
from bot.domain.checking.second_reading import may_stay_unchecked
from bot.domain.document import Field, Line, Reading, Row, Stop, Straightening
from bot.domain.engine_profile import Profile
from bot.domain.errors import Refused
from bot.domain.prompt import Output, Prompt
from workers.extraction.fields import fields_by_page, find_fields
from workers.extraction.table_rows import find_table, page_of
from workers.files.embedded import EmbeddedContent
from workers.files.format_protocol import Page
from workers.reading.answer_caps import answer_cap
from workers.reading.ask_model import PLAIN, Fault, ModelAnswer, for_text_alone, read_fields, read_text
from workers.reading.ask_table import ask_rows
from workers.reading.assemble import assemble
from workers.reading.image_reader import in_pixels_of
from workers.reading.model_words import candidates_in_words_of, in_words_of
from workers.reading.page_loop import EngineAccess, PageLoop, each
from workers.reading.papers.across_pages import kind_of
from workers.reading.second_engine.beside import ReadingsBeside
from workers.reading.second_look.previews import enlarged_if_small
from workers.reading.tiles import Tile, join, quarters_of, tiles
from workers.reading.upright.straightened import Straightenings, turned_page

_AS_PRINTED = frozenset({Output.TEXT, Output.MARKDOWN})  # outputs that are the text on a page, in its order


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReading:
    """The prompt that a file is read with, and the candidates that may replace it."""

    prompt: Prompt
    candidates: Sequence[Prompt]

    @property
    def needs_pictures(self) -> bool:
        """Whether page images are needed because the text embedded in a file cannot answer the prompt."""
        return self.prompt.needs_model or self.prompt.output not in {Output.TEXT, Output.FIELDS}

    def in_words_of(self, profile: Profile | None) -> "WantedReading":
        """Return the same with what the model of `profile` is asked; raises `Refused` if it cannot be asked for that.

        Candidates that it cannot be asked for are left out.
        """
        return WantedReading(
            prompt=in_words_of(profile, self.prompt), candidates=candidates_in_words_of(profile, self.candidates)
        )

    def prompt_for(self, pages: Mapping[int, str], codes: Mapping[int, Sequence[str]]) -> Prompt:
        """Return the prompt for pages with these texts and codes, both by page number."""
        if not self.candidates:
            return self.prompt
        with_codes = {number: (pages.get(number, ""), codes.get(number, ())) for number in {*pages, *codes}}
        return kind_of(with_codes, self.candidates) or self.prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesRead:
    """The result of reading pages, by page number: the texts of all pages, the rest only of those that are images."""

    prompt: Prompt
    texts: Mapping[int, str] = field(default_factory=dict)
    codes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[int, tuple[Field, ...]] = field(default_factory=dict)
    lines: Mapping[int, tuple[Line, ...]] = field(default_factory=dict)  # with places
    beside: Mapping[int, tuple[Line, ...]] = field(default_factory=dict)  # the same by a second engine, to compare
    straightened: Straightenings = field(default_factory=dict)  # how the places of the lines, and so of fields, are
    rows: tuple[Row, ...] = ()
    doubts: tuple[str, ...] = ()

    def on(self, pages: Collection[int]) -> "PagesRead":
        """Return the result for these pages only; texts and doubts stay complete."""
        return replace(
            self,
            lines={number: lines for number, lines in self.lines.items() if number in pages},
            beside={number: lines for number, lines in self.beside.items() if number in pages},
            codes={number: codes for number, codes in self.codes.items() if number in pages},
            fields={number: fields for number, fields in self.fields.items() if number in pages},
            rows=tuple(row for row in self.rows if page_of(row) in pages),
        )


def read_by_lines(
    embedded: EmbeddedContent | None, numbers: Sequence[int], wanted: WantedReading, page_loop: PageLoop
) -> PagesRead:
    """Read with an engine that returns lines with boxes: one reading gives both text and fields."""
    loop_results = page_loop.run(_read_lines, numbers, codes=True, text_of=lambda reading: reading.text)
    page_texts = {
        **_embedded_texts(embedded),
        **{number: reading.text for number, reading in loop_results.found.items()},
    }
    chosen = wanted.prompt_for(page_texts, loop_results.codes)
    lines = [line for _, reading in sorted(loop_results.found.items()) for line in reading.lines]
    has_fields = chosen.output is Output.FIELDS
    no_fields = find_fields((), chosen.fields)
    cut_short = any(reading.stop is not Stop.DONE for reading in loop_results.found.values())
    return PagesRead(
        prompt=chosen,
        texts=page_texts,
        codes=loop_results.codes,
        fields={**dict.fromkeys(loop_results.found, no_fields), **fields_by_page(lines, chosen.fields)}
        if has_fields
        else {},
        lines={number: reading.lines for number, reading in loop_results.found.items()},
        straightened={
            number: reading.straightening
            for number, reading in loop_results.found.items()
            if reading.straightening is not None
        },
        rows=find_table(lines, chosen) if has_fields else (),
        doubts=(
            *([texts.warnings.table_needs_model()] if chosen.output is Output.TABLE else []),
            *_blurry_pages(loop_results.blurry, numbers),
            *([texts.warnings.reading_cut_short()] if cut_short else []),
            *_unread_pages(loop_results.refused),
        ),
    )


def _read_lines(page: Page, ask: EngineAccess) -> Reading:
    shown = enlarged_if_small(page, ask.reader.engine.form().preview_scale)
    return in_pixels_of(_read_shown(shown, ask), shown.image.size, page.image.size)


def _read_shown(page: Page, ask: EngineAccess) -> Reading:
    parts, readings = _read_tiles(page, ask)
    quarters = quarters_of(readings) if len(parts) > 1 else 0
    if quarters:  # cut into tiles as it lies, a page is read in the wrong order
        parts, readings = _read_tiles(turned_page(page, quarters), ask)
    joined = join(parts, readings)
    if quarters:
        found = joined.straightening or Straightening()
        joined = replace(joined, straightening=replace(found, quarters=(quarters + found.quarters) % 4))
    return replace(joined, lines=tuple(replace(line, page=page.index) for line in joined.lines))


def _read_tiles(page: Page, ask: EngineAccess) -> tuple[Sequence[Tile], Sequence[Reading]]:
    parts = tiles(page)
    return parts, list(each(lambda tile: ask(tile.image, ""), parts))


def read_by_prompt(
    embedded: EmbeddedContent | None, numbers: Sequence[int], wanted: WantedReading, page_loop: PageLoop
) -> PagesRead:
    """Read with an engine that follows prompts: the text first, if the kind is unknown, then the fields of the kind.

    What a person named and the model finds no value for is looked for in the text, which is read then if it was not.
    """
    page_texts: dict[int, str] = {}
    codes: Mapping[int, tuple[str, ...]] | None = None
    faults, refused, blurry = list[Fault](), dict[int, Refused](), list[str]()
    embedded_texts = _embedded_texts(embedded)
    chosen = prompt = wanted.prompt
    if prompt.output is not Output.FIELDS or wanted.candidates:
        asked = prompt if prompt.output is not Output.FIELDS else _for_text(prompt)
        answers = page_loop.run(partial(_read_page_text, asked), numbers, codes=True, text_of=lambda answer: answer[0])
        page_texts = {number: text for number, (text, _) in answers.found.items()}
        faults += [fault for _, of_page in answers.found.values() for fault in of_page]
        blurry = _blurry_pages(answers.blurry, numbers)
        numbers, codes, refused = [*page_texts], answers.codes, {**answers.refused}
        chosen = wanted.prompt_for({**embedded_texts, **page_texts}, codes)
    fields: dict[int, tuple[Field, ...]] = {}
    rows: list[Row] = []
    beside: dict[int, tuple[Line, ...]] = {}
    if chosen.output is Output.FIELDS:
        progress = None if page_texts else lambda _: ""
        read_page = partial(_read_page_fields, chosen, page_loop.beside if may_stay_unchecked(chosen) else None)
        results = page_loop.run(read_page, numbers, codes=codes is None, text_of=progress)
        faults += [page.fault for page in results.found.values() if page.fault is not None]
        fields = {number: _with_page(number, page.fields) for number, page in results.found.items()}
        rows = [row for page in results.found.values() for row in page.rows]
        beside = {number: page.beside for number, page in results.found.items() if page.beside}
        codes, refused = results.codes if codes is None else codes, {**refused, **results.refused}
        if not page_texts and _lacks_named(fields, chosen):
            searched = page_loop.run(partial(_read_page_text, _for_text(chosen)), [*fields], codes=False)
            page_texts = {number: text for number, (text, _) in searched.found.items()}
    return PagesRead(
        prompt=chosen,
        texts={**embedded_texts, **page_texts},
        codes=codes or {},
        fields=fields,
        rows=tuple(rows),
        beside=beside,
        doubts=(*blurry, *map(texts.warnings.reading_doubtful, dict.fromkeys(faults)), *_unread_pages(refused)),
    )


def _for_text(prompt: Prompt) -> Prompt:
    return replace(prompt, text=PLAIN, output=Output.TEXT, most_tokens=None)


def _lacks_named(fields: Mapping[int, Sequence[Field]], prompt: Prompt) -> bool:
    """Return whether no page has a value for a field that a person named."""
    named = {spec.key for spec in prompt.fields if spec.asked_by_name}
    found = {field.key for of_page in fields.values() for field in of_page if field.value}
    return bool(fields) and not named <= found


def read_as(read: PagesRead, page_loop: PageLoop, kind: Prompt, numbers: Sequence[int]) -> PagesRead:
    """Return the result for some of the pages that were read, as pages of another kind.

    The lines that an engine gave serve any kind; one that follows prompts is asked again.
    """
    numbers = [number for number in numbers if number in page_loop.pages.numbers]
    if page_loop.engine.takes_prompts:
        wanted = WantedReading(prompt=kind, candidates=())
        beside = None if read.beside.keys() & {*numbers} else page_loop.beside  # once is enough
        loop = replace(page_loop, beside=beside)
        again = read_by_prompt(None, numbers, wanted, loop) if numbers else PagesRead(prompt=kind)
        return replace(again, texts={**read.texts, **again.texts}, beside={**read.on(numbers).beside, **again.beside})
    lines = [line for number in numbers for line in read.lines.get(number, ())]
    return replace(
        read.on(numbers),
        prompt=kind,
        fields={**dict.fromkeys(numbers, find_fields((), kind.fields)), **fields_by_page(lines, kind.fields)},
        lines={number: read.lines[number] for number in numbers if number in read.lines},
        rows=find_table(lines, kind),
    )


def _embedded_texts(embedded: EmbeddedContent | None) -> Mapping[int, str]:
    return embedded.texts if embedded else {}


def _read_page_text(prompt: Prompt, page: Page, ask: EngineAccess) -> tuple[str, list[Fault]]:
    parts = tiles(page)

    def read_tile(tile: Tile) -> ModelAnswer:
        capped = ask.capped(answer_cap(prompt, tile.image))
        asked = capped if prompt.output is Output.BOXES else for_text_alone(capped)
        return read_text(tile.image, prompt.text, asked, as_printed=prompt.output in _AS_PRINTED)

    return assemble(prompt.output, parts, [*each(read_tile, parts)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageFields:
    """The fields and rows that a model gave for a page, what is wrong with them, and a second engine's lines."""

    fields: Sequence[Field]
    fault: Fault | None
    rows: Sequence[Row] = ()
    beside: tuple[Line, ...] = ()


def _read_page_fields(prompt: Prompt, beside: ReadingsBeside | None, page: Page, ask: EngineAccess) -> _PageFields:
    """Ask for the fields and, if the prompt has columns, in parallel for the table, which is optional.

    `beside` reads the page at the same time with a second engine.
    """
    begun = beside.begin(page) if beside is not None else None
    with ThreadPoolExecutor(1) as table_thread:
        rows = table_thread.submit(ask_rows, page, prompt, ask) if prompt.columns else None
        fields, fault = read_fields(page.image, prompt, ask.capped(answer_cap(prompt, page.image)))
        of_table = rows.result() if rows is not None else ()
    return _PageFields(fields=fields, fault=fault, rows=of_table, beside=begun.lines() if begun is not None else ())


def _with_page(number: int, fields: Sequence[Field]) -> tuple[Field, ...]:
    return tuple(replace(field, page=number if field.value else None) for field in fields)


def first_found(pages: Mapping[int, Sequence[Field]]) -> tuple[Field, ...]:
    """Return each field as on the first page that has a value for it."""
    columns = zip(*(pages[number] for number in sorted(pages)), strict=True)
    return tuple(next((field for field in column if field.value), column[0]) for column in columns)


def _blurry_pages(blurry: Sequence[int], numbers: Sequence[int]) -> list[str]:
    """Return a doubt that names the blurry pages among `numbers`, if there are any."""
    named = [number + 1 for number in blurry] if len(numbers) > 1 else []
    return [texts.unreadable.too_blurry(named)] if blurry else []


def _unread_pages(refused: Mapping[int, Refused]) -> list[str]:
    return [texts.unreadable.pages_unreadable([number + 1 for number in sorted(refused)])] if refused else []
