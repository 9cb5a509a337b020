"""The form in which the embedded engine wants pictures, in this process or as a service."""

from typing import Final

from bot.domain.limits import MOST_READ_BYTES
from workers.engines.base import Encoding, PictureForm

CPU_FORM: Final = PictureForm(
    encoding=Encoding.RAW,
    media_types=("image/jpeg", "image/png", "image/webp"),
    turns=True,
    most_bytes=MOST_READ_BYTES,
)
"""Every pixel is kept: what the engine reads depends on them, and it is near."""

SIZE_HEADER: Final = "X-Picture-Size"
"""The header of the service that gives the size of raw pixels, such as 640x480."""

PRIORITY_HEADER: Final = "X-Priority"
"""The header of the service that says who may wait: pictures with a smaller number are read first."""
