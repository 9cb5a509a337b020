"""An engine for tests of files that are read without one."""

from PIL import Image

from bot.domain.document import Reading


class NoEngine:
    """Fails if it is asked to read."""

    name = "rapid"
    takes_prompts = False

    def read(
        self, image: Image.Image, prompt: str, *, request_id: str = "", timeout: float = 120.0, priority: int = 0
    ) -> Reading:
        raise AssertionError("the engine was asked")
