"""Pictures as upright RGB pages, each decoded when it is needed."""

import io
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pi_heif.heif import open_heif
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGE_PIXELS, MOST_PICTURE_PIXELS
from workers.files.file_type import PICTURES, FileKind, IdentifiedFile
from workers.files.format_protocol import OpenedFile, OpenRequest, Page
from workers.files.rgb import to_rgb

_LEAST_SHORT = 2000  # pixels of the short side that scaling down keeps, for very long screenshots
_LEAST_SIDE = 16
_LEAST_SQUASHED, _MOST_SQUASHED = 1.3, 4.0
_ON_ITS_SIDE = 5  # EXIF orientations from here on
_LEAST_PADDED, _LONGEST = 32, 50  # with its margin, the least short side in pixels, and the most long side to short

# Pillow only warns above its own limit; an image that large must not be decoded.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

BROKEN_PICTURE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    TypeError,
    KeyError,
    RuntimeError,
    OverflowError,
    Image.DecompressionBombWarning,
    Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow's decoders raise on hostile bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePicture:
    """The page of a one-page file, already decoded, because decoding can take a tenth of a second."""

    image: Image.Image
    numbers: Sequence[int] = (0,)

    def page(self, number: int) -> Page:
        """Return the picture, whatever the number."""
        return Page(index=number, image=self.image)


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is a picture of one page, which excludes TIFF."""
    return file.kind in PICTURES and file.kind is not FileKind.TIFF


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the picture as the file's only page, decoded."""
    yield OpenedFile(embedded=None, pages=OnePicture(image=decode(request.file)))


def decode(file: IdentifiedFile, *, frame: int = 0) -> Image.Image:
    """Return a picture, or page `frame` of a TIFF, upright and in RGB; a narrow strip gets a margin.

    Raises `Refused` for one that is broken, too small or too large.
    """
    try:
        image = (
            _decode_heif(file.data) if file.kind is FileKind.HEIF else _decode_with_pillow(file.data, file.kind, frame)
        )
    except BROKEN_PICTURE as error:
        raise Refused("picture_broken", texts.unreadable.picture_broken()) from error
    return _with_margin(image)


def _check_pixels(width: int, height: int) -> None:
    """Raise `Refused` for a size that no page has; called with the size in the header, before decoding."""
    if width * height > MOST_PICTURE_PIXELS:
        raise Refused("too_many_pixels", texts.unreadable.picture_too_many_pixels(width, height, MOST_PICTURE_PIXELS))
    if max(width, height) < _LEAST_SIDE:
        raise Refused("picture_too_small", texts.unreadable.picture_too_small(width, height, _LEAST_SIDE))


def _target_size(width: int, height: int) -> tuple[int, int]:
    scale = max(math.sqrt(MOST_PAGE_PIXELS / (width * height)), _LEAST_SHORT / min(width, height))
    return (width, height) if scale >= 1 else (round(width * scale), round(height * scale))


def _decode_with_pillow(data: bytes, kind: FileKind, frame: int) -> Image.Image:
    formats = ["JPEG", "MPO"] if kind is FileKind.JPEG else [kind.upper()]
    with Image.open(io.BytesIO(data), formats=formats) as image:
        if frame:
            image.seek(frame)
        _check_pixels(*image.size)
        squashed = _pixel_ratio(image) if kind is FileKind.TIFF else 1.0
        target = _target_size(*image.size)
        image.draft(None, target)
        image.load()
        return _with_square_pixels(to_rgb(ImageOps.exif_transpose(_scaled_down(image, target))), squashed)


def _pixel_ratio(image: Image.Image) -> float:
    """Return the height of a pixel divided by its width: a fax in standard resolution has 204 by 98 dots per inch."""
    dots = image.info.get("dpi")
    if not isinstance(dots, tuple) or image.getexif().get(ExifTags.Base.Orientation, 1) >= _ON_ITS_SIDE:
        return 1.0
    across, down = map(float, dots)
    is_fax = across > 0 and down > 0 and _LEAST_SQUASHED < max(across / down, down / across) < _MOST_SQUASHED
    return across / down if is_fax else 1.0


def _with_square_pixels(image: Image.Image, squashed: float) -> Image.Image:
    if squashed == 1.0:
        return image
    size = _target_size(round(image.width * max(1.0, 1 / squashed)), round(image.height * max(1.0, squashed)))
    return image.resize(size, Image.Resampling.BILINEAR)


def _decode_heif(data: bytes) -> Image.Image:
    """Decode HEIF; the decoder applies the file's rotation, so the EXIF orientation is ignored."""
    heif = open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    _check_pixels(*heif.size)
    image = heif.to_pillow()
    return to_rgb(_scaled_down(image, _target_size(*image.size)))


def _scaled_down(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    if image.width * image.height <= target[0] * target[1]:
        return image
    if image.mode in {"P", "1"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    exif = image.getexif()
    smaller = image.resize(target, Image.Resampling.BILINEAR, reducing_gap=2.0)
    smaller.getexif().update(exif)
    return smaller


def _with_margin(image: Image.Image) -> Image.Image:
    """Return the image; a narrow strip gets a margin in the colour of its corner, so that engines do not enlarge it."""
    least = max(_LEAST_PADDED, math.ceil(max(image.size) / _LONGEST))
    size = max(image.width, least), max(image.height, least)
    if size == image.size:
        return image
    padded = Image.new("RGB", size, image.getpixel((0, 0)))
    padded.paste(image, (0, 0))
    return padded
