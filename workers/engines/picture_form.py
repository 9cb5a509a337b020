"""The size at which an engine sees a picture, and encoding and decoding a picture in an engine's form."""

import io
import math
from typing import Final

from PIL import Image
from PIL.Image import Resampling

from bot.domain import texts
from bot.domain.errors import Refused
from workers.engines.base import RAW_RGB, EncodedPicture, Encoding, PictureForm, Size

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""The formats, by Pillow's names, of encoded pictures."""

_FEW_COLOURS = 16
_SAMPLE = 512  # pixels a side of the sample by which a drawing is told from a photo
_QUALITY = 95


def seen_size(size: Size, form: PictureForm) -> Size:
    """Return the size at which the engine sees a picture of `size`.

    Raises `Refused` for one that is too thin, or too large even with the least pixels that the engine sees. The rule is
    `smart_resize` of the image processors in transformers.
    """
    if max(size) > form.thinnest * min(size):
        raise Refused("picture_too_thin", texts.unreadable.picture_too_thin())
    most = form.most_pixels
    while form.most_tokens and _tokens(seen := _smart_size(size, form, most), form) > form.most_tokens:
        most = min(most, seen[0] * seen[1]) * 9 // 10
        if most < form.least_pixels:
            raise Refused("picture_too_large", texts.unreadable.picture_too_large_for_engine())
    return _smart_size(size, form, most)


def image_tokens(size: Size, form: PictureForm) -> int:
    """Return how many of the engine's tokens a picture of `size` takes; raises `Refused` as `seen_size` does."""
    return _tokens(seen_size(size, form), form)


def _smart_size(size: Size, form: PictureForm, most: int) -> Size:
    step = form.step
    width, height = (round(side / step) * step for side in size)
    if width * height > most:
        shrink = math.sqrt(size[0] * size[1] / most)
        width, height = (max(step, math.floor(side / shrink / step) * step) for side in size)
    elif width * height < form.least_pixels:
        grow = math.sqrt(form.least_pixels / (size[0] * size[1]))
        width, height = (math.ceil(side * grow / step) * step for side in size)
    return width, height


def _tokens(seen: Size, form: PictureForm) -> int:
    across, down = (side // form.step for side in seen)
    return down * (across + form.row_tokens) + form.frame_tokens


def resized(image: Image.Image, form: PictureForm) -> Image.Image:
    """Return `image` at the size at which the engine sees it, if that is smaller; enlarging would only send more."""
    target = seen_size(image.size, form)
    if target[0] * target[1] >= image.width * image.height or max(target) > form.thinnest * min(target):
        return image
    plain = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    return plain.resize(target, Resampling.LANCZOS, reducing_gap=3.0)


def encode(image: Image.Image, form: PictureForm) -> EncodedPicture:
    """Return `image` in the form of an engine; raises `Refused` as `seen_size` does."""
    sent = resized(image, form).convert("RGB")
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
    sample = image.resize((min(image.width, _SAMPLE), min(image.height, _SAMPLE)), Resampling.NEAREST)
    return sample.getcolors(_FEW_COLOURS) is not None


def decode(picture: EncodedPicture) -> Image.Image:
    """Return the pixels of an encoded picture, RGB. Raises `Refused` for one that is broken."""
    try:
        if picture.media_type == RAW_RGB:
            return Image.frombytes("RGB", picture.size, picture.data)
        return Image.open(io.BytesIO(picture.data), formats=FORMATS).convert("RGB")
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise Refused("picture_broken", texts.unreadable.picture_broken()) from error
