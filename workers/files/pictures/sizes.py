"""The sizes that a page may have, from the size in a picture's header to that of the page with its margin.

A decoded page takes four bytes for each of its pixels in Pillow, and about as much again while it is converted.
"""

import math
from typing import Final

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGE_PIXELS, MOST_PICTURE_PIXELS
from workers.files.undecoded import Size

_LEAST_SHORT: Final = 2000  # pixels of the short side that scaling down keeps, for very long screenshots
_LEAST_SIDE: Final = 16
_LEAST_PADDED, _LONGEST = 32, 50  # with its margin, the least short side in pixels, and the most long side to short


def check_pixels(width: int, height: int, most: int = MOST_PICTURE_PIXELS) -> None:
    """Raise `Refused` for a size that no page has; called with the size in the header, before decoding.

    That the page must not become too large by its margin counts too: a strip of 16 by 400,000 pixels would get one of
    3,200 million.
    """
    if width * height > most:
        raise Refused("too_many_pixels", texts.unreadable.picture_too_many_pixels(width, height, most))
    if max(width, height) < _LEAST_SIDE:
        raise Refused("picture_too_small", texts.unreadable.picture_too_small(width, height, _LEAST_SIDE))
    if min(width, height) < 1 or math.prod(size_with_margin(width, height)) > MOST_PICTURE_PIXELS:
        raise Refused("picture_too_thin", texts.unreadable.picture_too_thin())


def target_size(width: int, height: int) -> Size:
    """Return the size to which a picture is scaled down, or its own."""
    scale = max(math.sqrt(MOST_PAGE_PIXELS / (width * height)), _LEAST_SHORT / min(width, height))
    return (width, height) if scale >= 1 else (round(width * scale), round(height * scale))


def size_with_margin(width: int, height: int) -> Size:
    """Return the size of a page with the margin that a narrow strip gets."""
    least = max(_LEAST_PADDED, math.ceil(max(width, height) / _LONGEST))
    return max(width, least), max(height, least)
