"""Whether anybody is still there at an address whose answer is late."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from workers.engines.addresses import Addresses
from workers.engines.notes import EngineNotes

HEALTH_SECONDS: Final = 5.0  # for an address to show that it is there; a busy vLLM needs one or two


@dataclass(frozen=True, slots=True, kw_only=True)
class SignsOfLife:
    """Asks addresses for their /health, which vLLM and the CPU engine have; all workers share what came of it."""

    addresses: Addresses
    notes: EngineNotes
    seconds: float = HEALTH_SECONDS

    def is_gone(self, url: str, http: Callable[[], httpx.Client]) -> bool:
        """Return whether an address rests or shows no sign of life, after which it rests; one caller at a time asks."""
        if self.addresses.rests(url):
            return True
        if not self.notes.claim(f"looked-at:{url}", b"1", self.seconds):
            return False
        try:
            answer = http().get(f"{url}/health", timeout=self.seconds)
        except httpx.TransportError as error:
            why = f"{type(error).__name__} {error}"
        else:
            why = f"its health is {answer.status_code}" if answer.is_server_error else ""
        if why:
            self.addresses.failed(url, f"{url} is late, and {why}")
        return bool(why)
