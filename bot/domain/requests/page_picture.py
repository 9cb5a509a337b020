"""Pictures of the pages that were read, to be shown with the boxes of fields on them."""

from dataclasses import dataclass
from typing import Final

MOST_PICTURES: Final = 20  # of one file
MOST_PICTURE_BYTES: Final = 400_000  # of one page
LONGEST_SIDE: Final = 1600  # pixels: enough to read small print by


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """One page, upright. Boxes of fields are in pixels of a page of `width` by `height`, the picture may be smaller."""

    data: bytes
    media_type: str  # image/jpeg or image/png
    width: int
    height: int
