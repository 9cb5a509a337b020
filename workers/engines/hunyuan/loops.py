"""Loops: a model that repeats itself to no end. The numbers are those of the model's own guide."""

from collections import deque

_FIRST_LOOK = 4000  # characters of the stream
_NEXT_LOOK = 1000
_WINDOW = 8000
_LONGEST_UNIT = 256
_REPEATS = 8
_TRIM_FROM = 2000
_TRIM_REPEATS = 10
# Rows of dots and empty table cells repeat too; a real loop is past this by the next look.
_LEAST_RUN = 256
_SAMPLE = 32  # characters from the end that any such loop holds twice


def tail_repeats(text: str) -> bool:
    """Return whether `text` ends in a unit of up to 256 characters repeated 8 times or more, 256 characters in all."""
    tail = text[-_WINDOW:]
    for unit in range(1, _LONGEST_UNIT + 1):
        run = max(_REPEATS * unit, _LEAST_RUN)
        if run > len(tail):
            return False
        if tail.startswith(tail[unit - run :], len(tail) - run):
            return True
    return False


class LoopGuard:
    """Watches a growing stream for a loop; a character costs the same however long the stream is."""

    def __init__(self) -> None:
        self._parts: deque[str] = deque()
        self._held = 0  # characters in the parts
        self._length = 0
        self._next_look = _FIRST_LOOK
        self._looped = False

    def feed(self, delta: str) -> bool:
        """Take what the stream brought; return whether it loops, from then on for good."""
        if not delta:
            return self._looped
        self._parts.append(delta)
        self._held += len(delta)
        self._length += len(delta)
        while self._held - len(self._parts[0]) >= _WINDOW:
            self._held -= len(self._parts.popleft())
        if not self._looped and self._length >= self._next_look:
            self._next_look = self._length - self._length % _NEXT_LOOK + _NEXT_LOOK
            self._looped = tail_repeats("".join(self._parts))
        return self._looped


def trim_loop(text: str, *, known: bool = False) -> tuple[str, bool]:
    """Return `text` with one of the units repeated at its end, and whether any were taken away.

    Looks at texts of 2000 characters and more, for 10 repeats and more. With `known`, when the stream was stopped
    for looping, 8 repeats do, in a text of any length.
    """
    repeats, least = (_REPEATS, 0) if known else (_TRIM_REPEATS, _LEAST_RUN)
    if not known and (len(text) < _TRIM_FROM or text.rfind(text[-_SAMPLE:], 0, -1) < 0):
        return text, False
    runs = ((unit + same, -unit) for unit, same in enumerate(_same_as_tail(text)) if unit)
    run, unit = max((one for one in runs if one[0] >= max(least, -one[1] * repeats)), default=(0, 0))
    return (text[: len(text) - run - unit], True) if run else (text, False)


def _same_as_tail(text: str) -> list[int]:
    """Return for each distance from the end how many characters before it equal those before the end.

    This is the Z function of the reversed text: linear time.
    """
    back = text[::-1]
    same = [0] * len(back)
    left = right = 0
    for index in range(1, len(back)):
        length = min(right - index, same[index - left]) if index < right else 0
        while index + length < len(back) and back[length] == back[index + length]:
            length += 1
        same[index] = length
        if index + length > right:
            left, right = index, index + length
    return same
