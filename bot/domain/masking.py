"""What groups see of numbers and names that are somebody's own."""

import re

_LONG = 8  # characters; of a shorter value only the first stays
_HEAD, _TAIL = 3, 4
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){9,17}[ -]?[\dXx](?![0-9A-Za-z])", re.ASCII)


def masked(value: str) -> str:
    """Return `value` with its middle as stars: 110***********1234, 张*."""
    if len(value) < _LONG:
        return value[:1] + "*" * (len(value) - 1)
    return value[:_HEAD] + "*" * (len(value) - _HEAD - _TAIL) + value[-_TAIL:]


def mask_numbers(text: str) -> str:
    """Return `text` with every number of 11 to 19 digits masked: telephones, identity numbers, bank cards."""
    return _NUMBER.sub(lambda match: masked(re.sub("[ -]", "", match[0])), text)
