"""Contents of cells: text that stays text, numbers and dates to calculate with."""

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
_EXACT_DIGITS = 15  # of a number that Excel keeps
_CUT = "…（余下见原件）"
_FIRST_DAY = date(1900, 3, 1)  # spreadsheets disagree about earlier dates: Excel has a 29 February 1900
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,8}|[1-9]\d{0,2}(?:,\d{3}){1,3})(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellValue:
    """A cell's content; a number is shown with so many `decimals`, and its thousands separated if `grouped`."""

    content: str | Decimal | date
    decimals: int = 0
    grouped: bool = False

    @property
    def text(self) -> str:
        """The text by which the width of the cell is estimated."""
        return f"{self.content:,.{self.decimals}f}" if isinstance(self.content, Decimal) else str(self.content)


def value_of(field: Field, kind: FieldType) -> CellValue:
    """Return the content of a field's cell: money and quantities as numbers, dates as dates, all else as text."""
    if kind in {FieldType.MONEY, FieldType.NUMBER}:
        amount = money(field.value)
        if amount is not None and _is_exact(amount):
            least = 2 if kind is FieldType.MONEY else 0
            return CellValue(content=amount, decimals=max(least, _decimals(amount)), grouped=kind is FieldType.MONEY)
    if kind is FieldType.DATE and (day := _day(field.value)) is not None:
        return CellValue(content=day)
    return CellValue(content=office_text(field.value))


def printed_value(text: str) -> CellValue:
    """Return the content for a cell of a printed table: a number if the text is clearly one, else the text.

    Long rows of digits and those that begin with 0 are identifiers, not numbers.
    """
    if _PLAIN.fullmatch(text):
        amount = Decimal(text.replace(",", ""))
        if _is_exact(amount):
            return CellValue(content=amount, decimals=_decimals(amount), grouped="," in text)
    return CellValue(content=office_text(text))


def office_text(text: str) -> str:
    """Return text that an Office file can hold: without control characters and lone surrogates, cut if too long."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in unix if char in "\n\t" or _is_allowed(char))
    return kept if len(kept) <= MOST_CHARACTERS else kept[: MOST_CHARACTERS - len(_CUT)] + _CUT


def cell_width(text: str) -> int:
    """Return the width of the widest line in half-width characters."""
    return max(map(width, text.split("\n")), default=0)


def _is_allowed(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cs"} and char not in "\ufffe\uffff"


def _is_exact(amount: Decimal) -> bool:
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
