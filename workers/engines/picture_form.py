"""The size at which an engine sees a picture, and whether a file goes to it as it came."""

import math

from bot.domain import texts
from bot.domain.errors import Refused
from workers.engines.base import PictureForm, Size

_HARDLY_LARGER = 1.1  # times the pixels


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


def goes_unchanged(form: PictureForm, size: Size, media_type: str, length: int) -> bool:
    """Return whether a file of so many bytes with a picture of `size` is sent as it is.

    What is hardly larger than what the engine sees is left for the engine to scale, once. Raises `Refused` as
    `seen_size` does.
    """
    seen = seen_size(size, form)
    fits = size[0] * size[1] <= seen[0] * seen[1] * _HARDLY_LARGER
    return fits and media_type in form.media_types and length <= form.most_bytes
