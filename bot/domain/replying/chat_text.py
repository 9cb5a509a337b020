"""Recognised text as Markdown for a chat. Tables become lists, because phones break them."""

from collections.abc import Iterator, Sequence

from bot.domain.page_text.blocks import Block, Formula, Heading, ListItem, Paragraph
from bot.domain.page_text.tables import Table, placed_cells
from bot.domain.replying.escape_markdown import neutralise, neutralise_line
from bot.domain.replying.join_markdown import bold, item, paragraphs

_BOLD = "**"


def chat_text(blocks: Sequence[Block]) -> str:
    """Return the blocks of pages as Markdown that renders everywhere."""
    text, before = "", None
    for block in blocks:
        markdown = _block_markdown(block)
        if not markdown:
            continue
        gap = "\n" if isinstance(before, ListItem) and isinstance(block, ListItem) else "\n\n"
        text += (gap if text else "") + markdown
        before = block
    return text


def _block_markdown(block: Block) -> str:
    match block:
        case Heading(text=text):
            return bold(neutralise_line(_without_bold(text)))
        case ListItem(text=text):
            return item(neutralise_line(_without_bold(text)))
        case Paragraph(lines=lines):
            return neutralise("\n".join(map(_without_bold, lines)))
        case Formula():
            return neutralise(block.text)
        case Table():
            return table_list(block)


def table_list(table: Table) -> str:
    """Return a list item for each row, with each value after its column's name if the first rows name the columns."""
    caption = bold(neutralise_line(table.caption))
    grid = _grid(table)
    if not grid:
        return caption
    header = _header_rows(table, grid)
    names = [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*grid[:header], strict=True)]
    rows = [item(" · ".join(_named_values(row, names))) for row in grid[header:] if any(row)]
    return paragraphs([caption, "\n".join(rows)])


def _without_bold(text: str) -> str:
    return text.replace(_BOLD, "") if text.count(_BOLD) > 1 else text


def _named_values(row: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    for index, value in enumerate(row):
        name = names[index] if index < len(names) else ""
        if value:
            name = bold(name) if index == 0 else name
            yield f"{name} {value}" if name else value


def _grid(table: Table) -> list[list[str]]:
    """Return the escaped texts of a table's cells as a grid.

    A cell repeats in each row that it spans, a header cell also in each column.
    """
    cells = placed_cells(table)
    width = max((placed.column + placed.cell.columns for placed in cells), default=0)
    grid = [[""] * width for _ in table.rows]
    for placed in cells:
        cell, column = placed.cell, placed.column
        wide = cell.columns if cell.header or placed.row == 0 else 1
        for down in range(cell.rows):
            grid[placed.row + down][column : column + wide] = [neutralise_line(cell.text)] * wide
    return grid


def _header_rows(table: Table, grid: Sequence[Sequence[str]]) -> int:
    """Return how many rows name the columns: those marked as headers, else a first row of distinct words, no digits."""
    marked = table.header_rows if table.header_rows < len(table.rows) else 0
    if marked or len(grid) == 1:
        return marked
    tall = max((cell.rows for cell in table.rows[0]), default=1)
    names = [name for name in grid[0] if name]
    named = len(names) == len(grid[0]) > 1 and not any(char.isdigit() for char in "".join(names))
    return tall if named and tall < len(grid) and (tall > 1 or len(set(names)) == len(names)) else 0
