"""How much CPU time a PDF may take: each answer has a limit, and what one answer takes too much is taken from the next.

So a file whose every page is slow is given up after a few of them, however many it has.
"""

from dataclasses import dataclass
from typing import Final

_EARNED: Final = 0.3  # seconds by each answer; most take a tenth of that
_EARNED_PIXELS: Final = 0.04e-6  # and by each pixel of a page's pictures: a scan of 600 dpi in colour has 35 million
_MOST_PIXELS: Final = 64_000_000


@dataclass(slots=True, kw_only=True)
class TimeAllowance:
    """The CPU seconds left to a file, at most `most` at a time."""

    most: float
    left: float = 0.0

    def __post_init__(self) -> None:
        """Begin with all of it."""
        self.left = self.most

    def for_answer(self, pixels: int = 0) -> float:
        """Return the limit of the next answer, about a page whose pictures have so many pixels."""
        return self.left + self._earned(pixels)

    def take(self, spent: float, pixels: int = 0) -> None:
        """Deduct what an answer took."""
        self.left = min(self.most, max(0.0, self.left + self._earned(pixels) - spent))

    def _earned(self, pixels: int) -> float:
        return _EARNED + _EARNED_PIXELS * min(pixels, _MOST_PIXELS)
