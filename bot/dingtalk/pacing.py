"""How often the app may call each API of DingTalk's, and the wait for a turn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from bot.domain.errors import Unavailable

# DingTalk's window is a second; the rest is for what a call may be under way longer than the next one.
API_CALLS: Final = 20  # by app and API
API_SECONDS: Final = 1.2
_LONGEST_WAIT = 3.0  # seconds that a call waits for its turn here; a longer wait is the queue's


class Budget(Protocol):
    """How many calls are left, for all processes."""

    def take(self, name: str, limit: int, seconds: float) -> float:
        """Take one of `limit` calls in any `seconds`; 0.0 when granted, else the seconds until one is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """The calls of one app; `sleep` waits for some seconds."""

    client_id: str
    budget: Budget
    sleep: Callable[[float], None]

    def await_turn(self, path: str) -> None:
        """Wait until the app may call an API once more; raises `Unavailable` where that is too long."""
        waited = 0.0
        while (wait := self._take(path)) > 0:
            if waited + wait > _LONGEST_WAIT:
                raise Unavailable("the API's calls are used up", retry_after=wait)
            self.sleep(wait)
            waited += wait

    def take_turn(self, path: str) -> None:
        """Have the turn at once; raises `Unavailable` where the app must wait."""
        if (wait := self._take(path)) > 0:
            raise Unavailable("the API's calls are used up", retry_after=wait)

    def _take(self, path: str) -> float:
        return self.budget.take(f"api:{self.client_id}:{path}", API_CALLS, API_SECONDS)
