"""Plans of the sheets of a workbook, independent of the library that writes them."""

import re
from dataclasses import dataclass
from decimal import Decimal

from workers.exports.cell_values import CellValue, office_text

NAME_CHARACTERS = 31  # of a sheet: Excel's limit
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCell:
    """A cell of a planned sheet."""

    value: CellValue
    doubtful: bool = False
    link: str = ""  # to a cell in the same workbook: internal:'发票'!C2


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTotal:
    """The total of a column: a formula over its rows, and its value."""

    column: int
    formula: str
    value: Decimal
    decimals: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSheet:
    """A sheet with a head and rows."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    totals: tuple[ColumnTotal, ...] = ()
    total_label: str = ""


def sheet_name(wanted: str) -> str:
    """Return the name as similar to `wanted` as Excel allows."""
    return _NOT_IN_NAMES.sub("", office_text(wanted))[:NAME_CHARACTERS].strip("' \n\t") or "Sheet"
