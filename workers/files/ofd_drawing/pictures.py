"""Pictures of an OFD as pictures of a PDF: decoded here within the limits of pictures, JBIG2 by pdfium."""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from PIL import Image

from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGE_PIXELS
from workers.files.file_type import FileKind, IdentifiedFile, identify
from workers.files.images import BROKEN_PICTURE, decode
from workers.files.ofd_drawing.allowance import DrawingAllowance
from workers.files.ofd_drawing.jbig2 import HEAD, jbig2_picture
from workers.files.ofd_drawing.pdf_writer import PdfWriter
from workers.files.pictures.codings import check_coding
from workers.files.pictures.sizes import check_pixels, target_size
from workers.files.pictures.tiff_directories import find_directories
from workers.files.rgb import to_rgb

_FORMATS: Final = {
    FileKind.JPEG: ["JPEG", "MPO"],
    FileKind.PNG: ["PNG"],
    FileKind.BMP: ["BMP"],
    FileKind.GIF: ["GIF"],
    FileKind.WEBP: ["WEBP"],
}
_MOST_KEPT: Final = 2 * MOST_PAGE_PIXELS  # of all pictures of a page, as they are handed on


@dataclass(slots=True, kw_only=True)
class PagePictures:
    """The pictures that a page was found to use. `bytes_of` gives a file by its path, None without one."""

    writer: PdfWriter
    bytes_of: Callable[[str], bytes | None]
    allowance: DrawingAllowance
    names: dict[str, str] = field(default_factory=dict)  # what each name stands for
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _left: int = _MOST_KEPT

    def name_of(self, path: str, mask: str = "") -> str:
        """Return the name of a picture that is shown through a mask, if any; "" for one that cannot be drawn."""
        if (path, mask) not in self._known:
            number = self._added(path, mask)
            self._known[path, mask] = name = f"I{len(self.names)}" if number else ""
            if name:
                self.names[name] = f"{number} 0 R"
        return self._known[path, mask]

    def _added(self, path: str, mask: str) -> int:
        """Add a picture and return its number, 0 for one that cannot be drawn."""
        data = self.bytes_of(path) or b""
        if data.startswith(HEAD):
            return self._added_jbig2(data)
        picture = self._decoded(data)
        if picture is None:
            return 0
        alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        covering = self._decoded(self.bytes_of(mask) or b"") if mask else None
        if covering is not None:
            alpha = covering.convert("L").resize(picture.size)
        behind = f"/SMask {self._put(alpha, 'DeviceGray')} 0 R" if alpha is not None else ""
        return self._put(picture.convert("RGB"), "DeviceRGB", behind)

    def _put(self, picture: Image.Image, space: str, more: str = "") -> int:
        size = f"/Width {picture.width}/Height {picture.height}"
        entries = f"/Type/XObject/Subtype/Image{size}/ColorSpace/{space}/BitsPerComponent 8{more}"
        return self.writer.add_stream(picture.tobytes(), entries)

    def _decoded(self, data: bytes) -> Image.Image | None:
        """Return a picture in RGB or RGBA, as large as a page at most; None for one that is not read."""
        file = identify(data)
        try:
            picture = self._of_tiff(data) if file.kind is FileKind.TIFF else self._of_picture(file)
        except (Refused, *BROKEN_PICTURE):
            return None
        pixels = picture.width * picture.height if picture is not None else 0
        if pixels > self._left:
            return None
        self._left -= pixels
        return picture

    def _of_tiff(self, data: bytes) -> Image.Image | None:
        directories = find_directories(data)
        if not self.allowance.take_picture(math.prod(directories.size(0))):
            return None
        return decode(IdentifiedFile(data=directories.page_alone(0), kind=FileKind.TIFF))

    def _of_picture(self, file: IdentifiedFile) -> Image.Image | None:
        if file.kind not in _FORMATS:
            return None
        check_coding(file)
        with Image.open(io.BytesIO(file.data), formats=_FORMATS[file.kind]) as image:
            check_pixels(*image.size)
            if not self.allowance.take_picture(image.width * image.height):
                return None
            target = target_size(*image.size)
            image.draft(None, target)
            image.load()
            return _as_page(image, target)

    def _added_jbig2(self, data: bytes) -> int:
        found = jbig2_picture(data)
        if found is None or not self.allowance.take_picture(math.prod(found[0])):
            return 0
        (width, height), segments = found
        size = f"/Width {width}/Height {height}"
        coded = "/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode"
        return self.writer.add_stream(segments, f"/Type/XObject/Subtype/Image{size}{coded}")


def _as_page(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    """Return a picture in RGB or RGBA that is not larger than `target`; it is scaled down first, to hold less."""
    if image.mode in {"P", "1"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.width * image.height > math.prod(target):
        image = image.resize(target, Image.Resampling.BILINEAR, reducing_gap=2.0)
    return image.convert("RGBA") if image.has_transparency_data else to_rgb(image)


def picture_size(data: bytes) -> tuple[int, int]:
    """Return the size in a picture's header, nothing by nothing for one that is not read."""
    file = identify(data)
    try:
        if data.startswith(HEAD):
            return (jbig2_picture(data) or ((0, 0), b""))[0]
        if file.kind is FileKind.TIFF:
            return find_directories(data).size(0)
        if file.kind not in _FORMATS:
            return 0, 0
        with Image.open(io.BytesIO(data), formats=_FORMATS[file.kind]) as image:
            return image.size
    except (Refused, *BROKEN_PICTURE):
        return 0, 0
