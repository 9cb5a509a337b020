from typing import Protocol

from PIL.Image import Image

from bot.domain.document import Reading


class Engine(Protocol):
    """Reads the text on a picture."""

    @property
    def name(self) -> str:
        """The engine's name in settings, logs and documents, such as "rapid"."""
        ...

    @property
    def takes_prompts(self) -> bool:
        """Whether `prompt` has any effect."""
        ...

    def read(
        self, image: Image, prompt: str, *, request_id: str = "", timeout: float = 120.0, priority: int = 0
    ) -> Reading:
        """Return the text on `image`, an upright RGB picture, within about `timeout` seconds.

        An engine that supports priorities serves waiting requests with a lower `priority` first. Boxes are in pixels
        of `image`. Raises `Refused`, `Unavailable` or `Misconfigured`. Safe to call from several threads at once.
        """
        ...
