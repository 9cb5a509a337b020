"""Running the pages of a file through an engine, some in parallel, with results in page order."""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from threading import BoundedSemaphore
from typing import Generic, TypeVar

from PIL.Image import Image

from bot.domain.document import Reading
from bot.domain.errors import OcrbotError, Refused
from workers.engines.base import Engine
from workers.files.format_protocol import Page, Pages
from workers.reading.barcodes import Code, find_codes
from workers.reading.image_reader import ImageReader
from workers.reading.pixel_room import PixelRoom

OPTIONAL_SECONDS = 40.0  # for an optional reading: a third of the time for a page
MOST_AT_ONCE = 4  # pages of one file in memory, and images of it with the engine, at the same time

OnPage = Callable[[int, int, str], object]
"""Called with the pages done, the total of pages, and the text of the last page done, in page order."""

_T = TypeVar("_T")


def ignore_page(done: int, total: int, text: str) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineAccess:
    """Access to the engine for one page and its tiles; all pages of a file share the same slots."""

    reader: ImageReader
    request_id: str
    slots: BoundedSemaphore
    priority: int  # lower is sooner: the first pages of all files come before later pages of long files
    most_tokens: int | None = None  # of an answer, None for the engine's own limit

    def __call__(self, image: Image, prompt: str) -> Reading:
        """Return the engine's reading; raises what the engine raises."""
        with self.slots:
            return self.reader.read(
                image, prompt, request_id=self.request_id, priority=self.priority, most_tokens=self.most_tokens
            )

    def capped(self, most_tokens: int) -> "EngineAccess":
        """Return the same access for answers of at most so many tokens."""
        return replace(self, most_tokens=most_tokens)

    def read_optional(self, image: Image, prompt: str) -> Reading | None:
        """Return a reading with lower priority and a shorter time-out; None if the engine fails."""
        try:
            with self.slots:
                return self.reader.read(
                    image,
                    prompt,
                    request_id=self.request_id,
                    timeout=OPTIONAL_SECONDS,
                    priority=self.priority + 1,
                    most_tokens=self.most_tokens,
                )
        except OcrbotError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResults(Generic[_T]):
    """The results, the texts of the codes and the refusals of pages, each by page number."""

    found: Mapping[int, _T]
    codes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[int, Refused] = field(default_factory=dict)


Work = Callable[[Page, EngineAccess], _T]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLoop:
    """The pages of one file, and the engine that reads them."""

    pages: Pages
    engine: Engine
    request_id: str = ""
    on_page: OnPage = ignore_page
    room: PixelRoom = field(default_factory=PixelRoom)

    def run(
        self, work: Work[_T], numbers: Sequence[int], *, codes: bool, text_of: Callable[[_T], str] | None = None
    ) -> PageResults[_T]:
        """Run `work` on each page of `numbers`; with `codes`, look for bar codes in parallel.

        With `text_of`, which gives the text of a result, `on_page` is called for each page. Refused pages have no
        result; if all are refused, the first refusal is raised. Raises what the engine raises.
        """
        found: dict[int, _T] = {}
        codes_found: dict[int, tuple[Code, ...]] = {}
        refused: dict[int, Refused] = {}
        with ThreadPoolExecutor(MOST_AT_ONCE) as threads, ThreadPoolExecutor(MOST_AT_ONCE) as code_threads:
            slots = BoundedSemaphore(MOST_AT_ONCE)
            find = (lambda image: code_threads.submit(find_codes, image)) if codes else _without_codes
            run_page = partial(self._run_page, work, find, slots)
            for done, (number, outcome) in enumerate(
                zip(numbers, threads.map(run_page, range(len(numbers)), numbers), strict=True), 1
            ):
                if isinstance(outcome, Refused):
                    refused[number] = outcome
                else:
                    found[number], codes_found[number] = outcome
                if text_of is not None:
                    self.on_page(done, len(numbers), "" if isinstance(outcome, Refused) else text_of(outcome[0]))
        if refused and not found:
            raise next(iter(refused.values()))
        texts = {number: tuple(code.text for code in on_page) for number, on_page in codes_found.items()}
        return PageResults(found=found, codes=texts, refused=refused)

    def _run_page(
        self,
        work: Work[_T],
        find: "Callable[[Image], Future[tuple[Code, ...]]]",
        slots: BoundedSemaphore,
        priority: int,
        number: int,
    ) -> tuple[_T, tuple[Code, ...]] | Refused:
        try:
            reader = ImageReader(engine=self.engine)
            ask = EngineAccess(reader=reader, request_id=self.request_id, slots=slots, priority=priority)
            with self.room.holding(math.prod(self.pages.size(number))):
                return self._work_on(work, find, ask, number)
        except Refused as refused:
            return refused

    def _work_on(
        self, work: Work[_T], find: "Callable[[Image], Future[tuple[Code, ...]]]", ask: EngineAccess, number: int
    ) -> tuple[_T, tuple[Code, ...]]:
        """Return what `work` makes of a page, and its codes. Nothing holds the page afterwards."""
        page = self.pages.page(number)
        codes = find(ask.reader.decoded(page.image))
        return work(page, ask), codes.result()


def _without_codes(_: Image) -> "Future[tuple[Code, ...]]":
    no_codes: Future[tuple[Code, ...]] = Future()
    no_codes.set_result(())
    return no_codes
