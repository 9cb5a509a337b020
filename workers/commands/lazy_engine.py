"""The embedded engine, loaded by the first picture: files that need no engine do not wait for it."""

from threading import Lock
from typing import TYPE_CHECKING

from PIL.Image import Image

from bot.domain.document import Reading

if TYPE_CHECKING:
    from workers.engines.cpu.local import LocalRapid


class LazyRapid:
    """An `Engine`: the embedded one in this process, from the first picture on."""

    name = "rapid"
    takes_prompts = False

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: LocalRapid | None = None

    def read(
        self, image: Image, prompt: str, *, request_id: str = "", timeout: float = 120.0, priority: int = 0
    ) -> Reading:
        """Return the embedded engine's reading."""
        return self._engine().read(image, prompt, request_id=request_id, timeout=timeout, priority=priority)

    def _engine(self) -> "LocalRapid":
        with self._lock:
            if self._loaded is None:
                from workers.engines.cpu.local import LocalRapid  # noqa: PLC0415 - takes seconds

                self._loaded = LocalRapid()
            return self._loaded
