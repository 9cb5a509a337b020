"""Validate numbers by their check digits. Nothing here corrects a number."""

from datetime import date

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_CARD_LENGTHS = range(16, 20)


def credit_code_fits(code: str) -> bool:
    """Whether `code` is a 统一社会信用代码: 18 characters with the right check character (GB 32100-2015)."""
    if len(code) != len(_CREDIT_WEIGHTS) + 1 or any(char not in _CREDIT_ALPHABET for char in code):
        return False
    total = sum(_CREDIT_ALPHABET.index(char) * weight for char, weight in zip(code[:-1], _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[-1]


def identity_number_fits(number: str) -> bool:
    """Whether `number` is a 公民身份号码: 18 characters, a birth date that exists, the right check (GB 11643)."""
    body = number[:-1]
    if len(number) != len(_IDENTITY_WEIGHTS) + 1 or not is_digits(body) or not _is_date(number[6:14]):
        return False
    total = sum(int(char) * weight for char, weight in zip(body, _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11] == number[-1]


def card_number_fits(number: str) -> bool:
    """Whether `number` has the 16 to 19 digits of a bank card and passes the Luhn check (ISO/IEC 7812-1)."""
    if len(number) not in _CARD_LENGTHS or not is_digits(number):
        return False
    total = 0
    for place, char in enumerate(reversed(number)):
        doubled = int(char) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)  # noqa: PLR2004 - the cross sum of two digits
    return total % 10 == 0


def is_digits(text: str) -> bool:
    """Whether `text` is one or more ASCII digits."""
    return text.isascii() and text.isdigit()


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
