"""Reading one file, from its bytes to a checked document, for the chat and for `ocrbot read`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from time import perf_counter

from bot.domain import texts
from bot.domain.checking.lines import CheckResult
from bot.domain.checking.proposals import CheckedFields, with_confusions
from bot.domain.checking.second_reading import with_second_readings
from bot.domain.document import Document, Field, Line, OnlyPage, PlaceInFile, Row, SignatureState, Status
from bot.domain.errors import Refused, Unavailable
from bot.domain.organisation import Company
from bot.domain.prompt import Prompt
from workers.engines.base import AskOptions, Engine, profile_of_engine
from workers.extraction.embedded_fields import printed_by_page
from workers.extraction.table_rows import incomplete_lines
from workers.files.embedded import EMBEDDED, EmbeddedContent
from workers.files.file_type import IdentifiedFile
from workers.files.format_protocol import OpenedFile, OpenRequest, PageWindow
from workers.files.registry import open_file
from workers.reading.document_parts import DocumentParts, FileParts, read_opened
from workers.reading.doubtful_print import with_doubts_of_print
from workers.reading.held_pixels import HeldPixels
from workers.reading.image_reader import ImageReader
from workers.reading.meanwhile.later import Later
from workers.reading.merge_sources import against_layer
from workers.reading.model_words import engine_with_words_of
from workers.reading.page_loop import BEHIND, OnPage, PageLoop, ignore_page
from workers.reading.page_pictures import OnPicture, show_pictures
from workers.reading.pages import WantedReading
from workers.reading.reread import AGAIN_SECONDS, read_again
from workers.reading.second_engine.beside import ReadingsBeside
from workers.reading.second_engine.stand_in import may_stand_in, require_as_good
from workers.reading.second_look.unread_cells import with_unread_cells
from workers.reading.upright.straightened import Straightenings, box_on_page, on_pages, rows_on_pages, turned


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """A file and how it is to be read.

    A prompt of the `candidates` that recognises the text or a code of a page replaces `prompt`. Only the pages in
    `window` are read. `companies` are those that invoices may be made out to; `request_id` identifies the reading in
    the engine's log. The pages of a file that is `behind` wait at an engine with priorities for those of others.
    `roots` are certificates as PEM; who signed a file is said if all its signers lead to them.
    """

    file: IdentifiedFile
    prompt: Prompt
    candidates: Sequence[Prompt] = ()
    today: date
    companies: Sequence[Company] = ()
    window: PageWindow = PageWindow()  # noqa: RUF009 - frozen
    request_id: str = ""
    behind: bool = False
    roots: tuple[str, ...] = ()


def read_document(  # noqa: PLR0913 - keyword-only: who is told of what, and what is shared
    request: ReadRequest,
    engine: Engine,
    *,
    second: Engine | None = None,
    on_page: OnPage = ignore_page,
    on_picture: OnPicture | None = None,
    held: HeldPixels | None = None,
    later: Later | None = None,
) -> Document:
    """Return the document in a file with embedded text and data, page images, or both.

    An invoice is merged with its QR code before it is checked. `on_page` is called for each page image that was read,
    `on_picture` for the pictures of pages, if they are wanted; files that are read at the same time share `held` and
    `later`. A `second` engine without prompts, if there is one, reads beside one with prompts what no check is about,
    and instead of it what it reads as well while the first is away. Raises `Refused` for a file that cannot be read,
    and the engine's `Unavailable` and `Misconfigured`.
    """
    prompt, held = request.prompt, held or HeldPixels()
    if prompt.needs_model and not engine.takes_prompts:
        raise Refused("needs_model", texts.failures.needs_model(prompt.title))
    wishes = _Wishes(on_page=on_page, on_picture=on_picture, held=held, later=later or Later())
    if second is None:
        return _read(request, engine, wishes)
    beside = ReadingsBeside(reader=ImageReader(engine=second, held=held), request_id=request.request_id)
    try:
        return _read(request, engine, wishes, beside if engine.takes_prompts else None)
    except Unavailable as away:
        if not may_stand_in(prompt, request.candidates):
            raise
        instead = _read(request, second, wishes)
        return require_as_good(instead, (prompt, *request.candidates), away, engine.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """Who is told of pages while they are read, and what files that are read at the same time share."""

    on_page: OnPage
    on_picture: OnPicture | None
    held: HeldPixels
    later: Later


def _read(request: ReadRequest, engine: Engine, wishes: _Wishes, beside: ReadingsBeside | None = None) -> Document:
    """Return the document as one engine reads it; raises as `read_document`."""
    prompt, started = request.prompt, perf_counter()
    wanted = WantedReading(prompt=prompt, candidates=request.candidates)
    opening = OpenRequest(
        file=request.file, window=request.window, as_pictures=wanted.needs_pictures, roots=request.roots
    )
    with open_file(opening) as opened:
        # A file without page images needs no engine, which need not answer then.
        profile = profile_of_engine(engine) if opened.pages.numbers else None
        worded = engine_with_words_of(profile, engine)
        page_loop = _page_loop(request, opened, worded, wishes, beside)
        file = read_opened(opened, wanted.in_words_of(profile), page_loop)
        upright = replace(opened, pages=turned(opened.pages, file.straightened))
        reader = ImageReader(engine=engine, held=wishes.held)
        verdicts = [_checked(read, request, upright, reader, file.straightened) for read in file.papers]
        only_page = _only_page(upright, file.straightened)
        if wishes.on_picture is not None:
            show_pictures(upright, wishes.on_picture, wishes.held)
    whole = Document(
        prompt=prompt.name,
        title=prompt.title,
        engine=engine.name if opened.pages.numbers else EMBEDDED,
        seconds=round(perf_counter() - started, 3),
        pages=opened.count,
        text="",
        first_page=opened.first,
        pages_left=opened.left,
        credit=profile.credit if profile is not None else None,
        signature=opened.signature,
        only_page=only_page,
    )
    first, *others = (
        _document(whole, read, verdict, _place(number, read, file))
        for number, (read, verdict) in enumerate(zip(file.papers, verdicts, strict=True), 1)
    )
    others = [replace(one, seconds=0.0) for one in others]
    return _with_doubts_of_file(replace(first, others=tuple(others), left_over=file.left_over), _doubts_about(opened))


def _page_loop(
    request: ReadRequest, opened: OpenedFile, engine: Engine, wishes: _Wishes, beside: ReadingsBeside | None
) -> PageLoop:
    return PageLoop(
        pages=opened.pages,
        engine=engine,
        request_id=request.request_id,
        least_priority=BEHIND if request.behind else 0,
        on_page=wishes.on_page,
        held=wishes.held,
        later=wishes.later,
        beside=beside,
    )


def _only_page(upright: OpenedFile, straightened: Straightenings) -> OnlyPage | None:
    """Return the page of a file that has no other, if an engine read it."""
    if (upright.first, upright.count, upright.left) != (0, 1, 0) or not upright.pages.numbers:
        return None
    (number,) = upright.pages.numbers
    width, height = upright.pages.size(number)
    found = straightened.get(number)
    return OnlyPage(width=width, height=height, quarters=found.quarters % 4 if found is not None else 0)


def _place(number: int, read: DocumentParts, file: FileParts) -> PlaceInFile | None:
    if read.pages is None:
        return None
    region = box_on_page(read.region, read.pages[0], file.straightened)
    return PlaceInFile(number=number, of=len(file.papers), pages=read.pages, region=region)


def _with_doubts_of_file(document: Document, doubts: Sequence[str]) -> Document:
    """Return the document with what is said of its file, such as pages left; of several papers the last has it."""
    if not document.others:
        return replace(document, doubts=(*doubts, *document.doubts))
    *others, last = document.others
    return replace(document, others=(*others, replace(last, doubts=(*doubts, *last.doubts))))


def _document(whole: Document, read: DocumentParts, verdict: CheckResult, place: PlaceInFile | None) -> Document:
    """Return one document of a file."""
    return replace(
        whole,
        prompt=read.prompt.name,
        title=read.prompt.title,
        text=read.text,
        fields=verdict.fields,
        doubts=(*read.doubts, *verdict.doubts, *_missing_values(read.prompt, verdict)),
        rows=verdict.rows,
        mixed=read.mixed,
        place=place,
        codes=tuple(read.codes),
    )


def _checked(
    read: DocumentParts,
    request: ReadRequest,
    opened: OpenedFile,
    reader: ImageReader,
    straightened: Straightenings,
) -> CheckResult:
    """Return the fields and rows as the checks leave them, with proposals for those that failed.

    Their boxes are in pixels of the upright pages.
    """
    again = AskOptions(request_id=request.request_id, timeout=AGAIN_SECONDS)
    read_region = partial(reader.read, prompt="", options=again)
    rows = read.rows
    if read.lines and not read.mixed and not _is_changed(opened):
        rows = with_unread_cells(rows, read.prompt.columns, opened.pages, read_region, straightened)
    trial = CheckedFields(
        read=read.fields,
        prompt=read.prompt,
        today=request.today,
        companies=tuple(request.companies),
        codes=read.codes,
        rows=rows,
        partial=_is_cut_off(read, opened),
    )
    verdict = trial.result()
    if read.mixed or _is_changed(opened):
        return _on_pages(_without_marks(verdict), straightened)
    fields = with_confusions(read_again(verdict.fields, trial, opened.pages, read_region, straightened), trial)
    fields = _against_layer(fields, read, opened.beside)
    fields = with_second_readings(fields, read.second, read.prompt.fields)
    doubted = partial(with_doubts_of_print, lines=read.lines, sizes=_sizes(read.lines, opened))
    doubted_rows = tuple(Row(cells=doubted(row.cells)) for row in verdict.rows)
    return _on_pages(replace(verdict, fields=doubted(fields), rows=doubted_rows), straightened)


def _on_pages(checked: CheckResult, straightened: Straightenings) -> CheckResult:
    return replace(
        checked,
        fields=on_pages(checked.fields, straightened),
        rows=rows_on_pages(checked.rows, straightened),
    )


def _sizes(lines: Sequence[Line], opened: OpenedFile) -> dict[int, tuple[int, int]]:
    return {number: opened.pages.size(number) for number in {line.page for line in lines} & {*opened.pages.numbers}}


def _against_layer(fields: tuple[Field, ...], read: DocumentParts, beside: Sequence[Line]) -> tuple[Field, ...]:
    """Return the fields with doubts where the text that the file holds of a scanned page says something else."""
    lines = tuple(line for line in beside if read.pages is None or line.page in read.pages)
    if not fields or not lines or read.region is not None:  # that text is of all papers on a page
        return fields
    specs = read.prompt.fields
    layer = printed_by_page(EmbeddedContent(pages=0, text="", lines=lines), specs)
    return against_layer(fields, layer, {spec.key for spec in specs if spec.masked})


def _is_changed(opened: OpenedFile) -> bool:
    """Return whether a file differs from what was signed, so that nothing in it confirms anything else in it."""
    return opened.signature is not None and opened.signature.state is SignatureState.CHANGED


def _doubts_about(opened: OpenedFile) -> tuple[str, ...]:
    return (*((texts.warnings.changed_after_signing(),) if _is_changed(opened) else ()), *opened.doubts)


def _is_cut_off(read: DocumentParts, opened: OpenedFile) -> bool:
    """Return whether pages that were not read may belong to a document."""
    if read.pages is None:
        return opened.first > 0 or opened.left > 0
    is_first, is_last = opened.first in read.pages, opened.first + opened.count - 1 in read.pages
    return read.region is None and ((is_first and opened.first > 0) or (is_last and opened.left > 0))


def _missing_values(prompt: Prompt, verdict: CheckResult) -> list[str]:
    """Return doubts that name the required fields and cells without a value; none if no field has any."""
    present = {field.key for field in verdict.fields if field.value}
    missing = [spec.name for spec in prompt.fields if spec.required and spec.key not in present]
    doubts = [texts.warnings.required_missing(missing)] if present and missing else []
    return [*doubts, *incomplete_lines(verdict.rows, prompt.columns)]


def _without_marks(checked: CheckResult) -> CheckResult:
    """Return the result of checks with no value confirmed; what was doubtful stays so."""
    return replace(
        checked,
        fields=tuple(map(_unchecked, checked.fields)),
        rows=tuple(Row(cells=tuple(map(_unchecked, row.cells))) for row in checked.rows),
    )


def _unchecked(field: Field) -> Field:
    return replace(field, status=Status.UNCHECKED, passed=()) if field.status is Status.CHECKED else field
