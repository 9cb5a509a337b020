"""An engine for tests of files that are read without one."""

from bot.domain.document import Reading
from workers.engines.base import EncodedPicture, PictureForm


class NoEngine:
    """Fails if it is asked to read."""

    name = "rapid"
    takes_prompts = False

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(
        self, picture: EncodedPicture, prompt: str, *, request_id: str = "", timeout: float = 120.0, priority: int = 0
    ) -> Reading:
        raise AssertionError("the engine was asked")
