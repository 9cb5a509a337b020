"""QR and bar codes on a page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from time import perf_counter

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from bot.domain.document import Box

# Formats without a check digit are left out: stripes and rules of a form read as short codes in them.
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
_MOST_PIXELS = 3_000_000  # of one try: on a page full of false corners time grows faster than pixels
_MOST_CLOSER = 6_000_000
_CLOSER_SECONDS = 1.5  # no further try is begun after this
_ENLARGED = (3, 2)
_MOST_CODES = 32
_MOST_PAGES = 8
_SHARPER = ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0)
_FAULTS = (ValueError, RuntimeError, TypeError, OverflowError, MemoryError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that was read whole: its own error correction passed. `format` is the library's name: QRCode, Code128."""

    format: str
    text: str
    box: Box


def find_codes(image: Image.Image) -> tuple[Code, ...]:
    """Return the codes on `image`, an upright page, from the top; nothing where there is none. Raises nothing.

    The lock of the interpreter is free meanwhile, so that this may run beside an engine.
    """
    grey = image.convert("L")
    return _decode(grey, _scaled_to(grey, _MOST_PIXELS), _FORMATS)


def find_qr_codes_enlarged(image: Image.Image) -> tuple[Code, ...]:
    """Return the QR codes on a page that should carry one and seems not to: as `find_codes`, with more effort.

    The page is tried enlarged and with more contrast, for at most about two seconds.
    """
    grey = image.convert("L")
    over = perf_counter() + _CLOSER_SECONDS
    for attempt in _enhanced(grey):
        found = _decode(grey, attempt, _QR)
        if found or perf_counter() > over:
            return found
    return ()


def code_texts(
    images: Iterable[Image.Image], find: Callable[[Image.Image], tuple[Code, ...]] = find_codes
) -> tuple[str, ...]:
    """Return the texts of the codes on a file's pages; of a long one only the first pages are looked at."""
    return tuple(code.text for image in islice(images, _MOST_PAGES) for code in find(image))


def _scaled_to(grey: Image.Image, most: int) -> Image.Image:
    scale = (most / (grey.width * grey.height)) ** 0.5
    if scale >= 1:
        return grey
    return grey.resize((max(1, int(grey.width * scale)), max(1, int(grey.height * scale))), Image.Resampling.BOX)


def _enhanced(grey: Image.Image) -> Iterator[Image.Image]:
    """Yield versions of the page in which a code may become readable, the most promising first."""
    wide = _scaled_to(grey, _MOST_CLOSER)
    sizes = [factor for factor in _ENLARGED if wide.width * wide.height * factor**2 <= _MOST_CLOSER]
    for factor in sizes or [1]:
        larger = wide.resize((wide.width * factor, wide.height * factor), Image.Resampling.BICUBIC)
        yield larger.filter(_SHARPER)
        yield larger


def _decode(page: Image.Image, attempt: Image.Image, formats: zxingcpp.BarcodeFormats) -> tuple[Code, ...]:
    pixels = np.ascontiguousarray(attempt, np.uint8)
    try:
        found = zxingcpp.read_barcodes(pixels, formats=formats)
    except _FAULTS:
        return ()
    scale = attempt.width / page.width, attempt.height / page.height
    codes = [
        Code(format=one.format.name, text=_decode_text(one.bytes), box=_code_box(one.position, scale))
        for one in found[:_MOST_CODES]
        if one.valid
    ]
    return tuple(sorted(codes, key=lambda code: (code.box.top, code.box.left, code.text)))


def _decode_text(data: bytes) -> str:
    """Return the decoded text of a code: taxi receipts have GBK in theirs without declaring it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _code_box(position: zxingcpp.Position, scale: tuple[float, float]) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_left, position.bottom_right)
    across, down = [corner.x / scale[0] for corner in corners], [corner.y / scale[1] for corner in corners]
    return Box(left=int(min(across)), top=int(min(down)), right=int(max(across)) + 1, bottom=int(max(down)) + 1)
