"""Mask personal numbers and names for groups."""

import re

from bot.domain.checking.check_digits import card_number_fits, identity_number_fits

_LONG = 8  # characters; a shorter value keeps only its first
_HEAD, _TAIL = 3, 4
_CARDS = "62"  # the prefix of UnionPay's card numbers
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){9,17}[ -]?[\dXx](?![0-9A-Za-z])", re.ASCII)


def masked(value: str) -> str:
    """Return `value` with stars in its middle: 110***********1234, 张*."""
    if len(value) < _LONG:
        return value[:1] + "*" * (len(value) - 1)
    return value[:_HEAD] + "*" * (len(value) - _HEAD - _TAIL) + value[-_TAIL:]


def mask_numbers(text: str) -> str:
    """Return `text` with all numbers of 11 to 19 digits masked: telephones, identity numbers, bank cards."""
    return _NUMBER.sub(lambda match: masked(_digits_of(match)), text)


def mask_personal(text: str) -> str:
    """Return `text` with identity numbers and bank cards masked, which their check digits distinguish from others."""
    return _NUMBER.sub(lambda match: masked(_digits_of(match)) if _is_personal(_digits_of(match)) else match[0], text)


def _digits_of(match: re.Match[str]) -> str:
    return re.sub("[ -]", "", match[0])


def _is_personal(number: str) -> bool:
    return identity_number_fits(number.upper()) or (number.startswith(_CARDS) and card_number_fits(number))
