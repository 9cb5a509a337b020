"""DingTalk's limits on how often an app calls each API, and waiting for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from bot.domain.errors import Unavailable

# DingTalk's window is one second; the rest covers calls that take longer to arrive than later ones.
API_CALLS: Final = 20  # in a window, per app and API
API_SECONDS: Final = 1.2
_LONGEST_WAIT = 3.0  # seconds to wait here; for longer waits the step is put back into the queue


class Budget(Protocol):
    """Counts the calls of all processes."""

    def take(self, name: str, limit: int, seconds: float) -> float:
        """Take one of `limit` calls in any `seconds`; return 0.0 if granted, else the seconds until one is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """Limits the calls of one app; `sleep` waits for a number of seconds."""

    client_id: str
    budget: Budget
    sleep: Callable[[float], None]

    def await_turn(self, path: str) -> None:
        """Wait until the app may call the API at `path`; raises `Unavailable` if that takes more than 3 s."""
        waited = 0.0
        while (wait := self._take(path)) > 0:
            if waited + wait > _LONGEST_WAIT:
                raise Unavailable("the API's calls are used up", retry_after=wait)
            self.sleep(wait)
            waited += wait

    def take_turn(self, path: str) -> None:
        """Return if the app may call the API at `path` now; raises `Unavailable` if it would have to wait."""
        if (wait := self._take(path)) > 0:
            raise Unavailable("the API's calls are used up", retry_after=wait)

    def _take(self, path: str) -> float:
        return self.budget.take(f"api:{self.client_id}:{path}", API_CALLS, API_SECONDS)
