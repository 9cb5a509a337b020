"""The form in which the embedded engine wants pictures, in this process or as a service."""

from typing import Final

from bot.domain.limits import MOST_READ_BYTES
from workers.engines.base import Encoding, PictureForm

CPU_FORM: Final = PictureForm(
    encoding=Encoding.RAW,
    media_types=("image/jpeg", "image/png", "image/webp"),
    turns=True,
    most_bytes=MOST_READ_BYTES,
    preview_scale=1.5,
)
"""Every pixel is kept: what the engine reads depends on them, and it is near.

It cuts lines out of the pixels that it is given and scales each up roughly. Made papers of 450 pixels that it was shown
at 1.5 times their size had 7 % more values and cells right; at other sizes it gained less, or lost some.
"""

SIZE_HEADER: Final = "X-Picture-Size"
"""The header of the service that gives the size of raw pixels, such as 640x480."""

PRIORITY_HEADER: Final = "X-Priority"
"""The header of the service that says who may wait: pictures with a smaller number are read first."""
