"""Tables as rows of cells with spans, parsed from and written as HTML or Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

_MOST_SPANNED = 100  # columns or rows; no form has more
_MOST_GRID_CELLS = 20_000  # of a table; a cell beyond them spans only itself

_TAG = re.compile(r"<(/?)(table|caption|thead|tbody|tfoot|tr|td|th|br)\b([^<>]*)>", re.IGNORECASE)
_SPAN = {
    name: re.compile(rf"{name}\s{{0,4}}=\s{{0,4}}\\?[\"']?(\d{{1,4}})", re.IGNORECASE | re.ASCII)
    for name in ("colspan", "rowspan")
}
_ENTITY = re.compile(r"&(amp|lt|gt|quot|nbsp|#39);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": " ", "#39": "'"}
_LITERAL_BREAK = re.compile(r"\\n(?![a-z])")  # two characters, a backslash and an n; \nu and \neq are formulas
_STYLE = re.compile(r"</?(?:b|i|u|p|em|sub|sup|span|strong|div|font)(?:\s[^<>]*)?>|</?(?:b|i|u|p|em|strong|div)/?>")
_RULE = re.compile(r"\s{0,8}\|?(?:\s{0,8}:?-{1,200}:?\s{0,200}\|?)++\s{0,8}", re.ASCII)
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell's text, and how many columns and rows it spans."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as printed; rows may differ in length."""

    rows: tuple[tuple[Cell, ...], ...] = ()
    caption: str = ""

    @property
    def text(self) -> str:
        """The table as Markdown, or as HTML with a row a line if Markdown cannot express it; both parse back to it."""
        if not self.rows and not self.caption:
            return ""
        if self.caption or len({*map(len, self.rows)}) > 1 or not all(map(_fits_markdown, self.cells)):
            return _as_html(self)
        lines = ["| " + " | ".join(cell.text.replace("|", r"\|") for cell in row) + " |" for row in self.rows]
        return "\n".join([lines[0], "|" + "---|" * len(self.rows[0]), *lines[1:]])

    @property
    def header_rows(self) -> int:
        """How many rows at the top are marked as headers; in some tables all are."""
        marked = (all(cell.header for cell in row) for row in self.rows)
        return sum(takewhile(bool, marked))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, row by row."""
        return tuple(cell for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCell:
    """A cell and the row and column of its upper left corner, from 0."""

    row: int
    column: int
    cell: Cell


def placed_cells(table: Table) -> tuple[PlacedCell, ...]:
    """Return where each cell lies in the grid; spans are cut at the last row and at cells from rows above."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            whole = cell if len(taken) < _MOST_GRID_CELLS else replace(cell, columns=1, rows=1)
            wide = next((n for n in range(whole.columns) if (row, column + n) in taken), whole.columns)
            fitted = replace(cell, columns=wide, rows=min(whole.rows, len(table.rows) - row))
            placed.append(PlacedCell(row=row, column=column, cell=fitted))
            taken |= {(row + down, column + across) for down in range(fitted.rows) for across in range(wide)}
            column += wide
    return tuple(placed)


@dataclass(slots=True, kw_only=True)
class _OpenTable:
    """A table while it is parsed."""

    rows: list[list[Cell]] = field(default_factory=list)
    caption: str = ""
    open: str = ""  # the tag whose text is being collected: td, th, caption
    attributes: str = ""  # of that tag
    text: list[str] = field(default_factory=list)

    def close(self) -> None:
        words = _cell_text("".join(self.text))
        if self.open == "caption":
            self.caption = words
        elif self.open or words:
            if not self.rows:
                self.rows.append([])
            columns, spanned = (_span(name, self.attributes) for name in ("colspan", "rowspan"))
            cell = Cell(text=words, columns=columns, rows=spanned, header=self.open == "th")
            self.rows[-1].append(cell)
        self.open = self.attributes = ""
        self.text = []


def parse_html_table(text: str) -> Table:
    """Return the table in the HTML `text`, with or without its outer tags.

    Tags and the quotes of attributes may be missing, and text outside of cells becomes a cell. The cells of a nested
    table belong to the row that contains it.
    """
    table = _OpenTable()
    pieces = _TAG.split(text)
    table.text = [pieces[0]]
    for closing, name, attributes, following in zip(
        pieces[1::4], pieces[2::4], pieces[3::4], pieces[4::4], strict=True
    ):
        tag = name.lower()
        if tag == "br":
            table.text += ["\n", following]
            continue
        table.close()
        if tag == "tr" and not closing:
            table.rows.append([])
        if tag in {"td", "th", "caption"} and not closing:
            table.open, table.attributes = tag, attributes
        table.text = [following]
    table.close()
    rows = tuple(tuple(row) for row in table.rows if row)
    return Table(rows=rows, caption=table.caption)


def _fits_markdown(cell: Cell) -> bool:
    return cell.columns == cell.rows == 1 and not any(char in cell.text for char in "\n&<\\")


def _as_html(table: Table) -> str:
    rows = ["<tr>" + "".join(map(_cell_html, row)) + "</tr>" for row in table.rows]
    caption = [f"<caption>{_escaped(table.caption)}</caption>"] if table.caption else []
    return "\n".join(["<table>", *caption, *rows, "</table>"])


def _cell_html(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    spans = (("colspan", cell.columns), ("rowspan", cell.rows))
    attributes = "".join(f' {name}="{number}"' for name, number in spans if number > 1)
    return f"<{tag}{attributes}>{_escaped(cell.text)}</{tag}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def is_rule(line: str) -> bool:
    """Return whether a line is the rule below the header of a Markdown table: `|---|:--:|`."""
    return "-" in line and "|" in line and _RULE.fullmatch(line) is not None


def parse_markdown_table(lines: Sequence[str]) -> Table:
    """Return the table in Markdown lines, of which the second is the rule."""
    rows = [
        tuple(Cell(text=_cell_text(cell.replace(r"\|", "|")), header=index == 0) for cell in _split_cells(line))
        for index, line in enumerate(lines)
        if index != 1
    ]
    return Table(rows=tuple(rows))


def _split_cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    cells = _BAR.split(inner)
    return cells[:-1] if len(cells) > 1 and not cells[-1].strip() else cells


def _span(name: str, attributes: str) -> int:
    number = _SPAN[name].search(attributes)
    return max(1, min(int(number[1]), _MOST_SPANNED)) if number else 1


def _cell_text(text: str) -> str:
    """Return a cell's text with entities and literal line breaks resolved and styling tags removed."""
    resolved = _ENTITY.sub(lambda entity: _CHARACTERS[entity[1]], _STYLE.sub("", _LITERAL_BREAK.sub("\n", text)))
    return "\n".join(line for line in map(str.strip, resolved.split("\n")) if line)
