"""What goes into a table's cell: text that stays text, numbers and dates that can be counted with."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.domain.checking.money import money
from bot.domain.document import Field
from bot.domain.prompt import FieldType
from bot.domain.texts.display_width import width

MOST_CHARACTERS = 32_767  # of a cell: Excel's limit
_EXACT_DIGITS = 15  # that a number in a table keeps
_CUT = "…（余下见原件）"
_FIRST_DAY = date(1900, 3, 1)  # before it tables disagree about days
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,8}|[1-9]\d{0,2}(?:,\d{3}){1,3})(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellValue:
    """A cell's content; `decimals` and `grouped` say how a number is shown."""

    content: str | Decimal | date
    decimals: int = 0
    grouped: bool = False

    @property
    def text(self) -> str:
        """What the cell shows, for its width."""
        return f"{self.content:,.{self.decimals}f}" if isinstance(self.content, Decimal) else str(self.content)


def value_of(field: Field, kind: FieldType) -> CellValue:
    """Return what a field's cell holds by its type: money and quantities as numbers, dates as dates, else text."""
    if kind in {FieldType.MONEY, FieldType.NUMBER}:
        amount = money(field.value)
        if amount is not None and _exact(amount):
            least = 2 if kind is FieldType.MONEY else 0
            return CellValue(content=amount, decimals=max(least, _decimals(amount)), grouped=kind is FieldType.MONEY)
    if kind is FieldType.DATE and (day := _day(field.value)) is not None:
        return CellValue(content=day)
    return CellValue(content=office_text(field.value))


def printed_value(text: str) -> CellValue:
    """Return what a cell of a printed table holds: a number where it is plainly one, else its text.

    Long digits and those that begin with 0 are names of things, not numbers.
    """
    if _PLAIN.fullmatch(text):
        amount = Decimal(text.replace(",", ""))
        if _exact(amount):
            return CellValue(content=amount, decimals=_decimals(amount), grouped="," in text)
    return CellValue(content=office_text(text))


def office_text(text: str) -> str:
    """Return text that an Office file can hold: no control characters or halves of characters, and not too long."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in unix if char in "\n\t" or _holds(char))
    return kept if len(kept) <= MOST_CHARACTERS else kept[: MOST_CHARACTERS - len(_CUT)] + _CUT


def cell_width(text: str) -> int:
    """Return how many columns of a terminal the widest line takes."""
    return max(map(width, text.split("\n")), default=0)


def _holds(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cs"} and char not in "\ufffe\uffff"


def _exact(amount: Decimal) -> bool:
    return len(amount.normalize().as_tuple().digits) <= _EXACT_DIGITS and abs(amount.adjusted()) < _EXACT_DIGITS


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _day(text: str) -> date | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day as printed
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None
