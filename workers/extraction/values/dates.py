"""Dates as papers print them: in figures, in Chinese numerals, with the English name of the month."""

import re
from datetime import date

from bot.domain import texts

_DATES = (
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})(?P<end>日?)", re.ASCII),
    re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII),
)
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)  # as hotels for foreigners print it
_MONTHS_OF_YEAR = 12
_HAN_ONES = "〇一二三四五六七八九"
_HAN_ZEROS = str.maketrans("零○OoＯ0", "〇" * 6)  # how the circle is printed and read
_HAN_DATE = re.compile(rf"([{_HAN_ONES}]{{4}})年([一二三四五六七八九十]{{1,2}})月([一二三四五六七八九十]{{1,3}})日")
_HAN_COUNT = re.compile(r"([一二三]?)(十?)([一二三四五六七八九]?)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(
    rf"(\d{{1,2}})[- ]?({'|'.join(_MONTHS)})[a-z]*[- ,]{{0,2}}(\d{{4}}|\d\d)", re.ASCII | re.IGNORECASE
)
_CENTURY = 2000  # of a year with two digits, as hotels print it
_CLOCK = re.compile(r"[ T]\d{1,2}:\d\d(?::\d\d)?$", re.ASCII)  # behind the day
_GLUED_CLOCK = re.compile(r"(?<=\d{4}[-/.]\d\d[-/.]\d\d)\d\d:\d\d(?::\d\d)?$", re.ASCII)  # as an engine reads it
_CUT_YEAR = re.compile(r"\d{3}(?:年\d{1,2}月\d{1,2}日?|([-/.])\d{1,2}\1\d{1,2})", re.ASCII)


def without_clock(text: str) -> str:
    """Return a date without the time of day behind it."""
    return _GLUED_CLOCK.sub("", _CLOCK.sub("", text))


def find_date(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the date that a text in half width is, in ISO 8601, and its doubts; None for any other text.

    A year of which a digit was lost stays as it was read, with a doubt.
    """
    in_words = _han_date(text.replace(" ", "").translate(_HAN_ZEROS)) or _named_month(text) or _day_first(text)
    if in_words:
        return in_words, ()
    # Spaces mean nothing beside 年 or a separator; on their own they separate the numbers.
    tight = text if re.fullmatch(r"[\d ]+", text) and text.count(" ") == 2 else text.replace(" ", "")  # noqa: PLR2004 - gaps in a date
    match = next((match for pattern in _DATES if (match := pattern.fullmatch(tight))), None)
    if match is None:
        is_cut = _CUT_YEAR.fullmatch(tight)
        return (is_cut[0], (texts.warnings.doubt_year_is_cut(),)) if is_cut else None
    numbers = [int(group) for group in match.groups() if group and group.isdigit()]
    try:
        value = date(*numbers).isoformat()
    except ValueError:
        return None
    cut = match.groupdict().get("end") == ""
    return value, ((texts.warnings.doubt_date_may_be_cut(),) if cut else ())


def _han_date(text: str) -> str:
    """Return a date in Chinese numerals, 二〇二二年六月二十日, in ISO 8601; "" if it is none."""
    match = _HAN_DATE.fullmatch(text)
    if match is None:
        return ""
    year = int("".join(str(_HAN_ONES.index(char)) for char in match[1]))
    try:
        return date(year, _han_count(match[2]), _han_count(match[3])).isoformat()
    except ValueError:
        return ""


def _named_month(text: str) -> str:
    """Return a date with the month's English name behind the day, 05-JUN-25, in ISO 8601; "" if it is none."""
    match = _NAMED_MONTH.fullmatch(text)
    if match is None:
        return ""
    year, month = int(match[3]), _MONTHS.index(match[2].lower()) + 1
    try:
        return date(year if len(match[3]) > 2 else _CENTURY + year, month, int(match[1])).isoformat()  # noqa: PLR2004 - digits
    except ValueError:
        return ""


def _day_first(text: str) -> str:
    """Return a date with the year behind day and month, 24/06/2026, in ISO 8601; "" if it can be read in two ways."""
    match = _DAY_FIRST.fullmatch(text.replace(" ", ""))
    if match is None:
        return ""
    day, month = sorted((int(match[1]), int(match[3])), reverse=True)
    if (day <= _MONTHS_OF_YEAR and day != month) or month > _MONTHS_OF_YEAR:
        return ""
    try:
        return date(int(match[4]), month, day).isoformat()
    except ValueError:
        return ""


def _han_count(text: str) -> int:
    """Return a number below 40 in Chinese numerals; 0, which is no day or month, for anything else."""
    match = _HAN_COUNT.fullmatch(text)
    if match is None or (match[1] and match[3] and not match[2]):
        return 0
    tens, ten, ones = match.groups()
    if not ten:
        return _HAN_ONES.index(tens or ones or _HAN_ONES[0])
    return 10 * (_HAN_ONES.index(tens) if tens else 1) + _HAN_ONES.index(ones or _HAN_ONES[0])
