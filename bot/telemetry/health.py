"""Whether a process is live, so that it need not be restarted, and ready, so that it does its work."""

import asyncio
import concurrent.futures
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

Check = Callable[[], str]
"""Returns what is wrong in a few words, "" if nothing is. Called from a thread of its own."""

_LOOP_SECONDS: Final = 5.0  # a loop that takes longer to answer delays every ack

_OK: Final = 200
_UNAVAILABLE: Final = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChecks:
    """The checks of a process by name. One that is not live is not ready either."""

    live: Mapping[str, Check] = field(default_factory=dict)
    ready: Mapping[str, Check] = field(default_factory=dict)

    def is_live(self) -> tuple[int, bytes]:
        """Return the HTTP status, 200 or 503, and a JSON object with what each check found."""
        return _answer(self.live)

    def is_ready(self) -> tuple[int, bytes]:
        """Return the HTTP status, 200 or 503, and a JSON object with what each check found."""
        return _answer({**self.live, **self.ready})


def _answer(checks: Mapping[str, Check]) -> tuple[int, bytes]:
    found = {name: check() for name, check in checks.items()}
    status = _UNAVAILABLE if any(found.values()) else _OK
    return status, json.dumps({name: wrong or "ok" for name, wrong in found.items()}, ensure_ascii=False).encode()


class LoopWatch:
    """Tells whether an event loop gets on: asked from another thread, it must answer within seconds."""

    def __init__(self, seconds: float = _LOOP_SECONDS) -> None:
        self._seconds = seconds
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> None:
        """Watch the running loop until cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            await asyncio.Event().wait()
        finally:
            self._loop = None

    def wrong(self) -> str:
        """Return "" if the loop answers in time, otherwise what is wrong."""
        if self._loop is None:
            return "not running"
        answer = concurrent.futures.Future[None]()
        try:
            self._loop.call_soon_threadsafe(answer.set_result, None)
            answer.result(self._seconds)
        except RuntimeError:
            return "closed"
        except TimeoutError:
            return f"blocked for more than {self._seconds:g} s"
        return ""
