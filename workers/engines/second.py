"""An engine beside the one that reads: it is asked a second time what nothing can check, as long as that costs nobody.

Its answers are wanted only while the first engine's are still awaited. So a question that may not wait is dropped while
as many are open as the engine reads in that time: else all would come too late.
"""

from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from bot.domain.document import Reading
from bot.domain.errors import Unavailable
from workers.engines.base import USUAL, AskOptions, EncodedPicture
from workers.engines.wrapped import WrappedEngine

MOST_OPEN: Final = 4  # questions of one worker that may not wait: the engine reads about a page a second and core


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondEngine(WrappedEngine):
    """An `Engine` without prompts that takes few questions which may not wait; all others pass."""

    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(MOST_OPEN))

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        """Return the engine's reading; raises `Unavailable` at once if it is busy and the question may not wait."""
        if options.may_wait:
            return self.engine.ask(picture, prompt, options=options)
        if not self.turns.acquire(blocking=False):
            raise Unavailable("the second engine is busy")
        try:
            return self.engine.ask(picture, prompt, options=options)
        finally:
            self.turns.release()
