"""A sheet to draw a document on, and the document that comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from tests.samples.drawing import Colour, Face, font

BLACK: Colour = (24, 24, 28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A document and what should be read on it.

    That is the values of its fields and of its table's lines, by their names for people, or its text as a whole.
    """

    picture: Image.Image
    truth: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Mapping[str, str], ...] = ()
    text: str = ""
    spoilt: bool = False  # its bar code is: that it was not read must be said


class Sheet:
    """A picture with one way to write on it."""

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
        """Write `text` at (x, y), its left middle unless `anchor` says otherwise; gives its width."""
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
