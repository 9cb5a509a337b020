"""What a reply says of a document's table: how many lines, and the first of them; a spreadsheet holds them all."""

from collections.abc import Sequence

from bot.domain.document import Document, Field, Row, Status
from bot.domain.prompt import FieldType, Prompt
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.formatting import MARKS, in_yuan, short, type_of, written
from bot.domain.texts import chat as texts

_SHOWN = 2  # lines
_NAME_CHARACTERS = 18


def lines_line(document: Document, prompt: Prompt | None, *, hint: str = "") -> str:
    """Return one line about the table, nothing where there is none; `hint` says how to get all of it.

    It is marked as doubtful where a cell is, and as checked where all sums of money are.
    """
    if not document.rows:
        return ""
    money = [cell for row in document.rows for cell in row.cells if _is_money(cell, prompt) and cell.value]
    doubtful = any(cell.status is Status.DOUBTFUL for row in document.rows for cell in row.cells)
    sure = bool(money) and all(cell.status is Status.CHECKED for cell in money)
    mark = MARKS[Status.DOUBTFUL] if doubtful else MARKS[Status.CHECKED] if sure else ""
    shown = [said for row in document.rows[:_SHOWN] if (said := _said(row, document, prompt))]
    return texts.lines_line(len(document.rows), shown, mark, more=len(document.rows) > len(shown), hint=hint)


def _said(row: Row, document: Document, prompt: Prompt | None) -> str:
    """Return a line's name and amount: the first text and the first money in it."""
    name = _first(row.cells, [cell.key for cell in row.cells if type_of(cell.key, prompt) is FieldType.TEXT])
    amount = _first(row.cells, [cell.key for cell in row.cells if _is_money(cell, prompt)])
    values = [short(neutralise_line(name.value), _NAME_CHARACTERS)] if name else []
    values += [neutralise_line(written(amount, prompt, yuan=in_yuan(document)))] if amount else []
    return " ".join(values)


def _first(cells: Sequence[Field], keys: Sequence[str]) -> Field | None:
    return next((cell for cell in cells if cell.key in keys and cell.value), None)


def _is_money(cell: Field, prompt: Prompt | None) -> bool:
    return type_of(cell.key, prompt) is FieldType.MONEY
