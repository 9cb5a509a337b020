"""Amounts of money in Chinese capital numerals (大写), both ways."""

import re
import unicodedata
from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_VARIANTS = str.maketrans(
    "元圓正〇○一二两三四五六七八九十百千貳參陸萬億弍叄負",
    "圆圆整零零壹贰贰叁肆伍陆柒捌玖拾佰仟贰叁陆万亿贰叁负",
)
_MARKS = "⊗⊘⊙◎×"
_WHOLE = re.compile(
    r"(?P<sign>负|\(负数\))?"
    r"(?:(?:(?P<yi>[零壹贰叁肆伍陆柒捌玖拾佰仟]+)亿)?(?:(?P<wan>[零壹贰叁肆伍陆柒捌玖拾佰仟]+)万)?"
    r"(?P<ones>[零壹贰叁肆伍陆柒捌玖拾佰仟]+)?圆)?"
    r"(?:零?(?P<jiao>[零壹贰叁肆伍陆柒捌玖])角)?(?:零?(?P<fen>[零壹贰叁肆伍陆柒捌玖])分)?整?"
)
_SECTION = re.compile(
    r"零?(?:([壹贰叁肆伍陆柒捌玖])仟)?零?(?:([壹贰叁肆伍陆柒捌玖])佰)?零?(?:([壹贰叁肆伍陆柒捌玖])?(拾))?零?([壹贰叁肆伍陆柒捌玖])?零?"
)
_LARGEST = Decimal("999999999999.99")
_CENT = Decimal("0.01")


def parse_amount_words(text: str) -> Decimal | None:
    """Return the value of an amount such as 伍拾贰圆柒角整, None where it is not well formed.

    Variants are folded (元 and 圆, 正 and 整, plain and traditional numerals), a leading ⊗ is dropped, a missing 整
    is accepted, and a leading 负 or （负数） negates.
    """
    folded = unicodedata.normalize("NFKC", "".join(text.split())).lstrip(_MARKS).translate(_VARIANTS)
    match = _WHOLE.fullmatch(folded)
    if match is None or not re.search("[圆角分]", folded):
        return None
    sections = [(match["yi"], 10**8), (match["wan"], 10**4), (match["ones"], 1)]
    values = [(_section(numerals), scale) for numerals, scale in sections if numerals]
    if any(value is None for value, _ in values) or ("圆" in folded and not values):
        return None
    whole = sum((value or 0) * scale for value, scale in values)
    cents = 10 * _DIGITS.index(match["jiao"] or "零") + _DIGITS.index(match["fen"] or "零")
    amount = whole + Decimal(cents) / 100
    return (-amount if match["sign"] else amount).quantize(_CENT)


def _section(numerals: str) -> int | None:
    """Return the value of up to four digits with their units, None where units are out of order or missing."""
    match = _SECTION.fullmatch(numerals)
    if match is None:
        return None
    thousands, hundreds, tens, ten, ones = match.groups()
    tens_value = _DIGITS.index(tens) if tens else int(ten is not None)
    places = (_DIGITS.index(digit) if digit else 0 for digit in (thousands, hundreds))
    return sum(place * scale for place, scale in zip(places, (1000, 100), strict=True)) + (
        10 * tens_value + (_DIGITS.index(ones) if ones else 0)
    )


def amount_in_words(amount: Decimal) -> str:
    """Write an amount of at most 12 digits before the point as banks and invoices do: 52.70 is 伍拾贰圆柒角整.

    ValueError where it is too large or has parts of a cent.
    """
    if abs(amount) > _LARGEST or amount != amount.quantize(_CENT):
        raise ValueError(f"no amount of money: {amount}")
    cents = int(abs(amount) * 100)
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    sign = "负" if amount < 0 else ""
    return sign + _whole_words(whole, bare=bool(cents)) + _cents_words(jiao, fen, after_whole=whole > 0)


def _whole_words(whole: int, *, bare: bool) -> str:
    """Write the part before the point with 圆; zero is nothing before cents (`bare`) and 零圆 alone."""
    if not whole:
        return "" if bare else "零圆"
    out = ""
    for unit, scale in (("亿", 10**8), ("万", 10**4), ("", 1)):
        section = whole // scale % 10**4
        if not section:
            continue
        # A skipped place between two sections is read once as 零.
        gap = "零" if out and (section < 10**3 or whole // scale // 10**4 % 10**4 == 0) else ""
        out += gap + _section_words(section) + unit
    return out + "圆"


def _section_words(section: int) -> str:
    out = ""
    for unit, scale in (("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)):
        digit = section // scale % 10
        if digit:
            out += _DIGITS[digit] + unit
        elif out and section % scale and not out.endswith("零"):
            out += "零"
    return out


def _cents_words(jiao: int, fen: int, *, after_whole: bool) -> str:
    if not fen:
        return f"{_DIGITS[jiao]}角整" if jiao else "整"
    if jiao:
        return f"{_DIGITS[jiao]}角{_DIGITS[fen]}分"
    return ("零" if after_whole else "") + f"{_DIGITS[fen]}分"
