"""Answers in which the model repeats itself endlessly. The numbers are those of the model's own guide."""

from collections import deque

_FIRST_CHECK = 4000  # characters of the text
_CHECK_EVERY = 1000
_WINDOW = 8000
_LONGEST_UNIT = 256
_REPEATS = 8
_TRIM_FROM = 2000
_TRIM_REPEATS = 10
# Rows of dots and empty table cells repeat too; a real loop is longer than this by the next check.
_LEAST_RUN = 256
_SAMPLE = 32  # the last characters, which any such loop holds twice


def tail_repeats(text: str) -> bool:
    """Return whether `text` ends in a unit of up to 256 characters that occurs 8 times or more, over 256 characters."""
    tail = text[-_WINDOW:]
    for unit in range(1, _LONGEST_UNIT + 1):
        run = max(_REPEATS * unit, _LEAST_RUN)
        if run > len(tail):
            return False
        if tail.startswith(tail[unit - run :], len(tail) - run):
            return True
    return False


class LoopGuard:
    """Watches a growing text for a loop; the cost per character does not grow with the text."""

    def __init__(self) -> None:
        self._parts: deque[str] = deque()
        self._held = 0  # characters in the parts
        self._length = 0
        self._next_check = _FIRST_CHECK
        self._looped = False

    def feed(self, delta: str) -> bool:
        """Take the next piece of text and return whether the text loops; once it does, it stays so."""
        if not delta:
            return self._looped
        self._parts.append(delta)
        self._held += len(delta)
        self._length += len(delta)
        while self._held - len(self._parts[0]) >= _WINDOW:
            self._held -= len(self._parts.popleft())
        if not self._looped and self._length >= self._next_check:
            self._next_check = self._length - self._length % _CHECK_EVERY + _CHECK_EVERY
            self._looped = tail_repeats("".join(self._parts))
        return self._looped


def trim_loop(text: str, *, known: bool = False) -> tuple[str, bool]:
    """Return `text` with only one of the units repeated at its end, and whether any were removed.

    Only 10 repeats and more in texts of 2000 characters and more count. With `known`, for an answer that was stopped
    because it looped, 8 repeats in a text of any length do.
    """
    repeats, least = (_REPEATS, 0) if known else (_TRIM_REPEATS, _LEAST_RUN)
    if not known and (len(text) < _TRIM_FROM or text.rfind(text[-_SAMPLE:], 0, -1) < 0):
        return text, False
    runs = ((unit + same, -unit) for unit, same in enumerate(_same_as_tail(text)) if unit)
    run, unit = max((found for found in runs if found[0] >= max(least, -found[1] * repeats)), default=(0, 0))
    return (text[: len(text) - run - unit], True) if run else (text, False)


def _same_as_tail(text: str) -> list[int]:
    """Return, for each distance from the end, how many characters before it equal those before the end.

    That is the Z function of the reversed text, in linear time.
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
