"""The background work of `ocrbot bot`: what ends with an error is begun again, counted, and seen to keep failing."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog

from bot.domain.errors import Misconfigured

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0
_GOOD_SECONDS: Final = 60.0  # of work after which earlier failures count no longer
_MOST_FAILURES: Final = 3  # in a row, after which the process does not do its work

_log = structlog.get_logger("ocrbot.bot")

Work = Callable[[], Awaitable[None]]


class Background:
    """Runs works by their names. `count` is called with the name of one that has failed.

    `sleep` waits for a number of seconds, `clock` gives seconds that only grow.
    """

    def __init__(
        self,
        works: Mapping[str, Work],
        count: Callable[[str], None] = lambda _name: None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._works = works
        self._count = count
        self._sleep = sleep
        self._clock = clock
        self._failures: dict[str, int] = {}

    @property
    def failing(self) -> tuple[str, ...]:
        """The names of the works that failed three times in a row: the process is not healthy."""
        return tuple(name for name, failures in self._failures.items() if failures >= _MOST_FAILURES)

    async def run(self) -> None:
        """Run all works until cancelled; raises `Misconfigured` if one of them does."""
        async with asyncio.TaskGroup() as group:
            for name, work in self._works.items():
                group.create_task(self._run_on(name, work))

    async def _run_on(self, name: str, work: Work) -> None:
        """Run a work, again and again after errors; return when it returns."""
        while True:
            begun = self._clock()
            running = asyncio.ensure_future(work())
            try:
                await asyncio.wait({running})
            finally:
                running.cancel()
            if running.cancelled():
                return
            error = running.exception()
            if error is None:
                self._failures.pop(name, None)
                return
            if isinstance(error, Misconfigured):
                raise error
            await self._sleep(self._pause_after(name, error, lasted=self._clock() - begun))

    def _pause_after(self, name: str, error: BaseException, *, lasted: float) -> float:
        """Count a failure, and return the seconds until the work begins again."""
        failures = 1 if lasted >= _GOOD_SECONDS else self._failures.get(name, 0) + 1
        self._failures[name] = failures
        self._count(name)
        _log.error("background work failed", work=name, in_a_row=failures, exc_info=error)
        return min(_FIRST_PAUSE * 2.0 ** (failures - 1), _LONGEST_PAUSE)
