"""How values and marks are written for people."""

import re

from bot.domain.checking.money import money
from bot.domain.document import Document, Status
from bot.domain.prompt import FieldType
from bot.domain.roles import Role

MARKS = {Status.CHECKED: "✅", Status.DOUBTFUL: "⚠️"}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WORDS = re.compile(r"[A-Za-z]{3}")
_YUAN = frozenset({"", "人民币", "人民币元", "元", "圆", "cny", "rmb", "￥", "¥"})


def written(value: str, kind: FieldType, *, yuan: bool) -> str:
    """Return a value of this type as people write it: money in `yuan` with ￥."""
    return with_sign(value) if kind is FieldType.MONEY and yuan else value


def in_yuan(document: Document) -> bool:
    """Return whether a document's amounts are in yuan: as its currency says, else if not all its words are Latin."""
    currency = next((field.value for field in document.fields if field.role is Role.CURRENCY), "").strip()
    if currency:
        return currency.casefold() in _YUAN
    return _CHINESE.search(document.text) is not None or _WORDS.search(document.text) is None


def with_sign(value: str) -> str:
    """Return a plain decimal with ￥ and at least two decimals, anything else as it is.

    Thousands are not grouped, so that the number can be copied.
    """
    amount = money(value)
    if amount is None:
        return value
    return "￥" + max(f"{amount:.2f}", f"{amount:f}", key=len)


def short(text: str, most: int) -> str:
    """Return `text`, shortened with … to at most `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
