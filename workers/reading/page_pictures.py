"""Pictures of the pages that were read, small enough to be shown beside what was read of them."""

import io
from collections.abc import Callable, Iterator

from PIL import Image

from bot.domain.errors import Refused
from bot.domain.requests.page_picture import LONGEST_SIDE, MOST_PICTURE_BYTES, MOST_PICTURES, PagePicture
from workers.files.format_protocol import OpenedFile, Pages
from workers.files.undecoded import UndecodedImage
from workers.reading.held_pixels import HeldPixels

OnPicture = Callable[[int, PagePicture], object]
"""Called with the number of a page, from 0, and its picture."""

_QUALITIES = (80, 60, 40)  # of a JPEG, until it is small enough


def show_pictures(opened: OpenedFile, on_picture: OnPicture, held: HeldPixels) -> None:
    """Show the first pages of an open file; those that cannot be drawn are left out."""
    for pages, number in _first_pages(opened):
        try:
            picture = _picture_of(pages.page(number).image, held)
        except Refused:
            continue
        if picture is not None:
            on_picture(number, picture)


def _first_pages(opened: OpenedFile) -> Iterator[tuple[Pages, int]]:
    """Yield the pages that are pictures, and those with text that can be drawn, in their order."""
    numbers = dict.fromkeys(opened.code_pages.numbers, opened.code_pages)
    numbers |= dict.fromkeys(opened.pages.numbers, opened.pages)
    for number in sorted(numbers)[:MOST_PICTURES]:
        yield numbers[number], number


def _picture_of(image: Image.Image, held: HeldPixels) -> PagePicture | None:
    """Return the picture of a page, None if it cannot be made small enough."""
    width, height = image.size
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    with held.during(image):
        pixels = image.pixels(size) if isinstance(image, UndecodedImage) else image
        small = pixels.convert("RGB").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    for quality in _QUALITIES:
        data = io.BytesIO()
        small.save(data, "JPEG", quality=quality)
        if data.tell() <= MOST_PICTURE_BYTES:
            return PagePicture(data=data.getvalue(), media_type="image/jpeg", width=width, height=height)
    return None
