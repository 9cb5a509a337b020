"""How long answers usually take to begin, so that a late one is known from a long one."""

from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

_KEPT: Final = 256  # the last answers to pictures of about one size
_LEAST_KNOWN: Final = 20  # answers, before they say what is usual
_PERCENTILE: Final = 0.95
_TIMES: Final = 2.0  # the percentile: later than that is late
_UNKNOWN_TIMES: Final = 3.0  # the least, where nothing is known


@dataclass(slots=True, kw_only=True)
class UsualTimes:
    """The seconds that the last answers took, by the size of the picture. Safe to use from several threads.

    Nothing is late before `least` seconds.
    """

    least: float
    _seconds: dict[int, deque[float]] = field(default_factory=dict)  # by the power of two of the size
    _lock: Lock = field(default_factory=Lock)

    def add(self, size: int, seconds: float) -> None:
        """Note how long the answer to a picture of so many tokens or pixels took."""
        with self._lock:
            self._seconds.setdefault(size.bit_length(), deque(maxlen=_KEPT)).append(seconds)

    def late_after(self, size: int) -> float:
        """Return after how many seconds an answer is late: twice what 95 of 100 of its like take, or the least."""
        with self._lock:
            known = sorted(self._seconds.get(size.bit_length(), ()))
        if len(known) < _LEAST_KNOWN:
            return _UNKNOWN_TIMES * self.least
        return max(self.least, _TIMES * known[int(_PERCENTILE * (len(known) - 1))])
