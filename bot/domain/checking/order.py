"""Checks of amounts against each other, and of dates and times by their order and today's date."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from bot.domain import texts
from bot.domain.checking.amounts_in_words import parse_amount_words
from bot.domain.checking.money import money, rate, rate_exists, tax_fits
from bot.domain.checking.verdicts import Verdict

_HALF_A_DAY = timedelta(hours=12)


def same_amount(keys: tuple[str, ...], words: str, figures: str) -> Iterator[Verdict]:
    """Compare 大写 with 小写, by value."""
    amount = parse_amount_words(words)
    if words and amount is None:
        yield Verdict(keys=keys[:1], reason=texts.warnings.doubt_words_unreadable(words))
    elif words and figures:
        yield Verdict(
            keys=keys, reason="" if amount == money(figures) else texts.warnings.doubt_words_differ(words, figures)
        )


def not_zero(field: str, name: str, figures: str) -> Iterator[Verdict]:
    """Refute an amount of nothing on a document that is always about some money."""
    if money(figures) == 0:
        yield Verdict(keys=(field,), reason=texts.warnings.doubt_zero(name))


def tax(keys: tuple[str, ...], amount: str, percent: str, due: str) -> Iterator[Verdict]:
    """Refute 金额 × 税率 = 税额, if the rate is a number; a tax within the leeway is not confirmed."""
    base, share, owed = money(amount), rate(percent), money(due)
    if base is not None and share is not None and owed is not None and not tax_fits(base, share, owed):
        yield Verdict(keys=keys, reason=texts.warnings.doubt_tax(amount, percent, due))


def tax_rate(key: str, percent: str, day: str) -> Iterator[Verdict]:
    """Refute a rate that value-added tax does not have, or did not have on that day."""
    share = rate(percent)
    if share is not None and not rate_exists(share, day_of(day)):
        yield Verdict(keys=(key,), reason=texts.warnings.doubt_tax_rate(percent))


def in_order(keys: tuple[str, ...], earlier: str, later: str) -> Iterator[Verdict]:
    """Refute two ISO dates if the first is after the second; the right order confirms neither."""
    first, second = day_of(earlier), day_of(later)
    if first is not None and second is not None and first > second:
        yield Verdict(keys=keys, reason=texts.warnings.doubt_order(earlier, later))


def ride(keys: tuple[str, ...], start: str, end: str) -> Iterator[Verdict]:
    """Refute two times of day unless the second is within half a day after the first, across midnight or not."""
    first, second = _time_of(start), _time_of(end)
    if first is None or second is None:
        return
    duration = (second - first) % timedelta(days=1)
    if not timedelta() < duration < _HALF_A_DAY:
        yield Verdict(keys=keys, reason=texts.warnings.doubt_order(start, end))


def not_future(key: str, value: str, today: date | None) -> Iterator[Verdict]:
    """Refute a date that does not exist or is in the future; a possible date is not confirmed."""
    day = day_of(value)
    if value and day is None:
        yield Verdict(keys=(key,), reason=texts.warnings.doubt_no_date(value))
    elif day is not None and today is not None and day > today:
        yield Verdict(keys=(key,), reason=texts.warnings.doubt_day_in_future(value, today.isoformat()))


def day_of(value: str) -> date | None:
    """Return the day of an ISO date, None for anything else."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _time_of(value: str) -> timedelta | None:
    try:
        at = time.fromisoformat(value)
    except ValueError:
        return None
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
