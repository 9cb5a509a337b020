"""Answers in which the model repeats itself endlessly.

The model's own guide calls a unit that occurs eight times at the end of an answer a loop. What pages hold themselves
must not count: rows of dots, a form with many empty cells, a numbered list. The watch costs about a microsecond a
character, little beside what the stream costs that brings it.
"""

import re
from collections import deque
from collections.abc import Callable
from itertools import pairwise

_FIRST_CHECK = 1000  # characters of the text
_CHECK_EVERY = 500
_WINDOW = 8000
_SHORT = 4000  # characters: the guide looks at no shorter text
_LONG_UNIT = 256  # a longer one is half a page
_REPEATS, _LONG_REPEATS = 8, 4
_TRIM_FROM = 2000
_TRIM_REPEATS = 10
# Rows of dots and empty table cells repeat too; a real loop is longer than this by the next check.
_LEAST_RUN = 256
_LEAST_EMPTY_RUN = 2000  # of a table's empty cells: 200 or so
_SAMPLE = 32  # the last characters, which any such loop holds twice
_COUNTED_REPEATS = 50  # of a unit in which numbers count up: more than the rows of a form
_TAGS = re.compile(r"^[^<>]*>|<[^<>]*>|<[^<>]*$")
_NUMBER = re.compile(r"\d+")


def tail_repeats(text: str) -> bool:
    """Return whether `text` ends in a loop.

    That is a unit of up to 256 characters that occurs 8 times or more, over 256 characters, or over 2000 if it is a
    table's cells without content; a longer unit that occurs 4 times; or a unit that occurs 50 times, the same but for
    numbers in it that count up by one. In a text of fewer than 4000 characters, which may be a sheet of labels, the
    first two must be twice as long.
    """
    tail = text[-_WINDOW:]
    times = 1 if len(text) >= _SHORT else 2
    return _loop_unit(tail, lambda unit: times * _least_run(unit)) > 0 or _counts_up(tail)


def _loop_unit(tail: str, least_run: Callable[[str], int]) -> int:
    """Return the length of the unit with which `tail` ends over the characters that `least_run` wants; 0 if none."""
    sample = tail[-_SAMPLE:]
    at = tail.rfind(sample, 0, -1)
    while at >= 0:
        unit = len(tail) - len(sample) - at
        run = least_run(tail[-unit:])
        if run <= len(tail) and tail.startswith(tail[unit - run :], len(tail) - run):
            return unit
        at = tail.rfind(sample, 0, at + len(sample) - 1)
    return 0


def _least_run(unit: str) -> int:
    least = _LEAST_EMPTY_RUN if _is_empty_cells(unit) else _LEAST_RUN
    return max(least, _repeats(len(unit)) * len(unit))


def _repeats(unit: int) -> int:
    return _REPEATS if unit <= _LONG_UNIT else _LONG_REPEATS


def _is_empty_cells(unit: str) -> bool:
    """Return whether a unit, which may begin inside a tag, is cells of an HTML or Markdown table without content."""
    return ("<" in unit or "|" in unit) and not any(char.isalnum() for char in _TAGS.sub("", unit))


def _counts_up(tail: str) -> bool:
    levelled = _NUMBER.sub("0", tail)
    unit = _loop_unit(levelled, lambda unit: max(_LEAST_RUN, _COUNTED_REPEATS * len(unit)))
    in_unit = levelled[-unit:].count("0") if unit else 0
    # The last number may go on. Before it are all those of fifty units but one.
    numbers = [int(number) for number in _NUMBER.findall(tail)[-in_unit * (_COUNTED_REPEATS - 1) - 1 : -1]]
    steps = [{later - earlier for earlier, later in pairwise(numbers[place::in_unit])} for place in range(in_unit)]
    return {1} in steps and all(step in ({0}, {1}) for step in steps)


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
    because it looped, 8 repeats in a text of any length do, and 4 of a unit of more than 256 characters.
    """
    least = 0 if known else _LEAST_RUN
    if not known and (len(text) < _TRIM_FROM or text.rfind(text[-_SAMPLE:], 0, -1) < 0):
        return text, False
    runs = ((unit + same, -unit) for unit, same in enumerate(_same_as_tail(text)) if unit)
    wanted = _repeats if known else (lambda _: _TRIM_REPEATS)
    run, unit = max((found for found in runs if found[0] >= max(least, -found[1] * wanted(-found[1]))), default=(0, 0))
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
