"""Write a message so that messages that ask the same look the same: one spelling, and signs for what varies."""

import re
from typing import Final

from bot.domain.asking.learned.spelling import simplified, spelled_out
from bot.domain.asking.plain_words import in_plain_words
from bot.domain.asking.words.typos import without_typos
from bot.domain.prompt import folded

_DIGIT = "零〇一二两三四五六七八九十百千万亿几俩半"
_SIGNS: Final = (
    ("N", r"[￥¥$]?\d[\d ,./:\-年月日号点分]*\d(?=%|％)|\d(?=%)"),
    ("I", r"(?<![\da-z])\d{17}[\dx](?![\da-z])"),
    ("U", r"(?<![\da-z])(?=[\da-z]*\d)(?=[\da-z]*[a-z])[\da-z]{18}(?![\da-z])"),
    ("T", r"(?<!\d)\+?(?:86[- ]?)?1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"),
    ("D", r"(?:19|20)?\d\d ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?[日号]?(?!\d)|(?:19|20)\d\d年(?:\d{1,2}月(?:份)?)?"),
    ("d", r"\d{1,2} ?月 ?\d{1,2} ?[日号]?|(?<!\d)\d{1,2} ?[日号](?![码楼])|(?<!\d)\d{1,2}月份?"),
    ("t", r"\d{1,2}[:：]\d{2}(?::\d{2})?|\d{1,2}点(?:\d{1,2}分?|半)?(?=[^\d]|$)(?!票|专|的票)"),
    ("L", r"\d(?:[\d -]{10,})\d"),
    ("M", r"[¥￥$] ?\d[\d,]*(?:\.\d+)?|(?<![\d.])\d[\d,]*\.\d{1,2}(?!\d)|(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)"),
    ("L", r"(?<!\d)\d{6,}(?!\d)"),
    ("K", r"(?<![a-z\d])(?=[a-z\d/-]*\d)(?=[a-z\d/-]*[a-z])[a-z\d]+(?:[-/][a-z\d]+)+(?![a-z\d])"),
    ("R", r"(?<![a-z\d])[gdckztsy]\d{1,4}(?![\da-z])"),
    ("K", r"(?<![a-z\d])(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{4,}(?![a-z\d])"),
    ("P", r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·. ]?[a-z\d]{4,6}"),
    ("#", r"\d+(?:\.\d+)?"),
    ("#", rf"[{_DIGIT}]{{2,}}(?=[块元万千%号月日年个点角毛份件台张箱吨条公趟天])|[{_DIGIT}]{{3,}}"),
    (
        "人",
        (
            r"[小老阿][\u4e00-\u9fff](?=[那昨刚今上发的])|[\u4e00-\u9fff](?:总监|经理|主任|主管|老师|师傅"
            r"|总(?![共额价数金和计的体])|哥|姐(?!妹)|工(?=[昨刚发的]))"
        ),
    ),
    ("司", r"[\u4e00-\u9fff()]{2,14}?(?:有限责任公司|有限公司|股份公司)"),
)  # fmt: skip
_PATTERNS: Final = tuple((f"«{sign}»", re.compile(pattern)) for sign, pattern in _SIGNS)
_STOPS = re.compile(r"[\s,，。.!！?？;；:：、…~～()（）\"“”'‘’「」『』]+")
_LATIN_SPACE = re.compile(r"(?<=[a-z\d]) (?=[a-z\d])")


def plain(text: str) -> str:
    """Return `text` folded, in simplified characters, without dialect and typos, pinyin written out."""
    return in_plain_words(without_typos(spelled_out(simplified(folded(text)))))


def masked(text: str) -> str:
    """Return plain `text` with signs such as «M» for an amount; one comma for every stop, _ between Latin words."""
    text = _LATIN_SPACE.sub("_", text)
    for sign, pattern in _PATTERNS:
        text = pattern.sub(sign, text)
    return _STOPS.sub(",", text).strip(",")
