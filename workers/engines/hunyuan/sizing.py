"""What HunyuanOCR sees of a picture: how large, at what price in tokens, and the smallest form to send it in.

A token looks at 32 by 32 pixels (patches of 16, merged two by two). The model brings each side to a multiple of 32 and
the whole between its least and its most pixels; a row of tokens ends with one more, and a picture is held by two:
`(height / 32) * (width / 32 + 1) + 2`; a chat template may put two marks more around it. Measured without those:
1000x1400 is 1410, 1080x1920 is 2102, 2480x3508 is 4106 on 1.0 and 8692 on 1.5, 4000x3000 is 4072 and 11846.
"""

import io
import math
from dataclasses import dataclass

from PIL.Image import Image, Resampling

from bot.domain.errors import Refused
from bot.domain.texts import chat as texts

_STEP = 32
_THINNEST = 200  # long side to short side; the model refuses more
_FEW_COLOURS = 16
_SAMPLE = 512  # the sides of what is looked at to tell a drawing from a photo
_QUALITY = 95

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The least and the most pixels that a model looks at."""

    least: int
    most: int


def seen_size(size: Size, bounds: Bounds) -> Size:
    """Return the size at which the model sees a picture of `size`; raises `Refused` for a strip thinner than 1:200.

    The rule is `smart_resize` of the model's image processor in transformers.
    """
    if max(size) > _THINNEST * min(size):
        raise Refused("picture_too_thin", texts.picture_too_thin())
    width, height = (round(side / _STEP) * _STEP for side in size)
    if width * height > bounds.most:
        shrink = math.sqrt(size[0] * size[1] / bounds.most)
        width, height = (max(_STEP, math.floor(side / shrink / _STEP) * _STEP) for side in size)
    elif width * height < bounds.least:
        grow = math.sqrt(bounds.least / (size[0] * size[1]))
        width, height = (math.ceil(side * grow / _STEP) * _STEP for side in size)
    return width, height


def image_tokens(size: Size, bounds: Bounds) -> int:
    """Return how many tokens a picture of `size` is to the model."""
    width, height = seen_size(size, bounds)
    return (height // _STEP) * (width // _STEP + 1) + 2


def within(size: Size, bounds: Bounds, most_tokens: int) -> Bounds:
    """Return `bounds`, with fewer pixels where a picture of `size` would cost more than `most_tokens`.

    Raises `Refused` where even the least that the model looks at is too much.
    """
    most = bounds.most
    while image_tokens(size, Bounds(least=bounds.least, most=most)) > most_tokens:
        most = most * 9 // 10
        if most < bounds.least:
            raise Refused("picture_too_large", texts.picture_too_large_for_engine())
    return Bounds(least=bounds.least, most=most)


def sized(image: Image, bounds: Bounds) -> Image:
    """Return `image` as the model will see it where that is smaller, else as it is: enlarging adds nothing to send."""
    target = seen_size(image.size, bounds)
    if target[0] * target[1] >= image.width * image.height or max(target) > _THINNEST * min(target):
        return image
    plain = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    return plain.resize(target, Resampling.LANCZOS, reducing_gap=3.0)


def encoded(image: Image) -> tuple[str, bytes]:
    """Return a picture's media type and bytes: lossless where it has few colours, else nearly so.

    Measured on photographed and rendered pages of 1.3 to 2 million pixels, CPU time: JPEG of quality 95 with full
    colour 230 to 510 KB in 5 to 10 ms, off by 0.2 to 0.9 of 255 on average; PNG 145 to 2100 KB in 20 to 140 ms;
    lossless WebP 260 to 1460 KB in 17 to 120 ms, but 3 to 11 KB in 4 ms where there are two colours.
    """
    image = image.convert("RGB")
    body = io.BytesIO()
    if _is_plain(image):
        image.save(body, "WEBP", lossless=True, quality=0, method=0)
        return "image/webp", body.getvalue()
    image.save(body, "JPEG", quality=_QUALITY, subsampling=0)
    return "image/jpeg", body.getvalue()


def _is_plain(image: Image) -> bool:
    sample = image.resize((min(image.width, _SAMPLE), min(image.height, _SAMPLE)), Resampling.NEAREST)
    return sample.getcolors(_FEW_COLOURS) is not None
