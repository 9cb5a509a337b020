"""Reading images with an engine: each is encoded in the form that the engine wants before the engine is asked."""

from dataclasses import dataclass, replace

from PIL.Image import Image

from bot.domain.document import Box, Line, Reading
from workers.engines.base import Engine, Size
from workers.engines.picture_form import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReader:
    """Reads images with an engine."""

    engine: Engine

    def read(
        self, image: Image, prompt: str, *, request_id: str = "", timeout: float = 120.0, priority: int = 0
    ) -> Reading:
        """Return the text on `image`, an upright RGB picture, as `Engine.ask` does; boxes are in pixels of `image`."""
        picture = encode(image, self.engine.form())
        reading = self.engine.ask(picture, prompt, request_id=request_id, timeout=timeout, priority=priority)
        return _scaled(reading, picture.size, image.size)


def _scaled(reading: Reading, sent: Size, size: Size) -> Reading:
    """Return a reading of a picture that was `sent` in another size than it has, with the boxes in its own pixels."""
    if sent == size or not reading.lines:
        return reading
    across, down = size[0] / sent[0], size[1] / sent[1]
    return replace(reading, lines=tuple(_scaled_line(line, across, down) for line in reading.lines))


def _scaled_line(line: Line, across: float, down: float) -> Line:
    box = line.box
    if box is None:
        return line
    left, top = int(box.left * across), int(box.top * down)
    right, bottom = max(left + 1, round(box.right * across)), max(top + 1, round(box.bottom * down))
    return replace(line, box=Box(left=left, top=top, right=right, bottom=bottom))
