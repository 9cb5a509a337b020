"""The line in a reply about a document's table: how many rows it has, and the first ones."""

from collections.abc import Sequence

from bot.domain import texts
from bot.domain.document import Status
from bot.domain.prompt import FieldType
from bot.domain.replying.document_view import DocumentView
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.field_view import FieldView
from bot.domain.replying.formatting import MARKS, short

_SHOWN_ROWS = 2
_NAME_CHARACTERS = 18


def table_summary(view: DocumentView, *, hint: str = "") -> str:
    """Return one line about a document's table, "" if it has none; `hint` tells how to get all of it.

    The line is marked as doubtful if any cell is, and as checked if all amounts of money are.
    """
    if not view.rows:
        return ""
    shown = [text for row in view.rows[:_SHOWN_ROWS] if (text := _name_and_amount(row))]
    return texts.answers.lines_line(len(view.rows), shown, _mark(view), more=len(view.rows) > len(shown), hint=hint)


def _mark(view: DocumentView) -> str:
    cells = [cell for row in view.rows for cell in row]
    if any(cell.status is Status.DOUBTFUL for cell in cells):
        return MARKS[Status.DOUBTFUL]
    money = [cell for cell in cells if cell.type is FieldType.MONEY and cell.field.value]
    return MARKS[Status.CHECKED] if money and all(cell.status is Status.CHECKED for cell in money) else ""


def _name_and_amount(row: Sequence[FieldView]) -> str:
    """Return the first text and the first amount of money in a row."""
    name, amount = (_first_of(row, kind) for kind in (FieldType.TEXT, FieldType.MONEY))
    values = [short(neutralise_line(name.field.value), _NAME_CHARACTERS)] if name else []
    return " ".join([*values, *([amount.chat_value] if amount else [])])


def _first_of(row: Sequence[FieldView], kind: FieldType) -> FieldView | None:
    return next((cell for cell in row if cell.type is kind and cell.field.value), None)
