"""Recognised text as a chat shows it: inert, and readable on a phone. Tables become lists, for phones break them."""

from collections.abc import Iterator, Sequence

from bot.domain.page_text.blocks import Block, Equation, Heading, ListItem, Paragraph
from bot.domain.page_text.tables import Table, places
from bot.domain.replying.escape_markdown import BREAK, neutralise, neutralise_line

_BOLD = "**"


def chat_text(parts: Sequence[Block]) -> str:
    """Return passages as Markdown that renders everywhere."""
    return _joined([(passage, shown) for passage in parts if (shown := _shown(passage))])


def _joined(shown: Sequence[tuple[Block, str]]) -> str:
    text, before = "", None
    for passage, block in shown:
        gap = "\n" if isinstance(before, ListItem) and isinstance(passage, ListItem) else "\n\n"
        text += (gap if text else "") + block
        before = passage
    return text


def _shown(passage: Block) -> str:
    match passage:
        case Heading(text=text):
            return bold(neutralise_line(_without_marks(text)))
        case ListItem(text=text):
            return _item(neutralise_line(_without_marks(text)))
        case Paragraph(lines=lines):
            return neutralise("\n".join(map(_without_marks, lines)))
        case Equation(latex=latex):
            return neutralise(f"$${latex}$$")
        case Table():
            return table_list(passage)


def table_list(table: Table) -> str:
    """Return a list item for each row, every value under its column's name where the first rows name the columns."""
    grid = _grid(table)
    if not grid:
        return bold(neutralise_line(table.caption))
    deep = _head_rows(table, grid)
    names = [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*grid[:deep], strict=True)]
    rows = [_item(_row(row, names)) for row in grid[deep:] if any(row)]
    return "\n\n".join(filter(None, [bold(neutralise_line(table.caption)), "\n".join(rows)]))


def bold(text: str) -> str:
    """Return neutral text in bold; nothing stays nothing."""
    return f"**{text}**" if text else ""


def lines(shown: Sequence[str]) -> str:
    """Return lines that stand under each other."""
    return BREAK.join(filter(None, shown))


def _without_marks(text: str) -> str:
    return text.replace(_BOLD, "") if text.count(_BOLD) > 1 else text


def _item(text: str) -> str:
    return f"- {text}" if text else ""


def _row(row: Sequence[str], head: Sequence[str]) -> str:
    return " · ".join(_cells(row, head))


def _cells(row: Sequence[str], head: Sequence[str]) -> Iterator[str]:
    for index, value in enumerate(row):
        name = head[index] if index < len(head) else ""
        if value:
            named = bold(name) if index == 0 else name
            yield f"{named} {value}" if name else value


def _grid(table: Table) -> list[list[str]]:
    """Return the cells' texts, neutral, laid out: in each row that they span, and of a head in each column."""
    found = places(table)
    width = max((at.column + at.cell.columns for at in found), default=0)
    grid = [[""] * width for _ in table.rows]
    for at in found:
        wide = at.cell.columns if at.cell.header or at.row == 0 else 1
        for down in range(at.cell.rows):
            grid[at.row + down][at.column : at.column + wide] = [neutralise_line(at.cell.text)] * wide
    return grid


def _head_rows(table: Table, grid: Sequence[Sequence[str]]) -> int:
    """Return how many rows name the columns: those marked as such, or a first one of different words, no numbers."""
    marked = next((index for index, row in enumerate(table.rows) if not all(cell.header for cell in row)), 0)
    if marked or len(grid) == 1:
        return marked
    tall = max((cell.rows for cell in table.rows[0]), default=1)
    names = [name for name in grid[0] if name]
    named = len(names) == len(grid[0]) > 1 and not any(char.isdigit() for char in "".join(names))
    return tall if named and tall < len(grid) and (tall > 1 or len(set(names)) == len(names)) else 0
