"""How many pixels a process holds decoded at once, for all the files that it reads."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Final

from PIL.Image import Image

MOST_PIXELS: Final = 16_000_000  # of a scan 8.7 million; while one is encoded each pixel takes some 13 bytes


class HeldPixels:
    """Room for `most` decoded pixels. Who needs some waits for it in the order of coming; any thread may use it.

    A picture larger than the whole room is let in when it is alone.
    """

    def __init__(self, most: int = MOST_PIXELS) -> None:
        self._most = most
        self._held = 0
        self._queue: deque[object] = deque()
        self._change = Condition()

    @property
    def waiting(self) -> int:
        """How many wait for room."""
        return len(self._queue)

    def take(self, image: Image) -> Callable[[], None]:
        """Wait until the pixels of `image` may be decoded; call what is returned, once, when they are held no more.

        A thread that has taken room takes no more before it gave it back, or two may wait for each other.
        """
        pixels, turn = image.width * image.height, object()
        with self._change:
            self._queue.append(turn)
            self._change.wait_for(lambda: self._queue[0] is turn and self._fits(pixels))
            self._queue.popleft()
            self._held += pixels
            self._change.notify_all()  # the next may fit too
        return lambda: self._give_back(pixels)

    @contextmanager
    def during(self, image: Image) -> Iterator[None]:
        """Hold room for the pixels of `image` while the block runs."""
        give_back = self.take(image)
        try:
            yield
        finally:
            give_back()

    def _fits(self, pixels: int) -> bool:
        return self._held == 0 or self._held + pixels <= self._most

    def _give_back(self, pixels: int) -> None:
        with self._change:
            self._held -= pixels
            self._change.notify_all()
