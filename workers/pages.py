"""A file's bytes as upright RGB pages."""

import io
import math
import warnings
from dataclasses import dataclass

import numpy as np
from pi_heif.heif import open_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from bot.domain import texts
from bot.domain.errors import Refused
from workers.sniff import PICTURES, Kind, sniff

MOST_BYTES = 30 * 2**20
MOST_PIXELS = 64_000_000  # of a picture as it comes; decoding takes three to four bytes each
_PAGE_PIXELS = 16_000_000  # of a page: no engine sees more
_LEAST_SHORT = 2000  # and what a page's short side keeps all the same, for very long screenshots
_LEAST_SIDE = 16
_LEAST_PADDED, _LONGEST = 32, 50  # a strip's short side in pixels and its long side to its short one, at the least
_RGB_MODES = frozenset({"RGB", "L", "1"})

# Pillow only warns above its own limit; an image that large must not be decoded.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

_BROKEN = (
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
    MemoryError,
    Image.DecompressionBombWarning,
    Image.DecompressionBombError,
)  # fmt: skip - all are what Pillow's decoders raise on hostile bytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """One page of a file: `index` counts from 0, `image` is RGB and the right way up as far as the file tells."""

    index: int
    image: Image.Image


def open_pages(data: bytes) -> tuple[Page, ...]:
    """Return the pages in `data`: of an animation the first frame, of a TIFF the first page.

    A page has at most about 16 million pixels, larger pictures are scaled down; a strip gets a margin at its right or
    bottom. Raises `Refused` for everything that is no picture, and for pictures that are broken, too small or too
    large.
    """
    check_size(data)
    kind = sniff(data)
    if kind not in PICTURES:
        raise Refused(f"kind_{kind}", _KINDS[kind]())
    try:
        image = _decoded_heif(data) if kind is Kind.HEIF else _decoded(data, kind)
    except _BROKEN as error:
        raise Refused("picture_broken", texts.picture_broken()) from error
    return (Page(index=0, image=_padded(image)),)


def check_size(data: bytes) -> None:
    """Raise `Refused` for a file that is larger than anything that is read."""
    if len(data) > MOST_BYTES:
        raise Refused("file_too_large", texts.file_too_large(_megabytes(len(data)), _megabytes(MOST_BYTES)))


def _megabytes(number: int) -> int:
    return math.ceil(number / 2**20)


_KINDS = {
    Kind.EMPTY: texts.file_empty,
    Kind.OTHER_PICTURE: texts.picture_format_unknown,
    Kind.PDF: texts.file_pdf,
    Kind.OFD: texts.file_ofd,
    Kind.XML: texts.file_xml,
    Kind.WORD: texts.file_word,
    Kind.EXCEL: texts.file_excel,
    Kind.SLIDES: texts.file_slides,
    Kind.ARCHIVE: texts.file_archive,
    Kind.AUDIO: texts.file_audio,
    Kind.VIDEO: texts.file_video,
    Kind.TEXT: texts.file_text,
    Kind.UNKNOWN: texts.file_unknown,
}


def _checked(width: int, height: int) -> None:
    """Judge the size that a file's header claims, before anything is decoded."""
    if width * height > MOST_PIXELS:
        raise Refused("too_many_pixels", texts.picture_too_many_pixels(width, height, MOST_PIXELS))
    if max(width, height) < _LEAST_SIDE:
        raise Refused("picture_too_small", texts.picture_too_small(width, height, _LEAST_SIDE))


def _target(width: int, height: int) -> tuple[int, int]:
    scale = max(math.sqrt(_PAGE_PIXELS / (width * height)), _LEAST_SHORT / min(width, height))
    return (width, height) if scale >= 1 else (round(width * scale), round(height * scale))


def _decoded(data: bytes, kind: Kind) -> Image.Image:
    formats = ["JPEG", "MPO"] if kind is Kind.JPEG else [kind.upper()]
    with Image.open(io.BytesIO(data), formats=formats) as image:
        _checked(*image.size)
        target = _target(*image.size)
        image.draft(None, target)
        image.load()
        return _rgb(ImageOps.exif_transpose(_scaled(image, target)))


def _decoded_heif(data: bytes) -> Image.Image:
    """Decode HEIF; its own turning is applied by the decoder, and its EXIF orientation does not count."""
    heif = open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    _checked(*heif.size)
    image = heif.to_pillow()
    return _rgb(_scaled(image, _target(*image.size)))


def _scaled(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    if image.width * image.height <= target[0] * target[1]:
        return image
    if image.mode in {"P", "1"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    exif = image.getexif()
    smaller = image.resize(target, Image.Resampling.BILINEAR, reducing_gap=2.0)
    smaller.getexif().update(exif)
    return smaller


def _rgb(image: Image.Image) -> Image.Image:
    """Return `image` as eight-bit RGB with readable contrast, whatever its mode."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        return _from_deep(image)
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.has_transparency_data:
        return _on_background(image.convert("RGBA"))
    return image.convert("RGB")


def _from_deep(image: Image.Image) -> Image.Image:
    """Scale 9 to 32 bits of grey to eight: by the bits in use, floating point by its range."""
    grey = np.nan_to_num(np.asarray(image, np.float64))
    if image.mode == "F":
        low, high = float(grey.min()), float(grey.max())
    else:
        low, high = 0.0, float(2 ** max(8, int(grey.max()).bit_length()) - 1)
    scaled = np.clip((grey - low) * (255 / ((high - low) or 1)), 0, 255).astype(np.uint8)
    return Image.fromarray(scaled).convert("RGB")


def _from_cmyk(image: Image.Image) -> Image.Image:
    """Convert by the picture's own colour profile; without one, or with a bad one, by the plain formula."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _on_background(image: Image.Image) -> Image.Image:
    """Lay a picture with transparency on black where what is visible is bright, else on white."""
    pixels = np.asarray(image, np.uint8)
    alpha = pixels[..., 3].astype(np.float32)
    brightness = np.asarray(image.convert("RGB").convert("L"), np.float32)
    visible = float(alpha.sum())
    is_bright = visible > 0 and float((brightness * alpha).sum()) / visible > 127  # noqa: PLR2004 - half of white
    background = Image.new("RGBA", image.size, "black" if is_bright else "white")
    return Image.alpha_composite(background, image).convert("RGB")


def _padded(image: Image.Image) -> Image.Image:
    """Give a strip a margin of its corner's colour, so that no engine has to blow it up."""
    least = max(_LEAST_PADDED, math.ceil(max(image.size) / _LONGEST))
    size = max(image.width, least), max(image.height, least)
    if size == image.size:
        return image
    padded = Image.new("RGB", size, image.getpixel((0, 0)))
    padded.paste(image, (0, 0))
    return padded
