"""Pages that are behind pause between their steps while another page is read, which then has the cores to itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from time import monotonic
from typing import Final

_MOST_SECONDS: Final = 10.0  # that a page pauses in all
_SHARE: Final = 4  # and at most one part in so many of the time that it has


@dataclass(slots=True)
class _BeingRead:
    """Counts of the pages being read; read and changed by whoever holds `changed`."""

    changed: Condition = field(default_factory=Condition)
    ahead: int = 0  # pages that are not behind
    detecting: int = 0
    detecting_behind: int = 0


class PageSteps:
    """One page that is being read, for the thread that reads it."""

    def __init__(self, pages: _BeingRead, *, behind: bool, detections: int, seconds: float) -> None:
        self._pages = pages
        self._behind = behind
        self._detections = detections
        self._left = seconds if behind else 0.0  # of pausing

    def pause(self) -> None:
        """Return once no page is ahead of this one, or it has paused for long enough."""
        if self._left > 0:
            with self._pages.changed:
                self._wait(lambda: True)

    @contextmanager
    def detecting(self) -> Iterator[None]:
        """Pause, and wait until the detector is free."""
        with self._pages.changed:
            self._wait(self._detector_is_free)
            self._pages.detecting += 1
            self._pages.detecting_behind += self._behind
        try:
            yield
        finally:
            with self._pages.changed:
                self._pages.detecting -= 1
                self._pages.detecting_behind -= self._behind
                self._pages.changed.notify_all()

    def _wait(self, ready: Callable[[], bool]) -> None:
        began, pages = monotonic(), self._pages
        if not (self._left > 0 and pages.changed.wait_for(lambda: not pages.ahead and ready(), self._left)):
            pages.changed.wait_for(ready)
        self._left -= monotonic() - began

    def _detector_is_free(self) -> bool:
        pages = self._pages
        if self._behind and pages.detecting_behind >= max(1, self._detections // 2):
            return False
        return pages.detecting < self._detections


class Pausing:
    """The pages that several threads read, at most `detections` of them at once in the detector.

    Those that are behind have at most half of the detections, so that whoever comes finds one free where there are
    several. A page pauses for `most_seconds` in all at most: it is read to its end, whoever keeps coming.
    """

    def __init__(self, detections: int, most_seconds: float = _MOST_SECONDS) -> None:
        self._pages = _BeingRead()
        self._detections = detections
        self._most_seconds = most_seconds

    @contextmanager
    def page(self, *, behind: bool, seconds: float) -> Iterator[PageSteps]:
        """Yield the steps of a page that is to be read within so many seconds."""
        pages = self._pages
        with pages.changed:
            pages.ahead += not behind
        try:
            most = min(self._most_seconds, max(0.0, seconds) / _SHARE)
            yield PageSteps(pages, behind=behind, detections=self._detections, seconds=most)
        finally:
            with pages.changed:
                pages.ahead -= not behind
                pages.changed.notify_all()
