"""Pictures of few pixels, such as previews that were forwarded, as an engine wants them."""

from dataclasses import replace

from PIL.Image import Resampling

from workers.files.format_protocol import Page
from workers.files.undecoded import UndecodedImage
from workers.reading.second_look.weakness import is_small


def enlarged_if_small(page: Page, scale: float) -> Page:
    """Return a small picture at `scale` times its size, any other page as it is.

    A page that was drawn, as of a PDF, has the size that it was drawn for. Raises `Refused` for what cannot be decoded.
    """
    if scale == 1 or not isinstance(page.image, UndecodedImage) or not is_small(page.image.size):
        return page
    image = page.image.pixels()
    size = round(image.width * scale), round(image.height * scale)
    return replace(page, image=image.resize(size, Resampling.LANCZOS))
