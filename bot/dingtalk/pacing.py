"""DingTalk's limits on how often an app calls each API, and waiting for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from bot.dingtalk.faults import Throttled
from bot.dingtalk.limits import CALLS_PER_SECOND
from bot.domain.errors import Unavailable

# DingTalk's window is one second; the rest covers calls that take longer to arrive than later ones.
API_SECONDS: Final = 1.1
_LONGEST_WAIT = 3.0  # seconds to wait here; for longer waits the step is put back into the queue

T = TypeVar("T")


class Budget(Protocol):
    """Counts the calls of all processes."""

    def take(self, name: str, limit: int, seconds: float) -> float:
        """Take one of `limit` calls in any `seconds`; return 0.0 if granted, else the seconds until one is free."""

    def take_spaced(self, name: str, limit: int, seconds: float, *, free: int) -> tuple[float, int]:
        """Take one of `limit` calls in any `seconds`; return 0.0 if granted, else the seconds until one is free.

        After the first `free` in a window the pauses grow. The second number is how many were left before this call.
        """

    def reserve(self, name: str, limit: int, seconds: float, *, burst: int, longest: float) -> float:
        """Reserve the next of `limit` calls in any `seconds` and return the seconds until its turn.

        `burst` calls in a window go at once, the others evenly, first come, first served. Beyond `longest` seconds
        nothing is reserved.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """Keeps the calls of one app within DingTalk's limits; `sleep` waits for a number of seconds."""

    client_id: str
    budget: Budget
    sleep: Callable[[float], None]
    calls_per_second: int = CALLS_PER_SECOND  # that DingTalk allows the app for each API

    def await_turn(self, path: str) -> None:
        """Wait until the app may call the API at `path`; raises `Unavailable` if that takes more than 3 s."""
        if (wait := self._reserve(path, _LONGEST_WAIT)) > 0:
            self.sleep(wait)

    def take_turn(self, path: str) -> None:
        """Return if the app may call the API at `path` now; raises `Unavailable` if it would have to wait."""
        self._reserve(path, 0.0)

    def in_turn(self, path: str, call: Callable[[], T]) -> T:
        """Call the API at `path` in its turn, and once more if DingTalk throttles it for a moment.

        So answers and downloads keep their order. Raises what `await_turn` and `call` do.
        """
        self.await_turn(path)
        try:
            return call()
        except Throttled as error:
            if error.retry_after is None or error.retry_after > API_SECONDS:
                raise
            self.sleep(API_SECONDS)
            self.await_turn(path)
            return call()

    def _reserve(self, path: str, longest: float) -> float:
        calls = self.calls_per_second
        name = f"api:{self.client_id}:{path}"
        # What a window allows may go at once: the first pictures of a burst need not wait.
        wait = self.budget.reserve(name, calls, API_SECONDS, burst=calls, longest=longest)
        if wait > longest:
            raise Unavailable("the API's calls are used up", retry_after=wait)
        return wait
