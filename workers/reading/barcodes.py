"""Finding QR codes and bar codes on a page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from time import perf_counter

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from bot.domain.document import Box
from workers.files.undecoded import UndecodedImage

# Without formats that have no check digit: in these, the lines of forms are read as short codes.
_FORMATS = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.PDF417,
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.Code39,
        zxingcpp.BarcodeFormat.EAN13,
    ]
)
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_MOST_PIXELS = 3_000_000  # of one try: on a page full of false finder patterns time grows faster than pixels
_MOST_PIXELS_ENLARGED = 6_000_000
_ENLARGED_SECONDS = 1.5  # no further try begins after this
_FACTORS = (3, 2)
_MOST_CODES = 32
_MOST_PAGES = 8
_SHARPER = ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0)
_FAULTS = (ValueError, RuntimeError, TypeError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that passed its error correction; `format` is zxing's name (QRCode), `box` in pixels of the page."""

    format: str
    text: str
    box: Box


def find_codes(image: Image.Image) -> tuple[Code, ...]:
    """Return the codes on `image`, an upright page, from the top; none if it cannot be decoded.

    The interpreter's lock is released meanwhile, so that this can run in parallel with an engine.
    """
    return _codes_of(image, _FORMATS)


def find_qr_codes(image: Image.Image) -> tuple[Code, ...]:
    """Return what `find_codes` does of QR codes alone, in a tenth of the time."""
    return _codes_of(image, _QR)


def is_searched_whole(size: tuple[int, int]) -> bool:
    """Return whether a page of this width and height is searched at its own size."""
    return _size_within(size, _MOST_PIXELS) == size


def _codes_of(image: Image.Image, formats: zxingcpp.BarcodeFormats) -> tuple[Code, ...]:
    return _decode(image.size, _scaled_to(_grey(image, _MOST_PIXELS), _MOST_PIXELS), formats)


def find_qr_codes_enlarged(image: Image.Image) -> tuple[Code, ...]:
    """Return the QR codes on a page that should have one although `find_codes` found none.

    The page is enlarged and its contrast increased; this takes at most about two seconds.
    """
    grey = image.convert("L")
    deadline = perf_counter() + _ENLARGED_SECONDS
    for attempt in _enhanced(grey):
        codes = _decode(image.size, attempt, _QR)
        if codes or perf_counter() > deadline:
            return codes
    return ()


def code_texts(
    images: Iterable[Image.Image], find: Callable[[Image.Image], tuple[Code, ...]] = find_codes
) -> tuple[str, ...]:
    """Return the texts of the codes on the first `_MOST_PAGES` pages of a file."""
    return tuple(code.text for image in islice(images, _MOST_PAGES) for code in find(image))


def _scaled_to(grey: Image.Image, most: int) -> Image.Image:
    size = _size_within(grey.size, most)
    return grey if size == grey.size else grey.resize(size, Image.Resampling.BOX)


def _grey(image: Image.Image, most: int) -> Image.Image:
    """Return the brightness of a page, with no more pixels decoded than a try of `most` pixels needs."""
    return image.grey(_size_within(image.size, most)) if isinstance(image, UndecodedImage) else image.convert("L")


def _size_within(size: tuple[int, int], most: int) -> tuple[int, int]:
    scale = (most / (size[0] * size[1])) ** 0.5
    return size if scale >= 1 else (max(1, int(size[0] * scale)), max(1, int(size[1] * scale)))


def _enhanced(grey: Image.Image) -> Iterator[Image.Image]:
    """Yield versions of the page in which a code may become readable, the most promising first."""
    base = _scaled_to(grey, _MOST_PIXELS_ENLARGED)
    factors = [factor for factor in _FACTORS if base.width * base.height * factor**2 <= _MOST_PIXELS_ENLARGED]
    for factor in factors or [1]:
        larger = base.resize((base.width * factor, base.height * factor), Image.Resampling.BICUBIC)
        yield larger.filter(_SHARPER)
        yield larger


def _decode(size: tuple[int, int], attempt: Image.Image, formats: zxingcpp.BarcodeFormats) -> tuple[Code, ...]:
    pixels = np.ascontiguousarray(attempt, np.uint8)
    try:
        found = zxingcpp.read_barcodes(pixels, formats=formats)
    except _FAULTS:
        return ()
    scale = attempt.width / size[0], attempt.height / size[1]
    codes = [
        Code(format=barcode.format.name, text=_decode_text(barcode.bytes), box=_code_box(barcode.position, scale))
        for barcode in found[:_MOST_CODES]
        if barcode.valid
    ]
    return tuple(sorted(codes, key=lambda code: (code.box.top, code.box.left, code.text)))


def _decode_text(data: bytes) -> str:
    """Return the text of a code; taxi receipts use GBK without declaring it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _code_box(position: zxingcpp.Position, scale: tuple[float, float]) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_left, position.bottom_right)
    across, down = [corner.x / scale[0] for corner in corners], [corner.y / scale[1] for corner in corners]
    return Box(left=int(min(across)), top=int(min(down)), right=int(max(across)) + 1, bottom=int(max(down)) + 1)
