"""Pages of an OFD as pictures: each becomes a PDF of one page, which the sandbox for PDFs draws within its limits."""

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGE_PIXELS
from workers.files.format_protocol import Page
from workers.files.ofd_drawing.allowance import DrawingAllowance, too_complex
from workers.files.ofd_drawing.blocks import PageContents, Surroundings
from workers.files.ofd_drawing.matrices import written
from workers.files.ofd_drawing.page_fonts import PageFonts
from workers.files.ofd_drawing.pdf_writer import PdfWriter
from workers.files.ofd_drawing.pictures import PagePictures, picture_size
from workers.files.ofd_drawing.resources import Resources, resources_of
from workers.files.ofd_pages.sources import OfdDocument, PageSource
from workers.files.ofd_pages.visibility import Rectangle, rectangle
from workers.files.pdf.client import MOST_SECONDS, PdfFile
from workers.files.pdf.time_allowance import TimeAllowance
from workers.files.safe_xml import Node
from workers.files.undecoded import Size

_POINTS: Final = 72 / 25.4  # in a mm
_USUAL: Final = 200 / 25.4  # pixels to a mm, as PDFs are drawn
_LONGEST, _LEAST = 20_000, 16  # pixels of a side
_A4: Final[Rectangle] = (0.0, 0.0, 210.0, 297.0)
_LARGEST: Final = 5000.0  # mm of a side
_SHARE: Final = 0.5  # of the page that a picture must cover for its resolution to count
_MOST_REFUSED: Final = 2  # pages, before the file is given up
_MOST_SCANS: Final = 8  # pictures of a page whose resolution is looked at
_LAYERS: Final = {"Background": 0, "Body": 1, "Foreground": 2}


@dataclass(slots=True, kw_only=True, eq=False)
class DrawnPages:
    """Pages that are drawn when they are needed, one at a time; `sources` are the pages that may be."""

    document: OfdDocument
    sources: Mapping[int, PageSource]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _time: TimeAllowance = field(default_factory=lambda: TimeAllowance(most=MOST_SECONDS))
    _files: dict[str, bytes | None] = field(default_factory=dict)
    _sizes: dict[int, Size] = field(default_factory=dict)
    _refused: int = 0
    _resources: list[Resources] = field(default_factory=list)

    @property
    def numbers(self) -> Sequence[int]:
        """Return the pages' numbers."""
        return [*self.sources]

    def page(self, number: int) -> Page:
        """Draw a page; raises `Refused` for one with too much on it, and for all that follow a second one."""
        size = self.size(number)
        with self._lock:
            if self._refused >= _MOST_REFUSED:
                raise too_complex()
            try:
                with PdfFile(self._as_pdf(self.sources[number]), allowance=self._time) as file:
                    return Page(index=number, image=file.image(0, size))
            except Refused:
                self._refused += 1
                raise

    def size(self, number: int) -> Size:
        """Return the size in which a page is drawn: as PDFs are, scans as fine as they are."""
        with self._lock:
            if number not in self._sizes:
                source = self.sources[number]
                _, _, width, height = _area(source)
                scale = max(_USUAL, self._density(source))
                scale = min(scale, math.sqrt(MOST_PAGE_PIXELS / (width * height)), _LONGEST / max(width, height))
                self._sizes[number] = max(_LEAST, round(width * scale)), max(_LEAST, round(height * scale))
            return self._sizes[number]

    def _density(self, source: PageSource) -> float:
        """Return the pixels to a mm of the finest picture that covers much of a page, 0 without any."""
        _, _, width, height = _area(source)
        least = _SHARE * width * height
        shown = source.content.all("ImageObject") if source.content is not None else ()
        large = [*islice((node for node in shown if _extent(node) >= least), _MOST_SCANS)]
        places = self._resources_of(source).places if large else {}
        found = [0.0]
        for node in large:
            data = self._bytes_of(places.get(node.attributes.get("ResourceID", ""), ""))
            found.append(math.sqrt(math.prod(picture_size(data or b"")) / _extent(node)))
        return max(found)

    def _as_pdf(self, source: PageSource) -> bytes:
        """Return a PDF that shows the page. Raises `Refused` for too many objects, points, characters or pictures."""
        writer, allowance = PdfWriter(), DrawingAllowance()
        fonts = PageFonts(writer=writer, bytes_of=self._bytes_of)
        pictures = PagePictures(writer=writer, bytes_of=self._bytes_of, allowance=allowance)
        contents = PageContents(fonts=fonts, pictures=pictures, allowance=allowance)
        around = Surroundings(resources=self._resources_of(source))
        for root in (*source.behind, *([source.content] if source.content is not None else []), *source.in_front):
            contents.draw(_layers(root), around)
        for appearance in self.document.annotations(source):
            contents.draw_appearance(appearance, around)
        left, top, width, height = _area(source)
        upright = written(_POINTS, 0, 0, -_POINTS, -_POINTS * left, _POINTS * (top + height))
        return writer.page(
            (width * _POINTS, height * _POINTS),
            "\n".join([f"{upright} cm", *contents.operators]),
            {"Font": fonts.names, "XObject": pictures.names, "ExtGState": contents.alphas},
        )

    def _resources_of(self, source: PageSource) -> Resources:
        document = self.document
        if not self._resources:
            self._resources.append(resources_of(document.package, document.root, document.folder))
        if source.content is None:
            return self._resources[0]
        return self._resources[0].with_those_of(document.package, document.folder, source.content)

    def _bytes_of(self, path: str) -> bytes | None:
        """Return a font or a picture; it is read once, and all of them share the limits of the package."""
        if path not in self._files:
            self._files[path] = self.document.package.data(path)
        return self._files[path]


def _area(source: PageSource) -> Rectangle:
    """Return the area of a page in mm, A4 for one that tells none or one that no paper has."""
    left, top, width, height = source.area or _A4
    fits = 0 < width <= _LARGEST and 0 < height <= _LARGEST and max(abs(left), abs(top)) <= _LARGEST
    return (left, top, width, height) if fits else _A4


def _extent(node: Node) -> float:
    """Return the square mm of an object's bounds."""
    bounds = rectangle(node.attributes.get("Boundary", ""))
    return abs(bounds[2] * bounds[3]) if bounds is not None else 0.0


def _layers(root: Node) -> Sequence[Node]:
    """Return the layers of a page or a template from the back to the front."""
    content = root.at("Content")
    layers = content.children if content is not None else []
    return sorted(layers, key=lambda layer: _LAYERS.get(layer.attributes.get("Type", ""), 1))
