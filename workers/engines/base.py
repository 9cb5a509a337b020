from typing import Protocol, runtime_checkable

from PIL.Image import Image

from bot.domain.document import Reading
from bot.domain.engine_profile import Profile


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


@runtime_checkable
class ProfiledEngine(Protocol):
    """An `Engine` whose model a profile describes."""

    def profile(self) -> Profile | None:
        """Return the model's profile; None if it is asked as prompt files are written.

        Raises `Unavailable` or `Misconfigured` if it has to be asked for and no answer comes.
        """
        ...


def profile_of_engine(engine: Engine) -> Profile | None:
    """Return the profile of the model that reads, None for an engine without one; raises as its `profile` does."""
    return engine.profile() if isinstance(engine, ProfiledEngine) else None
