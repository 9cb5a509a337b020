"""Recognised text as a chat shows it: inert, and readable on a phone. Tables become lists, for phones break them."""

from collections.abc import Iterator, Sequence

from bot.domain.page_text.blocks import Block, Formula, Heading, ListItem, Paragraph
from bot.domain.page_text.tables import Table, placed_cells
from bot.domain.replying.escape_markdown import neutralise, neutralise_line
from bot.domain.replying.join_markdown import bold, item, paragraphs

_BOLD = "**"


def chat_text(blocks: Sequence[Block]) -> str:
    """Return what stands on pages as Markdown that renders everywhere."""
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
    """Return a list item for each row, every value under its column's name where the first rows name the columns."""
    caption = bold(neutralise_line(table.caption))
    grid = _grid(table)
    if not grid:
        return caption
    head = _head_rows(table, grid)
    names = [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*grid[:head], strict=True)]
    rows = [item(" · ".join(_named_values(row, names))) for row in grid[head:] if any(row)]
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
    """Return the cells' texts, neutral, laid out: in each row that they span, and of a head in each column."""
    found = placed_cells(table)
    width = max((at.column + at.cell.columns for at in found), default=0)
    grid = [[""] * width for _ in table.rows]
    for at in found:
        wide = at.cell.columns if at.cell.header or at.row == 0 else 1
        for down in range(at.cell.rows):
            grid[at.row + down][at.column : at.column + wide] = [neutralise_line(at.cell.text)] * wide
    return grid


def _head_rows(table: Table, grid: Sequence[Sequence[str]]) -> int:
    """Return how many rows name the columns: those marked as such, or a first one of different words, no numbers."""
    marked = table.header_rows if table.header_rows < len(table.rows) else 0
    if marked or len(grid) == 1:
        return marked
    tall = max((cell.rows for cell in table.rows[0]), default=1)
    names = [name for name in grid[0] if name]
    named = len(names) == len(grid[0]) > 1 and not any(char.isdigit() for char in "".join(names))
    return tall if named and tall < len(grid) and (tall > 1 or len(set(names)) == len(names)) else 0
