"""Looking for the QR codes of a page while the engine reads it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from PIL.Image import Image

from workers.files.undecoded import UndecodedImage
from workers.reading.barcodes import Code, find_qr_codes, is_searched_whole
from workers.reading.held_pixels import HeldPixels
from workers.reading.image_reader import ImageReader
from workers.reading.meanwhile.later import Later
from workers.reading.picture_measures import measures_of

Codes = Callable[[], tuple[Code, ...]]
"""Returns the codes on a page once it was searched; raises `Refused` if it cannot be decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSearch:
    """Looks for codes, `later` or by `threads`. `held` bounds what is decoded at once."""

    threads: ThreadPoolExecutor
    later: Later
    held: HeldPixels

    def on(self, image: Image, reader: ImageReader) -> AbstractContextManager[Codes]:
        """Return a context in which the codes on a page are looked for, while `reader` has the engine read it."""
        pixels = reader.to_decode(image)
        return self._later(image) if pixels is None else self._at_once(pixels)

    @contextmanager
    def _later(self, image: Image) -> Iterator[Codes]:
        """Search a page while the engine reads it: what is needed to ask the engine goes first, for other files too."""
        piece = self.later.add(partial(self._search, image))
        try:
            yield piece.result
        finally:
            piece.drop()

    @contextmanager
    def _at_once(self, image: UndecodedImage) -> Iterator[Codes]:
        """Search a page whose pixels the engine is sent too, so that it is decoded once."""
        with ExitStack() as stack:
            stack.callback(self.held.take(image))
            found = self.threads.submit(find_qr_codes, image.pixels())
            give_back = stack.pop_all().close
        found.add_done_callback(lambda _: give_back())
        yield found.result

    def _search(self, image: Image) -> tuple[Code, ...]:
        with self.held.during(image):
            return _codes_and_measures(image)


def _codes_and_measures(image: Image) -> tuple[Code, ...]:
    """Return the codes on a page; measure it too if that takes the same pixels, for decoding costs more than both."""
    if not isinstance(image, UndecodedImage) or not is_searched_whole(image.size):
        return find_qr_codes(image)
    with image.keeping_grey():
        measures_of(image)
        return find_qr_codes(image)
