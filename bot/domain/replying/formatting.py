"""How values and marks are written for people."""

from bot.domain.checking.money import money
from bot.domain.document import Document, Field, Status
from bot.domain.prompt import FieldType, Prompt
from bot.domain.roles import Role

MARKS = {Status.CHECKED: "✅", Status.DOUBTFUL: "⚠️"}
_YUAN = frozenset({"", "人民币", "人民币元", "元", "圆", "cny", "rmb", "￥", "¥"})


def type_of(key: str, prompt: Prompt | None) -> FieldType:
    """Return the type of a field or column, text where the prompt knows no such key."""
    specs = (*prompt.fields, *prompt.columns) if prompt else ()
    return next((spec.type for spec in specs if spec.key == key), FieldType.TEXT)


def written(field: Field, prompt: Prompt | None, *, yuan: bool = True) -> str:
    """Return a field's value as people write it: money of `yuan` with its sign."""
    money = type_of(field.key, prompt) is FieldType.MONEY
    return with_sign(field.value) if money and yuan else field.value


def in_yuan(document: Document) -> bool:
    """Whether a document's money is the country's own; so it is where no other is named."""
    named = next((field.value for field in document.fields if field.role is Role.CURRENCY), "")
    return named.strip().casefold() in _YUAN


def with_sign(value: str) -> str:
    """Return a plain decimal with ￥ and at least two decimals, not grouped so that it can be copied; else as it is."""
    amount = money(value)
    if amount is None:
        return value
    return "￥" + max(f"{amount:.2f}", f"{amount:f}", key=len)


def short(text: str, most: int) -> str:
    """Return `text` in at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
