"""Values in a text, by the type of the field. A value has only characters that are printed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from bot.domain import texts
from bot.domain.prompt import FieldType
from workers.extraction.form_words import SEAL
from workers.extraction.values.dates import find_date, without_clock

_MARGIN = " :;.,_|'\"->"  # an app ends a row that leads on with >
_NUMERALS = "零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正貳參叄陸萬億圓"
_COUNTING = frozenset("零〇壹贰叁肆伍陆柒捌玖拾貳參叄陸")
_UNITS = frozenset("拾佰仟万萬亿億")
_DIGITS = re.compile(r"\d[\d ]*", re.ASCII)
_CODE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z/-]*[0-9A-Za-z])?")
_GROUPED_CODE = re.compile(r"\d{4}(?: \d{4}){2,7}(?: \d{1,3})?", re.ASCII)  # as apps set the number of an order
_MASKED_CODE = re.compile(r"[0-9A-Za-z]{1,8} ?\*{2,12} ?[0-9A-Za-z]{2,8}")  # of an account
_SPACED_CODE = re.compile(r"[A-Z]{1,5}\d? \d{5,8}", re.ASCII)  # of an engine: CUF 182736
_WORD = re.compile(r"[A-Za-z][a-z]{2,}")  # no code, but a word of English
_TAX_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z* ]*")
_YUAN = "¥YV半羊"
_MONEY = re.compile(
    rf"(?:CNY|RMB|CN|YQ|人民币)? ?(?P<sign>-?)[{_YUAN}]? ?(?P<inner>-?)"
    r"(?P<whole>\d{1,3}(?:[, ] ?\d{3})+|\d+)(?:(?P<cents> ?\. ?\d ?\d)?元?|(?P<dimes> ?\. ?\d) ?元|(?P<dime> ?\. ?\d))",
    re.ASCII,
)
_OF_TICKET = re.compile(r" ?\([\u4e00-\u9fff]{1,3}票\)$")  # behind a fare: (全票)
_SIGNED = re.compile(r"¥|CNY|RMB")
# Taxi meters print a faint decimal point; two digits between a gap and 元 can only be cents.
_FAINT_POINT = re.compile(rf"[{_YUAN}] ?(\d+) ?[- ] ?(\d\d) ?元", re.ASCII)
_WORDS = re.compile(rf"(?:负|\(负数\))?[{_NUMERALS}][{_NUMERALS} ]*")
_ID_NUMBER = re.compile(r"[\d*]{6,17}[\dXx*]", re.ASCII)
_ID_LENGTHS = (15, 18)
_BANK_CARD = re.compile(r"\d[\d* ]{11,24}\d", re.ASCII)
_CARD_LENGTHS = range(13, 20)
_PHONE = re.compile(r"\+?\(?\d[\d*()+ -]{5,22}\d(?:(?: ?转| ?ext\.? ?)\d{1,6})?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}) ?[:时] ?(\d{2})(?: ?[:分] ?(\d{2}))?[分秒]?", re.ASCII)
_WEEKDAY = " ?(?:周.?|星期.?)?"
_DAY_OF_TIME = r"(?:(\d{4}) ?[-/.年] ?)?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?日?"
_DATE_TIME = re.compile(rf"{_DAY_OF_TIME}{_WEEKDAY} ?(\d{{1,2}}):(\d\d)(?::(\d\d))?{_WEEKDAY}", re.ASCII)
_NUMBER = re.compile(
    r"(?P<sign>-?)(?:[A-Z]{0,3}[$€£¥]|USD|EUR|GBP|HKD|RM)? ?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?"
    r"(?: ?(?:USD|EUR|GBP|HKD|SGD|AUD|CAD|JPY|INR|MYR|RM|€|£))?",
    re.ASCII,
)
_RATE = re.compile(r"(\d{1,2}(?:\.\d{1,2})?) ?%", re.ASCII)
_RATE_WORDS = ("免税", "不征税", "出口零税率", "普通零税率", "零税率")
_ABBREVIATION = re.compile(r"\b(?:Ltd|Inc|Co|Corp|Bros|Jr|Sr|LLC|S\.A|B\.V|No)$")  # ends with a stop
_STARS = re.compile(r"\*{1,6}")
_PLATE = re.compile(r"[\u4e00-\u9fff]? ?[A-Z] ?[·.-]? ?[A-Z0-9]{4,6}[\u4e00-\u9fff]?")
_PROVINCES = str.maketrans("粵滬蘇遼雲贛貴閩陝晉寧瓊魯", "粤沪苏辽云赣贵闽陕晋宁琼鲁")  # no plate has the former
_LEAP_YEAR = 2000  # in which each day exists
_LEAST_TAX_ID = 6  # characters; nobody has a shorter one
_JUNK_BEFORE_WORDS = 3  # characters: the crossed circle before the amount is misread as these


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundValue:
    """A value, the part [start, end) of the text that it came from, and its doubts."""

    value: str
    start: int
    end: int
    doubts: tuple[str, ...] = ()


def find_value(kind: FieldType, folded: str, shown: str) -> FoundValue | None:
    """Return the value in a text that holds a value of type `kind` and nothing else; None for any other text.

    `folded` is the text in half width, `shown` the same text as it was read; both have a space for each gap.
    """
    return _FINDERS[kind](folded, shown)


def _digits(folded: str, _: str) -> FoundValue | None:
    match = _DIGITS.fullmatch(folded.strip(_MARGIN))
    return _found(folded, match[0], match[0].replace(" ", "")) if match else None


def _code(folded: str, _: str) -> FoundValue | None:
    text = folded.strip(_MARGIN)
    forms = (_CODE, _GROUPED_CODE, _SPACED_CODE, _MASKED_CODE)
    match = next((match for form in forms if (match := form.fullmatch(text))), None)
    if match is None or _WORD.fullmatch(text):
        return None
    return _found(folded, match[0], match[0].replace(" ", ""))


def _tax_id(folded: str, _: str) -> FoundValue | None:
    match = _TAX_ID.fullmatch(folded.strip(_MARGIN))
    value = match[0].replace(" ", "").upper() if match else ""
    enough = len(value) >= _LEAST_TAX_ID and any(char.isdigit() for char in value)
    return _found(folded, match[0], value) if match and enough else None


def _date(folded: str, _: str) -> FoundValue | None:
    text = without_clock(folded.strip(_MARGIN))
    found = find_date(text)
    return None if found is None else _found(folded, text, *found)


def _money(folded: str, _: str) -> FoundValue | None:
    text = _OF_TICKET.sub("", folded.strip(" :;_|"))
    match = _MONEY.fullmatch(text)
    if match is None:
        faint = _FAINT_POINT.fullmatch(text)
        return (
            _found(folded, text, f"{int(faint[1])}.{faint[2]}", (texts.warnings.doubt_faint_point(),))
            if faint
            else None
        )
    if match["dime"] and not _SIGNED.search(text):
        return None  # without a currency it may be any number, or an amount that is cut off
    sign = "-" if match["sign"] or match["inner"] else ""
    whole = re.sub("[, ]", "", match["whole"])
    tenths = match["dimes"] or match["dime"]
    dimes = f"{tenths}0" if tenths else ""  # tickets and apps leave the last 0 out: ¥553.0元, ¥87.0
    cents = (match["cents"] or dimes or ".00").replace(" ", "")
    doubts = () if match["cents"] or dimes else (texts.warnings.doubt_no_cents(match[0]),)
    return _found(folded, text, f"{sign}{int(whole)}{cents}", doubts)


def _money_words(folded: str, _: str) -> FoundValue | None:
    match = _WORDS.search(folded)
    if match is None or not re.search("[圆元圓角分]", match[0]) or not set(match[0]) & _COUNTING:
        return None
    before = folded[: match.start()].replace(" ", "").strip(":()")
    if len(before) > _JUNK_BEFORE_WORDS:
        return None
    text = match[0].strip()
    # 壹拾元, never 拾元, is how amounts in words begin, so that nothing can be put before them.
    doubts = (texts.warnings.doubt_cut(),) if text[0] in _UNITS else ()
    return FoundValue(value=text.replace(" ", ""), start=match.start(), end=match.start() + len(text), doubts=doubts)


def _id_number(folded: str, _: str) -> FoundValue | None:
    text = folded.strip(_MARGIN)
    tight = text.replace(" ", "")
    match = _ID_NUMBER.fullmatch(tight) if len(tight) in _ID_LENGTHS else None
    if match is None:
        return None
    # Numbers of 15 digits were given up before papers masked any: some of the stars were not read.
    is_short = "*" in tight and len(tight) == min(_ID_LENGTHS)
    return _found(folded, text, match[0].upper(), (texts.warnings.doubt_cut(),) if is_short else ())


def _bank_card(folded: str, _: str) -> FoundValue | None:
    text = folded.strip(_MARGIN)
    tight = text.replace(" ", "")
    fits = _BANK_CARD.fullmatch(text) is not None and len(tight) in _CARD_LENGTHS
    return _found(folded, text, tight) if fits else None


def _phone(folded: str, _: str) -> FoundValue | None:
    match = _PHONE.fullmatch(folded.strip(_MARGIN))
    return _found(folded, match[0], match[0].replace(" ", "")) if match else None


def _time(folded: str, _: str) -> FoundValue | None:
    match = _TIME.fullmatch(folded.strip(_MARGIN))
    if match is None:
        return None
    try:
        value = time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        return None
    return _found(folded, match[0], value.isoformat("seconds" if match[3] else "minutes"))


def _date_time(folded: str, _: str) -> FoundValue | None:
    text = folded.strip(_MARGIN)
    match = _DATE_TIME.fullmatch(re.sub(" ?: ?", ":", text))
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(group) if group else 0 for group in match.groups())
    try:
        when = datetime(year or _LEAP_YEAR, month, day, hour, minute, second)  # noqa: DTZ001 - as printed
    except ValueError:
        return None
    clock = when.time().isoformat("seconds" if match[6] else "minutes")
    return _found(folded, text, f"{when:%Y-%m-%d} {clock}" if year else f"{when:%m-%d} {clock}")


def _plate(folded: str, _: str) -> FoundValue | None:
    match = _PLATE.fullmatch(folded.strip(_MARGIN).upper())
    if match is None:
        return None
    start = folded.upper().index(match[0])
    value = re.sub(r"[ ·.-]", "", match[0]).translate(_PROVINCES)
    return FoundValue(value=value, start=start, end=start + len(match[0]))


def _number(folded: str, _: str) -> FoundValue | None:
    text = folded.strip(" :;_|")
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    return _found(folded, text, f"{match['sign']}{match['whole'].replace(',', '')}{match['rest'] or ''}")


def _rate(folded: str, _: str) -> FoundValue | None:
    text = folded.strip(" :;_|")
    if text in _RATE_WORDS or _STARS.fullmatch(text):
        return _found(folded, text, text)
    match = _RATE.fullmatch(text)
    return _found(folded, text, f"{match[1]}%") if match else None


def _text(folded: str, shown: str) -> FoundValue | None:
    stripped = folded.strip(_MARGIN)
    if not any(char.isalnum() for char in stripped) or SEAL.search(stripped):
        return None
    start = folded.index(stripped)
    end = start + len(stripped)
    end += folded.startswith(".", end) and _ABBREVIATION.search(stripped) is not None
    return FoundValue(value=join_words(shown[start:end]), start=start, end=end)


def _found(folded: str, text: str, value: str, doubts: tuple[str, ...] = ()) -> FoundValue:
    start = folded.index(text)
    return FoundValue(value=value, start=start, end=start + len(text), doubts=doubts)


_FINDERS: dict[FieldType, Callable[[str, str], FoundValue | None]] = {
    FieldType.TEXT: _text,
    FieldType.DIGITS: _digits,
    FieldType.DATE: _date,
    FieldType.MONEY: _money,
    FieldType.MONEY_WORDS: _money_words,
    FieldType.CODE: _code,
    FieldType.TAX_ID: _tax_id,
    FieldType.ID_NUMBER: _id_number,
    FieldType.BANK_CARD: _bank_card,
    FieldType.PHONE: _phone,
    FieldType.TIME: _time,
    FieldType.DATE_TIME: _date_time,
    FieldType.PLATE: _plate,
    FieldType.NUMBER: _number,
    FieldType.RATE: _rate,
}


def join_words(shown: str) -> str:
    """Return text without the spaces beside Chinese characters; Chinese text gets full-width brackets."""
    tight = re.sub(r"(?<![\x21-\x7e])\s+|\s+(?![\x21-\x7e])", "", shown)
    if not re.search("[\u4e00-\u9fff]", tight):
        return tight
    return tight.translate(str.maketrans("()", "（）"))
