"""Asking one question at several addresses: at the next one after a failure, and at a second one if the first is late.

The idea is that of "The Tail at Scale" (Dean and Barroso, 2013): the few requests that take much longer than their like
are sent once more, the first answer counts, and the other request is ended.
"""

import math
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Any, Final

import structlog

from bot.domain.document import Reading
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable

_SHARE: Final = 0.05  # of all questions that may be asked twice
_MOST_SAVED: Final = 5.0  # hedges at once, after many questions without any
_LOOK_SECONDS: Final = 1.0  # between two looks at an address that is late

_log = structlog.get_logger("ocrbot.engines")


@dataclass(slots=True, kw_only=True)
class HedgeAllowance:
    """How many questions may be asked twice: one of twenty. Safe to use from several threads."""

    _left: float = 1.0
    _lock: Lock = field(default_factory=Lock)

    def add_question(self) -> None:
        """Count a question."""
        with self._lock:
            self._left = min(_MOST_SAVED, self._left + _SHARE)

    def take(self) -> bool:
        """Take one hedge; return whether there was one."""
        with self._lock:
            if self._left < 1.0:
                return False
            self._left -= 1.0
            return True


Asking = Generator[Future[Any], None, Reading]
"""Asking at one address: yields what it waits for, is resumed when that has ended, and returns the reading.

Closed while it waits, it ends what it has begun.
"""


@dataclass(slots=True, kw_only=True, eq=False)
class Attempt:
    """One try at one address, which says when it hears something."""

    url: str
    sent_at: float = math.inf  # in seconds of `monotonic`, as the next two; `inf` until then
    begun_at: float = math.inf
    heard_at: float = math.inf
    asking: Asking | None = None
    awaited: Future[Any] | None = None  # what `asking` waits for
    begins_elsewhere: bool = False  # whether another thread is at it
    given_up: bool = False
    gone: bool = False  # whether nobody answers at the address any more
    reading: Reading | None = None
    error: Exception | None = None
    look_at: float = 0.0  # when to look at a late address again

    @property
    def ended(self) -> bool:
        """Whether there is a reading or an error."""
        return self.reading is not None or self.error is not None

    @property
    def resumes(self) -> bool:
        """Whether what it waited for has ended."""
        return self.awaited is not None and self.awaited.done()

    @property
    def begun(self) -> bool:
        """Whether the answer has begun: a failure after that is tried nowhere else."""
        return self.begun_at < math.inf

    @property
    def seconds_until_begun(self) -> float:
        """How long the answer took to begin."""
        return self.begun_at - self.sent_at

    def sent(self) -> None:
        """Note that the question is sent now."""
        self.sent_at = self.heard_at = monotonic()

    def hear(self) -> None:
        """Note that some of the answer comes now."""
        self.heard_at = monotonic()
        self.begun_at = min(self.begun_at, self.heard_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait before an answer is late: until it begins, and for more of it; and the end, in `monotonic`."""

    first: float
    more: float
    deadline: float


class AttemptBugError(RuntimeError):
    """A bug ended an attempt; its traceback is in the log."""


class HedgedQuestion:
    """One question, asked until somebody has answered it.

    `ask_at` asks at one address. An attempt that is late is looked after: if the address `is_gone`, it is given up; if
    there is another address and an `allowance` for it, the question is asked there too. `told` gets what became of such
    a hedge: won, lost or failed, or refused for want of allowance.

    All attempts are resumed in the thread that asks. Only the beginning of a hedge, which may take seconds, has one of
    its own.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        *,
        urls: Sequence[str],
        ask_at: Callable[[Attempt], Asking],
        patience: Patience,
        allowance: HedgeAllowance,
        is_gone: Callable[[str], bool],
        told: Callable[[str], None],
    ) -> None:
        self._urls = [*urls]
        self._ask_at = ask_at
        self._patience = patience
        self._allowance = allowance
        self._is_gone = is_gone
        self._told = told
        self._changed = Condition()
        self._running: list[Attempt] = []
        self._failures: list[OcrbotError] = []
        self._hedge: Attempt | None = None
        self._may_hedge = True

    def answer(self) -> Reading:
        """Return the first answer; raises `Refused`, `Unavailable` or `Misconfigured` if there is none."""
        self._allowance.add_question()
        answered: Attempt | None = None
        try:
            while (answered := self._step()) is None:
                pass
        finally:
            for attempt in self._running:
                self._give_up(attempt)
            if self._hedge is not None:
                self._told("failed" if answered is None else "won" if answered is self._hedge else "lost")
        if answered.reading is None:
            raise TypeError("an answer without a reading")
        return answered.reading

    def _step(self) -> Attempt | None:
        """Wait for something to happen and see to it; return the attempt that has the answer."""
        if not self._running:
            self._go_on(self._next_attempt())
        with self._changed:
            self._changed.wait_for(self._anything_ended, timeout=self._seconds_until_late())
        for attempt in [attempt for attempt in self._running if attempt.resumes]:
            self._go_on(attempt)
        ended = [attempt for attempt in self._running if attempt.ended or attempt.gone]
        if answered := next((attempt for attempt in ended if attempt.reading is not None), None):
            return answered
        for attempt in ended:
            self._leave(attempt)
        for attempt in [attempt for attempt in self._running if monotonic() >= self._late_at(attempt)]:
            self._look_after(attempt)
        return None

    def _anything_ended(self) -> bool:
        return any(attempt.ended or attempt.gone or attempt.resumes for attempt in self._running)

    def _seconds_until_late(self) -> float:
        soonest = min(max(self._late_at(attempt), attempt.look_at) for attempt in self._running)
        # One that has not been sent yet is looked at again after a while.
        return min(_LOOK_SECONDS, max(0.0, soonest - monotonic()))

    def _late_at(self, attempt: Attempt) -> float:
        return attempt.heard_at + (self._patience.more if attempt.begun else self._patience.first)

    def _next_attempt(self) -> Attempt:
        """Return the attempt at the next address; raises why the others failed if there is none."""
        if not self._urls:
            raise worst(self._failures)
        attempt = Attempt(url=self._urls.pop(0))
        attempt.asking = self._ask_at(attempt)
        self._running.append(attempt)
        return attempt

    def _go_on(self, attempt: Attempt) -> None:
        """Begin or resume an attempt, until it waits again or ends."""
        if attempt.asking is None:
            raise TypeError("an attempt without an address to ask")
        attempt.awaited = None
        try:
            awaited = next(attempt.asking)
        except StopIteration as end:
            attempt.reading = end.value
        except OcrbotError as raised:
            attempt.error = raised
        else:
            attempt.awaited = awaited
            awaited.add_done_callback(self._tell_changed)

    def _tell_changed(self, _: object = None) -> None:
        with self._changed:
            self._changed.notify_all()

    def _give_up(self, attempt: Attempt) -> None:
        """End an attempt: nobody waits for its answer any more."""
        with self._changed:
            attempt.given_up = True
            elsewhere = attempt.begins_elsewhere
        if attempt.asking is not None and not elsewhere:
            attempt.asking.close()

    def _leave(self, attempt: Attempt) -> None:
        """Go on without an attempt that failed; raise its error if no other may succeed."""
        self._running.remove(attempt)
        if attempt.error is None:  # the address is gone
            self._give_up(attempt)
        error = attempt.error or Unavailable(f"{attempt.url} does not answer any more")
        if not isinstance(error, Unavailable | Misconfigured):
            raise error
        if not self._running and (attempt.begun or monotonic() >= self._patience.deadline):
            raise error
        _log.warning("engine passed over", url=attempt.url, error=str(error), kind=type(error).__name__)
        self._failures.append(error)

    def _look_after(self, attempt: Attempt) -> None:
        """See whether anybody is there, and ask elsewhere too."""
        now = monotonic()
        if now < attempt.look_at:
            return
        attempt.look_at = now + _LOOK_SECONDS
        Thread(target=copy_context().run, args=(self._look, attempt), name="looking", daemon=True).start()
        if self._urls and self._may_hedge and now < self._patience.deadline:
            self._may_hedge = False
            self._ask_elsewhere(attempt)

    def _ask_elsewhere(self, late: Attempt) -> None:
        if not self._allowance.take():
            self._told("refused")
            return
        self._hedge = self._next_attempt()
        self._hedge.begins_elsewhere = True
        Thread(target=copy_context().run, args=(self._begin, self._hedge), name="asking", daemon=True).start()
        _log.info("engine is late, another is asked too", late=late.url)

    def _begin(self, hedge: Attempt) -> None:
        """Begin a hedge in this thread, and end it if it was given up meanwhile."""
        broken = True
        try:
            self._go_on(hedge)
            broken = False
        finally:
            with self._changed:
                hedge.begins_elsewhere = False
                if broken:
                    hedge.error = AttemptBugError(f"asking {hedge.url} failed")
                given_up = hedge.given_up
                self._changed.notify_all()
            if given_up and hedge.asking is not None:
                hedge.asking.close()

    def _look(self, attempt: Attempt) -> None:
        if self._is_gone(attempt.url):
            with self._changed:
                attempt.gone = True
                self._changed.notify_all()


def worst(failures: Iterable[OcrbotError]) -> OcrbotError:
    """Return the failure that time may mend, if there is one."""
    return min(failures, key=lambda error: isinstance(error, Misconfigured))
