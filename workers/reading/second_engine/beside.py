"""Reading pages with a second engine while the first one reads their fields.

An answer waits for it only a little: what comes later is dropped.
"""

from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

from PIL.Image import Image

from bot.domain.document import Line, Reading, Stop
from bot.domain.errors import OcrbotError
from workers.engines.base import AskOptions
from workers.files.format_protocol import Page
from workers.reading.image_reader import ImageReader

MOST_WAIT_SECONDS: Final = 3.0  # that a file waits for the second engine in all, after the first has answered
_READING_SECONDS: Final = 10.0  # after which nobody waits any more


@dataclass(slots=True, kw_only=True)
class WaitAllowance:
    """For how many more seconds a file may wait. Safe to use from several threads."""

    left: float = MOST_WAIT_SECONDS
    lock: Lock = field(default_factory=Lock)

    def wait_for(self, event: Event) -> None:
        """Wait for an event as long as may be."""
        began = monotonic()
        event.wait(max(0.0, self.left))
        with self.lock:
            self.left -= monotonic() - began


@dataclass(slots=True, kw_only=True, eq=False)
class BegunReading:
    """A page that the second engine is reading."""

    allowance: WaitAllowance
    number: int  # of the page, from 0
    done: Event = field(default_factory=Event)
    reading: Reading | None = None

    def lines(self) -> tuple[Line, ...]:
        """Return the lines on the page, with boxes in its pixels; none if they do not come in time or not whole."""
        self.allowance.wait_for(self.done)
        reading = self.reading
        if reading is None or reading.stop is not Stop.DONE:
            return ()
        return tuple(
            Line(text=one.text, box=one.box, page=self.number, confidence=one.confidence) for one in reading.lines
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsBeside:
    """Begins the second engine's readings of one file's pages."""

    reader: ImageReader
    request_id: str = ""
    allowance: WaitAllowance = field(default_factory=WaitAllowance)

    def begin(self, page: Page) -> BegunReading:
        """Begin to read a page in a thread of its own."""
        begun = BegunReading(allowance=self.allowance, number=page.index)
        Thread(target=self._read, args=(page.image, begun), name="second engine", daemon=True).start()
        return begun

    def _read(self, image: Image, begun: BegunReading) -> None:
        options = AskOptions(request_id=self.request_id, timeout=_READING_SECONDS, may_wait=False)
        try:
            begun.reading = self.reader.read(image, "", options=options)
        except OcrbotError:  # it is not needed: the answer goes out without it
            return
        finally:
            begun.done.set()
