"""Amounts of money written in Chinese capital numerals (大写), as banks and invoices print them."""

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_LARGEST = Decimal("999999999999.99")
_CENT = Decimal("0.01")


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
