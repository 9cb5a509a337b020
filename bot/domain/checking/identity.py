"""Checks of numbers that have a check digit, and of the date of birth and sex in an identity number."""

from collections.abc import Iterator

from bot.domain import texts
from bot.domain.checking.check_digits import card_number_fits, credit_code_fits, identity_number_fits
from bot.domain.checking.verdicts import Verdict

_LENGTHS_WITHOUT_CHECK = (15, 20)  # of numbers older than GB 32100-2015
_BIRTH = slice(6, 14)  # YYYYMMDD, GB 11643
_ORDER = 16  # odd for men, even for women, GB 11643
_SEXES = {"男": 1, "女": 0}


def credit_code(key: str, value: str) -> Iterator[Verdict]:
    """Check a 统一社会信用代码, unless it is masked or an older number of 15 or 20 characters without check digit."""
    if value and "*" not in value and len(value) not in _LENGTHS_WITHOUT_CHECK:
        yield Verdict(keys=(key,), reason="" if credit_code_fits(value) else texts.warnings.doubt_credit_code(value))


def identity_number(key: str, value: str) -> Iterator[Verdict]:
    """Check a 公民身份号码, unless it is masked or one of before 1999 with 15 digits and no check digit."""
    if value and "*" not in value and len(value) != _LENGTHS_WITHOUT_CHECK[0]:
        yield Verdict(keys=(key,), reason="" if identity_number_fits(value) else texts.warnings.doubt_identity_number())


def identity_birth(keys: tuple[str, ...], number: str, birth: str) -> Iterator[Verdict]:
    """Compare 出生, an ISO date, with the birth date in a number whose check digit fits."""
    if not birth or not identity_number_fits(number):
        return
    inside = number[_BIRTH]
    day = f"{inside[:4]}-{inside[4:6]}-{inside[6:]}"
    yield Verdict(keys=keys, reason="" if birth == day else texts.warnings.doubt_birth_differs(birth, day))


def identity_sex(keys: tuple[str, ...], number: str, sex: str) -> Iterator[Verdict]:
    """Compare 性别 with the 17th digit of a number whose check digit fits."""
    if not sex or not identity_number_fits(number):
        return
    fits = _SEXES.get(sex.strip()) == int(number[_ORDER]) % 2
    yield Verdict(keys=keys, reason="" if fits else texts.warnings.doubt_sex_differs(sex))


def bank_card(key: str, value: str) -> Iterator[Verdict]:
    """Check a bank card's number by its check digit, unless it is masked."""
    if value and "*" not in value:
        yield Verdict(keys=(key,), reason="" if card_number_fits(value) else texts.warnings.doubt_bank_card())
