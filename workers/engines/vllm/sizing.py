"""The size at which a model sees a picture, what that costs in tokens, and the smallest form to send it in.

A token covers a square of pixels (patches, merged two by two). The model scales each side to a multiple of the square's
and the whole to between its least and most pixels. HunyuanOCR ends each row of tokens with one more and encloses the
picture in two: `(height / 32) * (width / 32 + 1) + 2`; a chat template may add two marks around it. Measured without
those: 1000x1400 is 1410, 1080x1920 is 2102, 2480x3508 is 4106 on 1.0 and 8692 on 1.5, 4000x3000 is 4072 and 11846.
"""

import io
import math
from dataclasses import dataclass, replace

from PIL.Image import Image, Resampling

from bot.domain import texts
from bot.domain.engine_profile import Profile, TokenFormula
from bot.domain.errors import Refused

_THINNEST = 200  # long side to short side; the models refuse more
_FEW_COLOURS = 16
_SAMPLE = 512  # pixels a side of the sample by which a drawing is told from a photo
_QUALITY = 95

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The least and the most pixels that a model sees, and what it makes of them."""

    least: int
    most: int
    side: int  # of the square that a token covers, in pixels
    formula: TokenFormula
    extra: int  # tokens besides those of the formula


def bounds_of(profile: Profile) -> Bounds:
    """Return the bounds within which a model sees pictures."""
    return Bounds(
        least=profile.least_pixels,
        most=profile.most_pixels,
        side=profile.side_multiple,
        formula=profile.token_formula,
        extra=profile.extra_tokens,
    )


def seen_size(size: Size, bounds: Bounds) -> Size:
    """Return the size at which the model sees a picture of `size`; raises `Refused` for a strip thinner than 1:200.

    The rule is `smart_resize` of the models' image processors in transformers.
    """
    if max(size) > _THINNEST * min(size):
        raise Refused("picture_too_thin", texts.unreadable.picture_too_thin())
    width, height = (round(length / bounds.side) * bounds.side for length in size)
    if width * height > bounds.most:
        shrink = math.sqrt(size[0] * size[1] / bounds.most)
        width, height = (max(bounds.side, math.floor(length / shrink / bounds.side) * bounds.side) for length in size)
    elif width * height < bounds.least:
        grow = math.sqrt(bounds.least / (size[0] * size[1]))
        width, height = (math.ceil(length * grow / bounds.side) * bounds.side for length in size)
    return width, height


def image_tokens(size: Size, bounds: Bounds) -> int:
    """Return how many of the model's tokens a picture of `size` takes."""
    columns, rows = (length // bounds.side for length in seen_size(size, bounds))
    row_ends = 1 if bounds.formula is TokenFormula.GRID_WITH_ROW_ENDS else 0
    return rows * (columns + row_ends) + bounds.extra


def most_image_tokens(bounds: Bounds) -> int:
    """Return how many tokens the largest picture takes, to within its row ends."""
    return bounds.most // bounds.side**2 + bounds.extra


def bounds_within(size: Size, bounds: Bounds, most_tokens: int) -> Bounds:
    """Return `bounds`, with fewer pixels if a picture of `size` would otherwise take more than `most_tokens`.

    Raises `Refused` if even the least pixels that the model sees are too many.
    """
    most = bounds.most
    while image_tokens(size, replace(bounds, most=most)) > most_tokens:
        most = most * 9 // 10
        if most < bounds.least:
            raise Refused("picture_too_large", texts.unreadable.picture_too_large_for_engine())
    return replace(bounds, most=most)


def resized(image: Image, bounds: Bounds) -> Image:
    """Return `image` at the size at which the model sees it, if that is smaller; enlarging would only send more."""
    target = seen_size(image.size, bounds)
    if target[0] * target[1] >= image.width * image.height or max(target) > _THINNEST * min(target):
        return image
    plain = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    return plain.resize(target, Resampling.LANCZOS, reducing_gap=3.0)


def encode(image: Image) -> tuple[str, bytes]:
    """Return a picture's media type and bytes: lossless if it has few colours, else nearly so.

    Measured on photographed and rendered pages of 1.3 to 2 million pixels, in CPU time: JPEG of quality 95 with full
    colour takes 230 to 510 KB and 5 to 10 ms and is off by 0.2 to 0.9 of 255 on average; PNG takes 145 to 2100 KB and
    20 to 140 ms; lossless WebP takes 260 to 1460 KB and 17 to 120 ms, but 3 to 11 KB and 4 ms with two colours.
    """
    image = image.convert("RGB")
    body = io.BytesIO()
    if _has_few_colours(image):
        image.save(body, "WEBP", lossless=True, quality=0, method=0)
        return "image/webp", body.getvalue()
    image.save(body, "JPEG", quality=_QUALITY, subsampling=0)
    return "image/jpeg", body.getvalue()


def _has_few_colours(image: Image) -> bool:
    sample = image.resize((min(image.width, _SAMPLE), min(image.height, _SAMPLE)), Resampling.NEAREST)
    return sample.getcolors(_FEW_COLOURS) is not None
