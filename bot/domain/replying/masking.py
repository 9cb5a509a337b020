"""What groups see of numbers and names that are somebody's own."""

import re

from bot.domain.checking.check_digits import card_number_fits, identity_number_fits

_LONG = 8  # characters; of a shorter value only the first stays
_HEAD, _TAIL = 3, 4
_CARDS = "62"  # how the numbers of UnionPay's cards begin
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){9,17}[ -]?[\dXx](?![0-9A-Za-z])", re.ASCII)


def masked(value: str) -> str:
    """Return `value` with its middle as stars: 110***********1234, 张*."""
    if len(value) < _LONG:
        return value[:1] + "*" * (len(value) - 1)
    return value[:_HEAD] + "*" * (len(value) - _HEAD - _TAIL) + value[-_TAIL:]


def mask_numbers(text: str) -> str:
    """Return `text` with every number of 11 to 19 digits masked: telephones, identity numbers, bank cards."""
    return _NUMBER.sub(lambda match: masked(_bare(match)), text)


def mask_personal(text: str) -> str:
    """Return `text` with identity numbers and bank cards masked, as their check digits tell them from other numbers."""
    return _NUMBER.sub(lambda match: masked(_bare(match)) if _is_personal(_bare(match)) else match[0], text)


def _bare(match: re.Match[str]) -> str:
    return re.sub("[ -]", "", match[0])


def _is_personal(number: str) -> bool:
    return identity_number_fits(number.upper()) or (number.startswith(_CARDS) and card_number_fits(number))
