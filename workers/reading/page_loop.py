"""A file's pages through an engine, some of them side by side; what comes back is in the pages' order."""

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
"""Called as pages finish, in their order: how many have, of how many, and the text of the one that has last."""

_T = TypeVar("_T")


def ignore_page(done: int, total: int, text: str) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Asks the engine about a page, or a piece of it, when one of this file's slots is free."""

    engine: Engine
    request_id: str
    slots: BoundedSemaphore
    priority: int  # of a long document the first page comes first, and another's only page before the rest

    def __call__(self, image: Image, prompt: str) -> Reading:
        """Return what the engine reads; raises as it does."""
        with self.slots:
            return self.engine.read(image, prompt, request_id=self.request_id, priority=self.priority)

    def aside(self, image: Image, prompt: str) -> Reading | None:
        """Ask what the answer can do without: behind all first pages, not for long; None where the engine fails."""
        try:
            with self.slots:
                return self.engine.read(
                    image, prompt, request_id=self.request_id, timeout=ASIDE_SECONDS, priority=self.priority + 1
                )
        except OcrbotError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResults(Generic[_T]):
    """What was found on each page, by its number, the texts of its codes likewise, and the pages that were refused."""

    found: Mapping[int, _T]
    codes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[int, Refused] = field(default_factory=dict)


Work = Callable[[Page, Asking], _T]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLoop:
    """The pages of one file, and the engine that they go through."""

    pages: Pages
    engine: Engine
    request_id: str = ""
    on_page: OnPage = ignore_page

    def through(
        self, work: Work[_T], numbers: Sequence[int], *, codes: bool, text_of: Callable[[_T], str] | None = None
    ) -> PageResults[_T]:
        """Do `work` on each page, looking for codes beside it where `codes`; with `text_of`, `on_page` is called.

        A page that is refused is left out; where all are, the first refusal is raised. Raises what else the engine
        raises. At most `SIDE_BY_SIDE` pages are in memory.
        """
        found: dict[int, _T] = {}
        codes_found: dict[int, tuple[Code, ...]] = {}
        refused: dict[int, Refused] = {}
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads, ThreadPoolExecutor(SIDE_BY_SIDE) as beside:
            slots = BoundedSemaphore(SIDE_BY_SIDE)
            find = (lambda image: beside.submit(find_codes, image)) if codes else _no_codes
            one = partial(self._one, work, find, slots)
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

    def _one(
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
            asking = Asking(engine=self.engine, request_id=self.request_id, slots=slots, priority=priority)
            return work(page, asking), codes.result()
        except Refused as refused:
            return refused


def _no_codes(_: Image) -> "Future[tuple[Code, ...]]":
    nothing: Future[tuple[Code, ...]] = Future()
    nothing.set_result(())
    return nothing
