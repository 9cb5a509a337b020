"""Amounts of money in Chinese capital numerals (大写)."""

import re
import unicodedata
from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_VARIANTS = str.maketrans(
    "元圓正〇○一二两三四五六七八九十百千貳參陸萬億弍叄負",
    "圆圆整零零壹贰贰叁肆伍陆柒捌玖拾佰仟贰叁陆万亿贰叁负",
)
_LEADING_SIGNS = "⊗⊘⊙◎×"
_WHOLE = re.compile(
    r"(?P<sign>负|\(负数\))?"
    r"(?:(?:(?P<yi>[零壹贰叁肆伍陆柒捌玖拾佰仟]+)亿)?(?:(?P<wan>[零壹贰叁肆伍陆柒捌玖拾佰仟]+)万)?"
    r"(?P<ones>[零壹贰叁肆伍陆柒捌玖拾佰仟]+)?圆)?"
    r"(?:零?(?P<jiao>[零壹贰叁肆伍陆柒捌玖])角)?(?:零?(?P<fen>[零壹贰叁肆伍陆柒捌玖])分)?整?"
)
_SECTION = re.compile(
    r"零?(?:([壹贰叁肆伍陆柒捌玖])仟)?零?(?:([壹贰叁肆伍陆柒捌玖])佰)?零?(?:([壹贰叁肆伍陆柒捌玖])?(拾))?零?([壹贰叁肆伍陆柒捌玖])?零?"
)
_CENT = Decimal("0.01")


def parse_amount_words(text: str) -> Decimal | None:
    """Return the value of an amount such as 伍拾贰圆柒角整, None if it is not well formed.

    Variants are equal (元 and 圆, 正 and 整, plain and traditional numerals), a leading ⊗ is ignored, 整 is optional,
    and a leading 负 or （负数） negates.
    """
    folded = unicodedata.normalize("NFKC", "".join(text.split())).lstrip(_LEADING_SIGNS).translate(_VARIANTS)
    match = _WHOLE.fullmatch(folded)
    if match is None or not re.search("[圆角分]", folded):
        return None
    sections = [(match["yi"], 10**8), (match["wan"], 10**4), (match["ones"], 1)]
    values = [(_value_of_section(numerals), scale) for numerals, scale in sections if numerals]
    if any(value is None for value, _ in values) or ("圆" in folded and not values):
        return None
    whole = sum((value or 0) * scale for value, scale in values)
    cents = 10 * _DIGITS.index(match["jiao"] or "零") + _DIGITS.index(match["fen"] or "零")
    amount = whole + Decimal(cents) / 100
    return (-amount if match["sign"] else amount).quantize(_CENT)


def _value_of_section(numerals: str) -> int | None:
    """Return the value of up to four digits with their units, None if units are missing or out of order."""
    match = _SECTION.fullmatch(numerals)
    if match is None:
        return None
    thousands, hundreds, tens, ten, ones = match.groups()
    tens_value = _DIGITS.index(tens) if tens else int(ten is not None)
    digits = [_DIGITS.index(digit) if digit else 0 for digit in (thousands, hundreds, ones)]
    return sum(digit * scale for digit, scale in zip(digits, (1000, 100, 1), strict=True)) + 10 * tens_value
