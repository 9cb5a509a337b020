"""Find which files a message wants with the answer, and which pages it wants read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.attachment_format import Format

_OPENING = (
    r"(?:[,、]\s*)?(?:然后|同时|顺便|最后|并且?|再)?\s*(?:请|麻烦)?(?:帮我|给我|替我|为我)?"
    r"(?:都|全部|把?(?:它们?|结果))?"
)
_MAKE = r"(?:导出|输出|下载|另存|保存|生成|制作|整理|汇总|做|存)"
_GIVE = r"(?:转换|转|发送|发|换|弄|给|要|来|出|贴|粘贴|粘|放|拉)"
_FILLER = r"(?:(?:出来?|一下|给我|我|成|为|到|一|[个份张]|的)\s*)*"
_EXPORT = r"(?:(?:please\s+)?(?:export|save|send(?:\s+me)?|download|give\s+me)(?:\s+(?:it|this|them))?\s+)?"
_LINK = r"(?:(?:as|to|into|in)\s+)?(?:(?:an?|the)\s+)?"
_KINDS = (
    (Format.XLSX, r"(?:excel|xlsx?)(?:\s*表格?)?|电子表格"),
    (Format.DOCX, r"word|docx?"),
    (Format.JSON, r"json"),
)
_TAIL = r"(?:\s*(?:格式|版本?|文件|文档|附件|表格?|里面?|files?\b|documents?\b))*(?:\s*(?:给我|出来|吧|呗))*"
_DECLINED = r"(?:不需要|不用|不要|无需|别)\s*(?:再?(?:导出|发|给|转)\S{0,2}?)?\s*"
_ALONE = r"(?<![a-z0-9._])(?:{})(?![a-z0-9._])"
# By the program's name, anywhere in the message. In English, "word" may have its other sense.
_NAMED = tuple(
    (
        kind,
        re.compile(
            f"(?:{_OPENING}(?:{_MAKE}|{_GIVE}){_FILLER})?{_EXPORT}{_LINK}{_ALONE.format(words)}{_TAIL}",
            re.IGNORECASE,
        ),
    )
    for kind, words in _KINDS
)
_UNWANTED = re.compile(f"{_DECLINED}(?:{'|'.join(_ALONE.format(words) for _, words in _KINDS)}){_TAIL}", re.IGNORECASE)
_OTHER_SENSE = re.compile(
    r"\b(?:each|every|any|which|first|last|next|key|the)\s+word\b(?!\s+(?:file|doc|version))|\bword\s+(?:by|for|count)\b",
    re.IGNORECASE,
)
# 表格 and 文档 are also kinds of documents: they mean files only after a verb of making or a word for a copy.
_MADE_INTO = tuple(
    (kind, re.compile(f"{_OPENING}{_MAKE}{_FILLER}(?P<of>\\S{{0,8}}?)(?:的|成|为)?{words}{_TAIL}"))
    for kind, words in ((Format.XLSX, "表格?"), (Format.DOCX, "(?:文档|[Pp][Dd][Ff])"))
)
_AS_COPY = (
    (Format.XLSX, re.compile(f"{_OPENING}(?:{_GIVE}{_FILLER})?表格(?:版本?|文件|附件)")),
    (Format.XLSX, re.compile(f"{_OPENING}{_GIVE}(?:给?我)?(?:一?[份个])表格")),
)
_BARE_EXPORT = re.compile(f"{_OPENING}导出{_FILLER}(?:结果|数据|文件)?|\\bexport\\b", re.IGNORECASE)

_NUMBER = r"(\d{1,4}|[一二两三四五六七八九十百零]{1,5})"
_RANGE = re.compile(
    f"第?\\s*{_NUMBER}\\s*页?\\s*(?:到|至|[-~—–])\\s*第?\\s*{_NUMBER}\\s*页|\\bpages\\s+(\\d+)\\s*(?:-|to)\\s*(\\d+)"
)
_FROM_PAGE = re.compile(f"从?第\\s*{_NUMBER}\\s*页(?:开始|起|往后|(?:之|以)?后(?:的页?|面的?页?)?)")
_ONE_PAGE = re.compile(f"第\\s*{_NUMBER}\\s*页|\\bpage\\s+(\\d+)\\b", re.IGNORECASE)
_FIRST_PAGES = re.compile(f"(?:最?前面?|开头)(?:的)?\\s*{_NUMBER}\\s*页")
_FURTHER = re.compile(
    r"(?:接着|继续)(?:往下|向下)?(?:识别|读|看|发)?(?:完|一下)?(?:(?:后面|剩下|其余|余下|剩余)的?(?:[几多]?页|内容|部分)?)?"
    r"|(?:读|看|识别|要|发)?(?:后面|剩下|其余|余下|剩余|下面)的?(?:[几多]?页|内容|部分)|(?:剩下|其余|余下|剩余)的"
    r"|下一?页|^(?:还有)?(?:后面|剩下|其余|余下|下面)(?:的|还有)?(?:呢|吗|也要)\W*$|^还有(?:内容|别的页?)?吗\W*$|\b(?:continue|(?:next|more|remaining)\s+pages?|the\s+rest)\b",
    re.IGNORECASE,
)
_DIGITS = {**dict(zip("一二三四五六七八九", range(1, 10), strict=True)), "两": 2, "零": 0}
_MOST_PAGES = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRange:
    """Which pages of a file are wanted."""

    first: int = 0  # from 0
    number: int = 0  # 0: as many as usual
    further: bool = False  # the pages after those that were read before


def files_in(text: str) -> tuple[tuple[Format, ...], str]:
    """Return the files that `text`, in half width, asks for, in its order, and the rest of the text."""
    rest = _UNWANTED.sub(" ", text)
    starts: list[tuple[int, Format]] = []
    for kind, pattern in (*_NAMED, *_AS_COPY, *_MADE_INTO):
        if kind is Format.DOCX and _OTHER_SENSE.search(rest):
            continue
        for match in [*pattern.finditer(rest)][::-1]:
            kept = match.groupdict().get("of") or ""
            starts.append((match.start(), kind))
            rest = f"{rest[: match.start()]} {kept} {rest[match.end() :]}"
    export = None if starts else _BARE_EXPORT.search(rest)
    if export is not None:
        starts, rest = [(0, Format.XLSX)], f"{rest[: export.start()]} {rest[export.end() :]}"
    return tuple(dict.fromkeys(kind for _, kind in sorted(starts))), " ".join(rest.split())


def pages_in(text: str) -> tuple[PageRange | None, str]:
    """Return the pages that `text`, in half width, asks for (None if it names none) and the rest of the text."""
    for pattern in (_RANGE, _FROM_PAGE, _ONE_PAGE, _FIRST_PAGES, _FURTHER):
        match = pattern.search(text)
        if match is not None:
            pages = _page_range(pattern, [_number(part) for part in match.groups() if part])
            if pages is not None:
                return pages, " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
    return None, text


def _page_range(pattern: re.Pattern[str], numbers: list[int]) -> PageRange | None:
    if pattern is _FURTHER:
        return PageRange(further=True)
    if not all(0 < number <= _MOST_PAGES for number in numbers):
        return None
    if pattern is _RANGE:
        first, last = sorted(numbers)
        return PageRange(first=first - 1, number=last - first + 1)
    if pattern is _FIRST_PAGES:
        return PageRange(number=numbers[0])
    return PageRange(first=numbers[0] - 1, number=1 if pattern is _ONE_PAGE else 0)


def _number(written: str) -> int:
    """Return the value of a number in digits, or in Chinese numerals up to 999."""
    if written.isdecimal():
        return int(written)
    total, digit = 0, 0
    for value in _numeral_values(written):
        if value < 10:  # noqa: PLR2004 - a digit
            digit = value
        else:
            total, digit = total + (digit or 1) * value, 0
    return total + digit


def _numeral_values(written: str) -> Iterator[int]:
    yield from ({"十": 10, "百": 100}.get(char) or _DIGITS[char] for char in written)
