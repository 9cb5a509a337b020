"""Pictures that are decoded only when something needs their pixels, and as few of them as it needs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from PIL import Image

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """The bytes of a picture, which decode to its pixels and nothing else.

    One that is `turned` decodes to upright pixels only where its EXIF orientation is heeded.
    """

    media_type: str
    data: bytes
    turned: bool = False


class UndecodedImage(Image.Image):
    """An upright RGB image of known size that is decoded when it is first used as an image.

    Those that need its pixels only for a moment ask for them: what `pixels` and `grey` return is not kept here, but
    shared by those that hold it at the same time. `file` are its bytes, where they may go to an engine as they are.
    `decode` is called with the least size that is needed and may return any size between that and the image's own;
    `decode_grey` returns brightness alone. Both raise `Refused`, and so does any use of a broken image. `made` holds
    what others made of the image and want to find again. Several threads may use it at once.
    """

    def __init__(
        self,
        *,
        size: Size,
        decode: Callable[[Size], Image.Image],
        decode_grey: Callable[[Size], Image.Image] | None = None,
        file: PictureFile | None = None,
    ) -> None:
        super().__init__()
        self._size = size
        self._mode = "RGB"
        self.readonly = 1  # the pixels may be shared
        self.file = file
        self._decode = decode
        self._decode_grey = decode_grey
        self._lock = threading.RLock()
        self._held: WeakValueDictionary[tuple[str, Size], Image.Image] = WeakValueDictionary()
        self.made: dict[object, Any] = {}

    def pixels(self, least: Size | None = None) -> Image.Image:
        """Return the decoded image, at its own size or, if that takes less, at one that is not below `least`."""
        with self._lock:
            whole = self._held.get(("RGB", self.size))
            return whole or self._shared("RGB", least or self.size, self._decode)

    def grey(self, least: Size) -> Image.Image:
        """Return the image's brightness, at its own size or, if that takes less, at one that is not below `least`."""
        with self._lock:
            if self._decode_grey is None or self._im is not None or ("RGB", self.size) in self._held:
                return self._shared("L", self.size, lambda _: self.pixels().convert("L"))
            return self._shared("L", least, self._decode_grey)

    @contextmanager
    def keeping_grey(self) -> Iterator[None]:
        """Keep the image's whole brightness decoded while the block runs, for all who ask for it there."""
        kept = [self.grey(self.size)]
        try:
            yield
        finally:
            kept.clear()

    def _shared(self, mode: str, least: Size, make: Callable[[Size], Image.Image]) -> Image.Image:
        """Return what somebody still holds, or else make it."""
        found = self._held.get((mode, least))
        if found is None:
            found = self._held[mode, least] = make(least)
        return found

    def load(self) -> Any:
        """Decode the image, if that was not done before; Pillow calls this before any use of pixels."""
        if self._im is None:
            with self._lock:
                if self._im is None:
                    self.im = self.pixels().im
        return super().load()

    def convert(self, mode: str | None = None, *options: Any, **more: Any) -> Image.Image:
        """Return the image in another mode, as Pillow does; for brightness alone, colours are not decoded."""
        if mode == "L" and self._im is None and not options and not more:
            return self.grey(self.size)
        return super().convert(mode, *options, **more)
