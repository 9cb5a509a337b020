"""Pictures of pages in the form that is wanted, and cut-outs. Readers made those: nothing foreign is decoded here."""

import io
from typing import TYPE_CHECKING, Final

from bot.domain.document import Box
from bot.domain.requests.page_picture import PagePicture

if TYPE_CHECKING:
    from PIL import Image

_MARGIN: Final = 0.35  # around a value, of its height
_LEAST_MARGIN: Final = 6  # pixels
_BEGINNINGS: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_MEDIA_TYPES: Final = {"png": "image/png", "jpg": "image/jpeg"}


def browser_type_of(data: bytes) -> str:
    """Return the media type of a picture that every browser shows, by how its bytes begin; "" for anything else."""
    if data[8:12] == b"WEBP" and data.startswith(b"RIFF"):
        return "image/webp"
    return next((media_type for begin, media_type in _BEGINNINGS.items() if data.startswith(begin)), "")


def as_form(picture: PagePicture, form: str) -> tuple[bytes, str]:
    """Return a picture as png or jpg with its media type, unchanged if it is that."""
    wanted = _MEDIA_TYPES[form]
    if picture.media_type == wanted:
        return picture.data, wanted
    from PIL import Image  # noqa: PLC0415 - most pictures are asked for as they are

    with Image.open(io.BytesIO(picture.data)) as image:
        return _encoded(image.convert("RGB"), wanted), wanted


def cut_out(picture: PagePicture, box: Box) -> bytes:
    """Return the part of a page that holds `box`, as PNG; `box` is in pixels of the page, which may be larger."""
    from PIL import Image  # noqa: PLC0415 - the same

    with Image.open(io.BytesIO(picture.data)) as image:
        across, down = image.width / max(1, picture.width), image.height / max(1, picture.height)
        margin = max(_LEAST_MARGIN, round((box.bottom - box.top) * _MARGIN))
        left = min(max(0, round((box.left - margin) * across)), image.width - 1)
        top = min(max(0, round((box.top - margin) * down)), image.height - 1)
        right = max(left + 1, min(image.width, round((box.right + margin) * across)))
        bottom = max(top + 1, min(image.height, round((box.bottom + margin) * down)))
        return _encoded(image.convert("RGB").crop((left, top, right, bottom)), "image/png")


def _encoded(image: "Image.Image", media_type: str) -> bytes:
    data = io.BytesIO()
    if media_type == "image/png":
        image.save(data, "PNG", compress_level=1)
    else:
        image.save(data, "JPEG", quality=85)
    return data.getvalue()
