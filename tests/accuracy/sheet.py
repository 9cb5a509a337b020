"""A sheet to draw a document on, and the drawn document."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from tests.samples.drawing import Colour, Face, font

BLACK: Colour = (24, 24, 28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture of a document with its true contents.

    These are the values of its fields and of its table's rows by their Chinese names, or its whole text.
    """

    picture: Image.Image
    truth: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Mapping[str, str], ...] = ()
    text: str = ""
    spoilt: bool = False  # its bar code is unreadable, and the answer must say so


class Sheet:
    """A picture to write text on."""

    def __init__(self, size: tuple[int, int], colour: Colour = (255, 255, 255)) -> None:
        self.picture = Image.new("RGB", size, colour)
        self.draw = ImageDraw.Draw(self.picture)

    def put(  # noqa: PLR0913 - what writing depends on
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        face: Face = "serif",
        ink: Colour = BLACK,
        anchor: str = "lm",
        bold: int = 0,
    ) -> float:
        """Write `text` with its left middle, or Pillow's `anchor`, at (x, y), and return its width in pixels."""
        self.draw.text((x, y), text, font=font(face, size), fill=ink, anchor=anchor, stroke_width=bold)
        return font(face, size).getlength(text)

    def wrapped(  # noqa: PLR0913 - the same
        self, x: float, y: float, text: str, size: float, *, width: float, step: float
    ) -> None:
        """Write `text` in lines at most `width` wide and `step` apart."""
        used, line = font("serif", size), ""
        for character in text:
            if used.getlength(line + character) > width:
                self.put(x, y, line, size)
                y, line = y + step, ""
            line += character
        self.put(x, y, line, size)
