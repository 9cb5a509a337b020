"""Files whose pages are pictures: scanned PDFs and TIFFs, and an engine that reads a page's width."""

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from bot.domain.document import Box, Line, Reading
from workers.engines.base import EncodedPicture, PictureForm


def page(width: int, height: int = 500, *, mode: str = "RGB") -> Image.Image:
    """Return a page that `WidthEngine` reads as its width, with a black mark at its top left."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((5, 5, 60, 25), fill="black")
    return image.convert(mode)


def scanned(*pages: Image.Image) -> bytes:
    """Return a PDF as scanners write it: one picture per page and nothing else."""
    data = io.BytesIO()
    pages[0].save(data, "PDF", save_all=True, append_images=pages[1:])
    return data.getvalue()


def tiff(*pages: Image.Image, compression: str = "tiff_lzw", **options: object) -> bytes:
    data = io.BytesIO()
    pages[0].save(data, "TIFF", save_all=True, append_images=pages[1:], compression=compression, **options)
    return data.getvalue()


def png(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


@dataclass
class WidthEngine:
    """Reads a page as 宽 and its width, or as `says` has it for that width; counts the pages read at once."""

    says: dict[int, Sequence[str]] = field(default_factory=dict)
    name: str = "rapid"
    takes_prompts: bool = False
    seen: list[tuple[int, int]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(
        self, picture: EncodedPicture, prompt: str, *, request_id: str = "", timeout: float = 120.0, priority: int = 0
    ) -> Reading:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.seen.append(picture.size)
        words = self.says.get(picture.size[0], [f"宽{picture.size[0]}"])
        lines = tuple(
            Line(text=text, box=Box(left=10, top=40 * row, right=10 + 20 * len(text), bottom=40 * row + 20))
            for row, text in enumerate(words)
        )
        with self._lock:
            self.at_once -= 1
        return Reading(text="\n".join(words), lines=lines)
