"""Find the value that a correction gives, by what stands before it or by its shape."""

import re
from collections.abc import Iterator
from typing import Final

from bot.domain.asking.bot_names import without_bot_names
from bot.domain.prompt import FieldSpec, FieldType

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LEADS = (
    r"(?:正确的?(?:应该|应当)?(?:是|为)|完整的?(?:应该)?是|全号|应该?[是为叫填写得姓]|应当[是为]"
    r"|该[是为](?!不)|改[成为]|更[正新改]为?|修正为|勘误|实际上?[是为]?"
    r"|其实[是为]?|明明[是为]|写着|写的是|才是|fix|correct(?: one)?(?: is)?|should(?: be| read)?|it'?s|full"
    r"|change[^:]* to)\s*[:：,，]?\s*"
)
_IS = (
    r"(?<!不)(?<!还)(?<!就)(?:是|为|叫|姓|系|(?<!\d)[:：]|[:：](?!\d)|->|→|to\b"
    r"|\bis(?! (?:wrong|incorrect|not))\b|\bbut\b)\s*"
)
_QUOTED = re.compile(r"[“\"「『'‘]([^”\"」』'’]{1,40})[”\"」』'’]")
_TEXT = r"(?P<value>(?:[^,，;；!！?？。\"“”「」]|(?<=\d)[,，](?=\d{3})){1,40})"
_SAID: Final = tuple(re.compile(lead + _TEXT, re.IGNORECASE) for lead in (_LEADS, _IS))
_DENIED = re.compile(
    r"不是.*|不姓.*|而不是.*|你[写读看认念打识搞弄].*"
    r"|(?:怎么)?(?:给我)?[写读看认念打识搞弄印填](?:别)?[成得].*|, ?not .*| not .*|(?:才|就)[对是]的?.*"
    r"|请?改.*|吧$|啊$|呀$|啦$|了$|呢$|哈$|嘛$|的$|喔$|没错.*|对吧.*"
)
_WRONG_VALUE = re.compile(
    r"(?:不是|不姓|而不是|[写读看认念打识搞弄印填](?:别)?[成得了]+|你[写读看认念打识]的?"
    r"|\bnot) ?[“\"「]?(?:(?!是|应该|该)[^,，;；。!！]|(?<=\d)[,，](?=\d{3})){1,40}"
)
_TOKEN = re.compile(
    r"(?<![a-z\d])(?=[\d/.-]*[a-z])(?=[a-z/.-]*\d)[a-z\d][a-z\d/.-]{3,}|\+?\d[\d ]{8,}\d"
    r"|[¥￥$]?\d[\d,]*(?:\.\d+)?(?:万元?|元|块\d*|%|个点|公里)?(?:[-/.年:：月]\d+)*[年月日号點点分]*"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·. ]?[a-z\d]{5,6}"
    r"|[壹贰叁肆伍陆柒捌玖拾佰仟万零元整角分]{4,}",
    re.IGNORECASE,
)
_PIECE = re.compile(
    r"(?:最后|倒数|末|后|前|中间|开头|结尾|第|少|漏|多)[一二两三四五六七八九几半\d]*[位个段字尾]|末尾|尾号"
    r"|最后是|后面还有"
)
_VAGUE = re.compile(
    r"^(?:这个|那个|别的|错|对|不对|我|你|他|真的?|假的?|多少|什么|谁|哪.?|字母.*|大写.*|小写.*|两个.*|空的?"
    r"|[吗呢么的了])$|[吗么]$"
)
_SHAPES: Final = (
    (FieldType.ID_NUMBER, re.compile(r"\d{17}[\dx]", re.IGNORECASE)),
    (FieldType.TAX_ID, re.compile(r"(?=.*[a-z])(?=.*\d)[a-z\d]{18}|\d{15}", re.IGNORECASE)),
    (FieldType.PHONE, re.compile(r"1[3-9]\d{9}|\+\d[\d ]{8,}")),
    (FieldType.PLATE, re.compile(rf"[{_PROVINCES}][a-z][a-z\d]{{5,6}}", re.IGNORECASE)),
    (FieldType.BANK_CARD, re.compile(r"\d{16}|\d{19}")),
    (FieldType.DATE, re.compile(r"(?:\d{4}[-./年])?\d{1,2}[-./月]\d{1,2}[日号]?")),
    (FieldType.TIME, re.compile(r"\d{1,2}[:：]\d{2}")),
    (FieldType.RATE, re.compile(r"\d{1,2}(?:%|个点)")),
    (FieldType.MONEY_WORDS, re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟万零元整角分]{4,}")),
    (FieldType.MONEY, re.compile(r"[¥￥$]?\d[\d,]*\.\d\d|[¥￥$]\d[\d,.]*|\d[\d,.]*(?:元|块\d*|万元?)")),
)  # fmt: skip


def value_given(text: str) -> str:
    """Return the value that a correction says is right, "" if it says none, or only a part of one."""
    message = without_bot_names(text, ())
    if _PIECE.search(message):
        # 最后一位是8 gives no value, unless a whole one is said too: 第9位应为M,即91440101MA5CQ7R83K
        return next((token for token in _tokens(message)[::-1] if len(token) > _LONGEST_PIECE), "")
    return next((value for value in _candidates(message) if value and not _VAGUE.search(value)), "")


_LONGEST_PIECE = 7  # characters of a part of a value


def _candidates(message: str) -> Iterator[str]:
    rest = _WRONG_VALUE.sub(",", message)
    for said in _SAID:
        for match in said.finditer(rest):
            yield _trimmed(match["value"])
    quoted = [match[1] for match in _QUOTED.finditer(rest)]
    if quoted:
        yield quoted[-1]
    for found in (_tokens(rest), _tokens(message)):
        if len(set(found)) == 1:
            yield found[0]
    clauses = [clause.strip() for clause in re.split(r"[,，;；。!！?？]", rest) if clause.strip()]
    if len(clauses) > 1:
        yield _trimmed(clauses[-1])


def shape_of(value: str) -> FieldType | None:
    """Return the type of field whose values have the shape of `value`, None if it has none in particular."""
    bare = value.replace(" ", "")
    return next((kind for kind, pattern in _SHAPES if pattern.fullmatch(bare)), None)


def field_with_shape(value: str, specs: tuple[FieldSpec, ...]) -> str:
    """Return the name of the only field of the type that a value has the shape of, "" if there is none or several."""
    shape = shape_of(value)
    fitting = [spec.name for spec in specs if shape is not None and spec.type is shape]
    return fitting[0] if len(fitting) == 1 else ""


def _tokens(text: str) -> list[str]:
    return [
        match[0].strip(" ,.-")
        for match in _TOKEN.finditer(text)
        if any(char.isdigit() or char in "壹贰叁肆伍陆柒捌玖" for char in match[0])
    ]


def _trimmed(value: str) -> str:
    """Return a value without what is said about it behind it."""
    while True:
        shorter = _DENIED.sub("", value).strip(" \"“”'「」,，.。:：")
        if shorter == value:
            return value
        value = shorter
