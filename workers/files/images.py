"""Pictures as upright RGB pages, each decoded when its pixels are needed."""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pi_heif.heif import open_heif
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from bot.domain import texts
from bot.domain.errors import Refused
from workers.files.file_type import PICTURES, FileKind, IdentifiedFile
from workers.files.format_protocol import OpenedFile, OpenRequest, Page
from workers.files.picture_bytes import jpeg_picture, png_picture, webp_picture
from workers.files.pictures.codings import check_coding
from workers.files.pictures.sizes import check_pixels, size_with_margin, target_size
from workers.files.rgb import to_rgb
from workers.files.undecoded import PictureFile, Size, UndecodedImage

_LEAST_SQUASHED, _MOST_SQUASHED = 1.3, 4.0
_ON_ITS_SIDE = 5  # EXIF orientations from here on
_TURNED, _SIDEWAYS = range(2, 9), range(_ON_ITS_SIDE, 9)  # EXIF orientations
_UNDECODED = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})
_PNG_METADATA = (b"eXIf", b"Raw profile type", b"iTXt")  # may turn the picture, and is not read before it is decoded
_PLAIN_MODES = frozenset({"RGB", "L", "P", "1"})

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
    """The page of a one-page file."""

    image: Image.Image
    numbers: Sequence[int] = (0,)

    def page(self, number: int) -> Page:
        """Return the picture, whatever the number."""
        return Page(index=number, image=self.image)

    def size(self, number: int) -> Size:  # noqa: ARG002 - as `page`
        """Return the size of the picture."""
        return self.image.size


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is a picture of one page, which excludes TIFF."""
    return file.kind in PICTURES and file.kind is not FileKind.TIFF


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the picture as the file's only page."""
    yield OpenedFile(embedded=None, pages=OnePicture(image=image_of(request.file)))


def image_of(file: IdentifiedFile) -> Image.Image:
    """Return a picture upright and in RGB, undecoded if its size shows before it is decoded.

    Raises `Refused` as `decode` does, for a broken picture perhaps only when it is decoded.
    """
    check_coding(file)
    if file.kind not in _UNDECODED or (file.kind is FileKind.PNG and any(mark in file.data for mark in _PNG_METADATA)):
        return decode(file)
    try:
        with Image.open(io.BytesIO(file.data), formats=_formats(file.kind)) as image:
            check_pixels(*image.size)
            return _undecoded(file, image)
    except BROKEN_PICTURE as error:
        raise Refused("picture_broken", texts.unreadable.picture_broken()) from error


def _undecoded(file: IdentifiedFile, image: Image.Image) -> Image.Image:
    # A PNG that comes here has no metadata, and Pillow would decode it to look for some.
    orientation = 1 if file.kind is FileKind.PNG else image.getexif().get(ExifTags.Base.Orientation, 1)
    turned = orientation if orientation in _TURNED else 1
    size = size_with_margin(*_upright(target_size(*image.size), turned))
    is_whole = size == _upright(image.size, turned) and image.mode in _PLAIN_MODES  # neither scaled nor with a margin
    is_jpeg = file.kind is FileKind.JPEG
    is_plain = is_jpeg or (turned == 1 and not image.has_transparency_data and getattr(image, "n_frames", 1) == 1)
    return UndecodedImage(
        size=size,
        decode=lambda least: decode(file, least=least if is_whole and turned == 1 else None),
        decode_grey=(lambda least: _decode_grey(file, _upright(least, turned))) if is_whole and is_jpeg else None,
        file=_plain_file(file, image.size, turned) if is_whole and is_plain else None,
    )


def _upright(size: Size, orientation: int) -> Size:
    """Return the size of an upright picture whose stored pixels have `size`, or the other way round."""
    return (size[1], size[0]) if orientation in _SIDEWAYS else size


def _plain_file(file: IdentifiedFile, stored: Size, turned: int) -> PictureFile | None:
    if file.kind is FileKind.JPEG:
        data = jpeg_picture(file.data, stored, turned)
    elif file.kind is FileKind.PNG:
        data = png_picture(file.data, stored)
    else:
        data = webp_picture(file.data)
    return PictureFile(media_type=f"image/{file.kind}", data=data, turned=turned > 1) if data is not None else None


def _decode_grey(file: IdentifiedFile, least: Size) -> Image.Image:
    """Return the brightness of a JPEG, upright; `least` bounds how far its stored pixels are scaled down meanwhile."""
    try:
        with Image.open(io.BytesIO(file.data), formats=_formats(file.kind)) as image:
            image.draft("L", least)
            image.load()
            grey = image if image.mode == "L" else image.convert("L")
            ImageOps.exif_transpose(grey, in_place=True)  # else it copies what needs no turning
            return grey
    except BROKEN_PICTURE as error:
        raise Refused("picture_broken", texts.unreadable.picture_broken()) from error


def decode(file: IdentifiedFile, *, least: Size | None = None) -> Image.Image:
    """Return a picture, or the first page of a TIFF, upright and in RGB; a narrow strip gets a margin.

    With `least` it may be scaled down while it is decoded, as far as no side becomes shorter than that.
    Raises `Refused` for one that is broken, too small or too large.
    """
    check_coding(file)
    try:
        image = (
            _decode_heif(file.data) if file.kind is FileKind.HEIF else _decode_with_pillow(file.data, file.kind, least)
        )
    except BROKEN_PICTURE as error:
        raise Refused("picture_broken", texts.unreadable.picture_broken()) from error
    image.info = {}  # nothing of the file's metadata is needed any more, and a bad colour profile stops encoders
    return _with_margin(image)


def _formats(kind: FileKind) -> list[str]:
    return ["JPEG", "MPO"] if kind is FileKind.JPEG else [kind.upper()]


def _decode_with_pillow(data: bytes, kind: FileKind, least: Size | None) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=_formats(kind)) as image:
        check_pixels(*image.size)
        squashed = _pixel_ratio(image) if kind is FileKind.TIFF else 1.0
        target = target_size(*image.size)
        image.draft(None, least or target)
        image.load()
        smaller = _scaled_down(image, target)
    ImageOps.exif_transpose(smaller, in_place=True)
    return _with_square_pixels(to_rgb(smaller), squashed)


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
    size = target_size(round(image.width * max(1.0, 1 / squashed)), round(image.height * max(1.0, squashed)))
    check_pixels(*size)
    return image.resize(size, Image.Resampling.BILINEAR)


def _decode_heif(data: bytes) -> Image.Image:
    """Decode HEIF; the decoder applies the file's rotation, so the EXIF orientation is ignored."""
    heif = open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    check_pixels(*heif.size)
    image = heif.to_pillow()
    return to_rgb(_scaled_down(image, target_size(*image.size)))


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
    size = size_with_margin(*image.size)
    if size == image.size:
        return image
    padded = Image.new("RGB", size, image.getpixel((0, 0)))
    padded.paste(image, (0, 0))
    return padded
