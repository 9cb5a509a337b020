"""An engine for files that say by themselves what is in them."""

from PIL import Image

from bot.domain.document import Reading


class NoEngine:
    """Must not be asked."""

    name = "rapid"
    takes_prompts = False

    def read(
        self, image: Image.Image, prompt: str, *, request_id: str = "", timeout: float = 120.0, priority: int = 0
    ) -> Reading:
        raise AssertionError("the engine was asked")
