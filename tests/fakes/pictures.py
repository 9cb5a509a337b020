"""Pictures decoded as a format opens them, straight from their bytes."""

from workers.files.file_type import PICTURES, identify
from workers.files.images import OnePicture, decode
from workers.files.refusals import check_size, unreadable_kind


def open_picture(data: bytes) -> OnePicture:
    """Return the page in `data`: the first frame of an animation, first page of a TIFF, main picture of a HEIC.

    Pictures of more than about 16 million pixels are scaled down; narrow strips get a margin at the right or bottom.
    Raises `Refused` for anything but a picture, and for one that is broken, too small or too large.
    """
    check_size(data)
    file = identify(data)
    if file.kind not in PICTURES:
        raise unreadable_kind(file.kind)
    return OnePicture(image=decode(file))
