"""Amounts as plain decimals, and the rates of value-added tax."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

_RATES = tuple(map(Decimal, ("0", "1", "1.5", "3", "5", "6", "9", "13")))
_FORMER_RATES = tuple(map(Decimal, ("10", "11", "16", "17")))
_FORMER_UNTIL = date(2019, 4, 1)  # 财政部 税务总局 海关总署公告 2019 年第 39 号
_MOST_DIGITS = 12  # before the point, or zeros after it: more cannot be multiplied and rounded to cents
_LONGEST = 40  # characters
_PERCENT = re.compile(r"(\d{1,2}(?:\.\d)?) ?%", re.ASCII)
_SHARE = Decimal("0.01")
_LEAST_LEEWAY = Decimal("0.05")


def money(text: str) -> Decimal | None:
    """Return the amount in a plain decimal, None if it is none or absurdly large: a file may hold 1e999999."""
    try:
        amount = Decimal(text) if len(text) <= _LONGEST else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount.adjusted()) < _MOST_DIGITS else None


def rate(text: str) -> Decimal | None:
    """Return the percentage in `13%`; None for ***, 免税, 不征税 and anything else."""
    match = _PERCENT.fullmatch(text.strip().replace("\N{FULLWIDTH PERCENT SIGN}", "%"))
    return Decimal(match[1]) if match else None


def rate_exists(percent: Decimal, on: date | None) -> bool:
    """Whether value-added tax has this rate, or had it on that day; without a day, whether it ever had it."""
    return percent in _RATES or (percent in _FORMER_RATES and (on is None or on < _FORMER_UNTIL))


def other_rates(percent: Decimal) -> tuple[Decimal, ...]:
    """Return all other rates that value-added tax has or had."""
    return tuple(other for other in (*_RATES, *_FORMER_RATES) if other != percent)


def tax_fits(amount: Decimal, percent: Decimal, tax: Decimal) -> bool:
    """Whether 金额 × 税率 = 税额 within 0.05 or one per cent of the tax, because each line is rounded separately."""
    due = amount * percent / 100
    return abs(due - tax) <= max(_LEAST_LEEWAY, abs(due) * _SHARE)


def tax_within_rates(amount: Decimal, tax: Decimal, on: date | None) -> bool:
    """Whether a tax has the sign of its amount and is not above the highest rate of that day."""
    former = on is None or on < _FORMER_UNTIL
    most = max((*_RATES, *_FORMER_RATES) if former else _RATES)
    leeway = max(_LEAST_LEEWAY, abs(tax) * _SHARE)
    return amount * tax >= 0 and abs(tax) <= abs(amount) * most / 100 + leeway
