"""Running a file's pages through an engine, some in parallel; results come in page order."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore
from typing import Generic, TypeVar

from PIL.Image import Image

from bot.domain.document import Reading
from bot.domain.errors import OcrbotError, Refused
from workers.engines.base import Engine
from workers.files.file_format import Page, Pages
from workers.reading.barcodes import Code, find_codes

ASIDE_SECONDS = 40.0  # a third of what a page may take
SIDE_BY_SIDE = 4  # pages that are held, and pictures of one file that are with the engine, at once

OnPage = Callable[[int, int, str], object]
"""Called as pages finish, in order: pages done, pages in all, and the text of the last one done."""

_T = TypeVar("_T")


def ignore_page(done: int, total: int, text: str) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineAccess:
    """Access to the engine for one page and its tiles, within the slots that all pages of the file share."""

    engine: Engine
    request_id: str
    slots: BoundedSemaphore
    priority: int  # lower is sooner: the first pages of all files come before the rest of long ones

    def __call__(self, image: Image, prompt: str) -> Reading:
        """Return the engine's reading; raises what the engine raises."""
        with self.slots:
            return self.engine.read(image, prompt, request_id=self.request_id, priority=self.priority)

    def read_aside(self, image: Image, prompt: str) -> Reading | None:
        """Return a reading that is optional: with lower priority and less time; None if the engine fails."""
        try:
            with self.slots:
                return self.engine.read(
                    image, prompt, request_id=self.request_id, timeout=ASIDE_SECONDS, priority=self.priority + 1
                )
        except OcrbotError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResults(Generic[_T]):
    """The result and the texts of the codes of each page by its number, and the pages that were refused."""

    found: Mapping[int, _T]
    codes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[int, Refused] = field(default_factory=dict)


Work = Callable[[Page, EngineAccess], _T]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLoop:
    """The pages of one file, and the engine that they go through."""

    pages: Pages
    engine: Engine
    request_id: str = ""
    on_page: OnPage = ignore_page

    def run(
        self, work: Work[_T], numbers: Sequence[int], *, codes: bool, text_of: Callable[[_T], str] | None = None
    ) -> PageResults[_T]:
        """Run `work` on each page, and look for codes in parallel if `codes`. With `text_of`, `on_page` is called.

        Refused pages are left out; if all are refused, the first refusal is raised. Raises what the engine raises. At
        most `SIDE_BY_SIDE` pages are in memory.
        """
        found: dict[int, _T] = {}
        codes_found: dict[int, tuple[Code, ...]] = {}
        refused: dict[int, Refused] = {}
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads, ThreadPoolExecutor(SIDE_BY_SIDE) as beside:
            slots = BoundedSemaphore(SIDE_BY_SIDE)
            find = (lambda image: beside.submit(find_codes, image)) if codes else _without_codes
            one = partial(self._run_page, work, find, slots)
            for done, (number, outcome) in enumerate(
                zip(numbers, threads.map(one, range(len(numbers)), numbers), strict=True), 1
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
            page = self.pages.page(number)
            codes = find(page.image)
            asking = EngineAccess(engine=self.engine, request_id=self.request_id, slots=slots, priority=priority)
            return work(page, asking), codes.result()
        except Refused as refused:
            return refused


def _without_codes(_: Image) -> "Future[tuple[Code, ...]]":
    nothing: Future[tuple[Code, ...]] = Future()
    nothing.set_result(())
    return nothing
