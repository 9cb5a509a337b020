"""Tables, from HTML or Markdown, as rows of cells with spans."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

_MOST_SPANNED = 100  # columns or rows, more than any form has
_MOST_PLACES = 20_000  # of a table; a cell beyond them spans nothing

_TAG = re.compile(r"<(/?)(table|caption|thead|tbody|tfoot|tr|td|th|br)\b([^<>]*)>", re.IGNORECASE)
_SPAN = {
    name: re.compile(rf"{name}\s{{0,4}}=\s{{0,4}}\\?[\"']?(\d{{1,4}})", re.IGNORECASE | re.ASCII)
    for name in ("colspan", "rowspan")
}
_ENTITY = re.compile(r"&(amp|lt|gt|quot|nbsp|#39);")
_MEANS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": " ", "#39": "'"}
_LITERAL_BREAK = re.compile(r"\\n(?![a-z])")  # two characters, a backslash and an n; \nu and \neq are formulas
_STYLE = re.compile(r"</?(?:b|i|u|p|em|sub|sup|span|strong|div|font)(?:\s[^<>]*)?>|</?(?:b|i|u|p|em|strong|div)/?>")
_RULE = re.compile(r"\s{0,8}\|?(?:\s{0,8}:?-{1,200}:?\s{0,200}\|?)++\s{0,8}", re.ASCII)
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a cell, and over how many columns and rows."""

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
        """The table as Markdown, or where that cannot hold it as HTML, a row a line; reading either gives it back."""
        if not self.rows and not self.caption:
            return ""
        if self.caption or len({*map(len, self.rows)}) > 1 or not all(map(_fits_markdown, self.cells)):
            return _as_html(self)
        lines = ["| " + " | ".join(cell.text.replace("|", r"\|") for cell in row) + " |" for row in self.rows]
        return "\n".join([lines[0], "|" + "---|" * len(self.rows[0]), *lines[1:]])

    @property
    def header_rows(self) -> int:
        """How many rows at the top are marked as the table's head; some tables have nothing but a head."""
        marked = (all(cell.header for cell in row) for row in self.rows)
        return sum(takewhile(bool, marked))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, row by row."""
        return tuple(cell for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCell:
    """A cell and where its upper left corner stands, from 0."""

    row: int
    column: int
    cell: Cell


def placed_cells(table: Table) -> tuple[PlacedCell, ...]:
    """Return where each cell stands once spans are laid out; one that spans over the last row or a cell is cut."""
    taken: set[tuple[int, int]] = set()
    found = []
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            whole = cell if len(taken) < _MOST_PLACES else replace(cell, columns=1, rows=1)
            wide = next((n for n in range(whole.columns) if (row, column + n) in taken), whole.columns)
            fitted = replace(cell, columns=wide, rows=min(whole.rows, len(table.rows) - row))
            found.append(PlacedCell(row=row, column=column, cell=fitted))
            taken |= {(row + down, column + across) for down in range(fitted.rows) for across in range(wide)}
            column += wide
    return tuple(found)


@dataclass(slots=True, kw_only=True)
class _OpenTable:
    """A table while it is read."""

    rows: list[list[Cell]] = field(default_factory=list)
    caption: str = ""
    open: str = ""  # the tag whose text is being read: td, th, caption
    about: str = ""  # its attributes
    text: list[str] = field(default_factory=list)

    def close(self) -> None:
        words = _cell_text("".join(self.text))
        if self.open == "caption":
            self.caption = words
        elif self.open or words:
            if not self.rows:
                self.rows.append([])
            columns, spanned = (_span(name, self.about) for name in ("colspan", "rowspan"))
            cell = Cell(text=words, columns=columns, rows=spanned, header=self.open == "th")
            self.rows[-1].append(cell)
        self.open = self.about = ""
        self.text = []


def parse_html_table(text: str) -> Table:
    """Return the table of which `text` is the HTML, with or without its outer tags.

    Tags may be missing, attributes may have lost their quotes, and what stands outside of cells becomes a cell. The
    cells of a table within a table belong to the row that it stands in.
    """
    sheet = _OpenTable()
    pieces = _TAG.split(text)
    sheet.text = [pieces[0]]
    for closing, name, about, following in zip(pieces[1::4], pieces[2::4], pieces[3::4], pieces[4::4], strict=True):
        tag = name.lower()
        if tag == "br":
            sheet.text += ["\n", following]
            continue
        sheet.close()
        if tag == "tr" and not closing:
            sheet.rows.append([])
        if tag in {"td", "th", "caption"} and not closing:
            sheet.open, sheet.about = tag, about
        sheet.text = [following]
    sheet.close()
    rows = tuple(tuple(row) for row in sheet.rows if row)
    return Table(rows=rows, caption=sheet.caption)


def _fits_markdown(cell: Cell) -> bool:
    return cell.columns == cell.rows == 1 and not any(char in cell.text for char in "\n&<\\")


def _as_html(table: Table) -> str:
    rows = ["<tr>" + "".join(map(_cell_html, row)) + "</tr>" for row in table.rows]
    caption = [f"<caption>{_escaped(table.caption)}</caption>"] if table.caption else []
    return "\n".join(["<table>", *caption, *rows, "</table>"])


def _cell_html(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    spans = (("colspan", cell.columns), ("rowspan", cell.rows))
    about = "".join(f' {name}="{number}"' for name, number in spans if number > 1)
    return f"<{tag}{about}>{_escaped(cell.text)}</{tag}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def is_rule(line: str) -> bool:
    """Return whether a line is the one below the head of a Markdown table: `|---|:--:|`."""
    return "-" in line and "|" in line and _RULE.fullmatch(line) is not None


def parse_markdown_table(lines: Sequence[str]) -> Table:
    """Return the table of Markdown lines, the second of which is the rule."""
    rows = [
        tuple(Cell(text=_cell_text(cell.replace(r"\|", "|")), header=index == 0) for cell in _cells(line))
        for index, line in enumerate(lines)
        if index != 1
    ]
    return Table(rows=tuple(rows))


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    cells = _BAR.split(inner)
    return cells[:-1] if len(cells) > 1 and not cells[-1].strip() else cells


def _span(name: str, about: str) -> int:
    number = _SPAN[name].search(about)
    return max(1, min(int(number[1]), _MOST_SPANNED)) if number else 1


def _cell_text(text: str) -> str:
    """Return a cell's text: entities and literal line breaks resolved, tags of style gone."""
    resolved = _ENTITY.sub(lambda entity: _MEANS[entity[1]], _STYLE.sub("", _LITERAL_BREAK.sub("\n", text)))
    return "\n".join(line for line in map(str.strip, resolved.split("\n")) if line)
