"""Room for the pages of a file that are held decoded at the same time: as many as fit, and always one."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Final

MOST_HELD_PIXELS: Final = 80_000_000  # at most eleven bytes are held for each while a page is decoded and read: 0.9 GB


class PixelRoom:
    """Lets threads hold pages of `most` pixels together."""

    def __init__(self, most: int = MOST_HELD_PIXELS) -> None:
        self._most = most
        self._left = most
        self._change = Condition()

    @contextmanager
    def holding(self, pixels: int) -> Iterator[None]:
        """Wait until a page of so many pixels may be held too; it is held until the block ends."""
        taken = min(pixels, self._most)
        with self._change:
            self._change.wait_for(lambda: self._left >= taken)
            self._left -= taken
        try:
            yield
        finally:
            with self._change:
                self._left += taken
                self._change.notify_all()
