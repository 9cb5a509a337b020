"""How values and marks are written for people."""

from bot.domain.checking.money import money
from bot.domain.document import Document, Status
from bot.domain.prompt import FieldType
from bot.domain.roles import Role

MARKS = {Status.CHECKED: "✅", Status.DOUBTFUL: "⚠️"}
_YUAN = frozenset({"", "人民币", "人民币元", "元", "圆", "cny", "rmb", "￥", "¥"})


def written(value: str, kind: FieldType, *, yuan: bool) -> str:
    """Return a value of this type as people write it: money in `yuan` with ￥."""
    return with_sign(value) if kind is FieldType.MONEY and yuan else value


def in_yuan(document: Document) -> bool:
    """Return whether a document's amounts are in yuan, which is assumed if it names no currency."""
    currency = next((field.value for field in document.fields if field.role is Role.CURRENCY), "")
    return currency.strip().casefold() in _YUAN


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
