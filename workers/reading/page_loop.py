"""Running the pages of a file through an engine, some in parallel, with results in page order."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from threading import BoundedSemaphore
from typing import Generic, TypeVar

from PIL.Image import Image

from bot.domain.document import Reading
from bot.domain.errors import OcrbotError, Refused
from workers.engines.base import AskOptions, Engine
from workers.files.format_protocol import Page, Pages
from workers.reading.barcodes import Code
from workers.reading.blurry_pages import is_too_blurry, may_be_too_blurry
from workers.reading.held_pixels import HeldPixels
from workers.reading.image_reader import ImageReader
from workers.reading.meanwhile.code_search import CodeSearch
from workers.reading.meanwhile.later import Later
from workers.reading.pixel_room import PixelRoom
from workers.reading.second_engine.beside import ReadingsBeside

OPTIONAL_SECONDS = 40.0  # for an optional reading: a third of the time for a page
MOST_AT_ONCE = 4  # pages of one file in memory, and images of it with the engine, at the same time

BEHIND = 1000  # the least priority of files that wait for those of others

OnPage = Callable[[int, int, str], object]
"""Called with the pages done, the total of pages, and the text of the last page done, in page order."""

_T = TypeVar("_T")
_Item = TypeVar("_Item")


def each(work: Callable[[_Item], _T], items: Sequence[_Item]) -> Iterator[_T]:
    """Yield what `work` returns for each of the items, in their order; several run at a time, a single one here."""
    if len(items) == 1:
        yield work(items[0])
        return
    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        yield from threads.map(work, items)


def ignore_page(done: int, total: int, text: str) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineAccess:
    """Access to the engine for one page and its tiles; all pages of a file share the same slots."""

    reader: ImageReader
    slots: BoundedSemaphore
    options: AskOptions  # the first pages of all files have priority over later pages of long files

    def __call__(self, image: Image, prompt: str) -> Reading:
        """Return the engine's reading; raises what the engine raises."""
        with self.slots:
            return self.reader.read(image, prompt, options=self.options)

    def capped(self, most_tokens: int) -> "EngineAccess":
        """Return the same access for answers of at most so many tokens."""
        return replace(self, options=replace(self.options, most_tokens=most_tokens))

    def read_optional(self, image: Image, prompt: str) -> Reading | None:
        """Return a reading with lower priority and a shorter time-out; None if the engine fails."""
        optional = replace(self.options, timeout=OPTIONAL_SECONDS, priority=self.options.priority + 1)
        try:
            with self.slots:
                return self.reader.read(image, prompt, options=optional)
        except OcrbotError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResults(Generic[_T]):
    """The results, the texts of the QR codes and the refusals of pages, by page number."""

    found: Mapping[int, _T]
    codes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[int, Refused] = field(default_factory=dict)
    blurry: tuple[int, ...] = ()  # the numbers of pages of which little could be read because they are blurry


Work = Callable[[Page, EngineAccess], _T]
_Worked = tuple[tuple[_T, bool], tuple[Code, ...]]  # a result and whether its page is too blurry for it; the codes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLoop:
    """The pages of one file, and the engine that reads them."""

    pages: Pages
    engine: Engine
    request_id: str = ""
    least_priority: int = 0  # of its first page; a lower one goes first
    on_page: OnPage = ignore_page
    held: HeldPixels = field(default_factory=HeldPixels)
    later: Later = field(default_factory=Later)
    room: PixelRoom = field(default_factory=PixelRoom)
    beside: ReadingsBeside | None = None  # of a second engine; None if there is none

    @property
    def reader(self) -> ImageReader:
        """What encodes an image and asks the engine."""
        return ImageReader(engine=self.engine, held=self.held)

    def run(
        self, work: Work[_T], numbers: Sequence[int], *, codes: bool, text_of: Callable[[_T], str] | None = None
    ) -> PageResults[_T]:
        """Run `work` on each page of `numbers`; with `codes`, look for QR codes in parallel.

        With `text_of`, which gives the text of a result, `on_page` is called for each page, and blurry pages are
        noticed. Refused pages have no result; if all are refused, the first refusal is raised. Raises what the engine
        raises.
        """
        found: dict[int, _T] = {}
        codes_found: dict[int, tuple[Code, ...]] = {}
        refused: dict[int, Refused] = {}
        blurry: list[int] = []
        with ThreadPoolExecutor(MOST_AT_ONCE) as code_threads:
            slots = BoundedSemaphore(MOST_AT_ONCE)
            search = CodeSearch(threads=code_threads, later=self.later, held=self.held) if codes else None
            run_page = partial(self._run_page, partial(self._work_on, work, text_of, search), slots)
            outcomes = each(lambda one: (one[1], run_page(*one)), [*enumerate(numbers)])
            for done, (number, outcome) in enumerate(outcomes, 1):
                if isinstance(outcome, Refused):
                    refused[number] = outcome
                else:
                    (found[number], is_blurry), codes_found[number] = outcome
                    blurry += [number] if is_blurry else []
                if text_of is not None:
                    self.on_page(done, len(numbers), "" if isinstance(outcome, Refused) else text_of(outcome[0][0]))
        if refused and not found:
            raise next(iter(refused.values()))
        texts = {number: tuple(code.text for code in on_page) for number, on_page in codes_found.items()}
        return PageResults(found=found, codes=texts, refused=refused, blurry=tuple(blurry))

    def _run_page(
        self, work: Callable[[EngineAccess, int], _Worked[_T]], slots: BoundedSemaphore, priority: int, number: int
    ) -> "_Worked[_T] | Refused":
        try:
            ask = EngineAccess(
                reader=self.reader,
                slots=slots,
                options=AskOptions(request_id=self.request_id, priority=self.least_priority + priority),
            )
            with self.room.holding(math.prod(self.pages.size(number))):
                return work(ask, number)
        except Refused as refused:
            return refused

    def _work_on(
        self,
        work: Work[_T],
        text_of: Callable[[_T], str] | None,
        search: CodeSearch | None,
        ask: EngineAccess,
        number: int,
    ) -> _Worked[_T]:
        """Return what `work` makes of a page, whether that is blurry, and its codes. Nothing holds it afterwards."""
        page = self.pages.page(number)
        with nullcontext(lambda: ()) if search is None else search.on(page.image, ask.reader) as codes:
            result = work(page, ask)
            found = codes()  # first, for what is searched may have been measured too
        text = text_of(result).strip() if text_of is not None else ""
        return (result, self._is_blurry(page.image, text)), found

    def _is_blurry(self, image: Image, text: str) -> bool:
        """Return whether a page is too blurry for the little text in it."""
        if not text or not may_be_too_blurry(image, text):
            return False
        with self.held.during(image):
            return is_too_blurry(image, text)
