"""Work that can wait: done in the order of coming, one piece at a time, while nothing else is to be done."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Any, Final, Generic, TypeVar

_MOMENT: Final = 0.1  # seconds, in which others of a burst reach the engine; it takes longer for a page

T = TypeVar("T")


class LaterWork(Generic[T]):
    """A piece of work, which is done once: when its result is wanted, if nobody has begun with it before."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work: Callable[[], T] | None = work  # until somebody takes it: it may hold much
        self._taking = Lock()
        self._done: Future[T] = Future()

    def begin(self) -> None:
        """Do it, unless somebody has begun with it."""
        work = self._taken()
        if work is None:
            return
        try:
            self._done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where the result is wanted
            self._done.set_exception(error)

    def result(self) -> T:
        """Return what came of it; raises what the work raised."""
        self.begin()
        return self._done.result()

    def drop(self) -> None:
        """Leave it undone: nobody wants the result."""
        self._taken()

    def _taken(self) -> Callable[[], T] | None:
        with self._taking:
            work, self._work = self._work, None
            return work


class Later:
    """Begins with each piece of work a moment after it came, in a thread that lives as long as there is any.

    One piece at a time, so that the first is done soon however many follow. Any thread may use it.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, LaterWork[Any]]] = deque()
        self._thread: Thread | None = None
        self._change = Lock()

    def add(self, work: Callable[[], T]) -> LaterWork[T]:
        """Return the piece that `work` is to become."""
        piece = LaterWork(work)
        with self._change:
            self._waiting.append((time.monotonic() + _MOMENT, piece))
            if self._thread is None:
                self._thread = Thread(target=self._run, name="later", daemon=True)
                self._thread.start()
        return piece

    def _run(self) -> None:
        while (following := self._next()) is not None:
            at, piece = following
            time.sleep(max(0.0, at - time.monotonic()))
            piece.begin()

    def _next(self) -> tuple[float, LaterWork[Any]] | None:
        with self._change:
            if not self._waiting:
                self._thread = None
                return None
            return self._waiting.popleft()
