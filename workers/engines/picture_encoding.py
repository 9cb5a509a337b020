"""Encoding a picture in an engine's form, and decoding one. It imports OpenCV: who has no pixels need not import it."""

import io
import struct
from typing import Final

from PIL import Image, ImageOps

from bot.domain import texts
from bot.domain.errors import Refused
from workers.engines.base import RAW_RGB, EncodedPicture, Encoding, PictureForm, Size
from workers.engines.picture_form import seen_size
from workers.engines.resampling import smaller

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""The formats, by Pillow's names, of encoded pictures."""

_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    Warning,
    LookupError,
    TypeError,
    struct.error,
    Image.DecompressionBombError,
)  # what Pillow raises on broken pictures and on their metadata
_FEW_COLOURS = 16
_SAMPLE = 512  # pixels a side of the sample by which a drawing is told from a photo
_QUALITY = 95


def size_to_send(size: Size, form: PictureForm, target: Size | None = None) -> Size:
    """Return the size at which the engine sees a picture of `size`, if that is smaller; enlarging only sends more.

    `target` is the size that the engine sees, if it does not follow from the picture's own.
    """
    target = target or seen_size(size, form)
    return size if target[0] * target[1] >= size[0] * size[1] or max(target) > form.thinnest * min(target) else target


def resized(image: Image.Image, form: PictureForm, target: Size | None = None) -> Image.Image:
    """Return `image` at the size of `size_to_send`."""
    size = size_to_send(image.size, form, target)
    if size == image.size:
        return image
    plain = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    return smaller(plain, size)


def encode(image: Image.Image, form: PictureForm, target: Size | None = None) -> EncodedPicture:
    """Return `image` in the form of an engine, at the size that `resized` gives; raises `Refused` as `seen_size`."""
    sent = resized(image, form, target)
    sent = sent if sent.mode == "RGB" else sent.convert("RGB")
    media_type, data = (RAW_RGB, sent.tobytes()) if form.encoding is Encoding.RAW else _compact(sent)
    return EncodedPicture(media_type=media_type, data=data, size=sent.size)


def _compact(image: Image.Image) -> tuple[str, bytes]:
    """Return the media type and bytes of an RGB picture: lossless if it has few colours, else nearly so.

    Measured on photographed and rendered pages of 1.3 to 2 million pixels, in CPU time: JPEG of quality 95 with full
    colour takes 230 to 510 KB and 5 to 10 ms and is off by 0.2 to 0.9 of 255 on average; PNG takes 145 to 2100 KB and
    20 to 140 ms; lossless WebP takes 260 to 1460 KB and 17 to 120 ms, but 3 to 11 KB and 4 ms with two colours.
    """
    body = io.BytesIO()
    if _has_few_colours(image):
        image.save(body, "WEBP", lossless=True, quality=0, method=0)
        return "image/webp", body.getvalue()
    image.save(body, "JPEG", quality=_QUALITY, subsampling=0)
    return "image/jpeg", body.getvalue()


def _has_few_colours(image: Image.Image) -> bool:
    sample = image.resize((min(image.width, _SAMPLE), min(image.height, _SAMPLE)), Image.Resampling.NEAREST)
    return sample.getcolors(_FEW_COLOURS) is not None


def decode(picture: EncodedPicture) -> Image.Image:
    """Return the pixels of an encoded picture, upright and RGB. Raises `Refused` for one that is broken."""
    try:
        if picture.media_type == RAW_RGB:
            return Image.frombytes("RGB", picture.size, picture.data)
        image = Image.open(io.BytesIO(picture.data), formats=FORMATS)
        return ImageOps.exif_transpose(image).convert("RGB")
    except _BROKEN as error:
        raise Refused("picture_broken", texts.unreadable.picture_broken()) from error
